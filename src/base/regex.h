// Regular expressions with the syntax and the error texts of Go's regexp (RE2), linear in time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ephor {

// Immutable and safe from any thread. Copies share the compiled program.
class Regex {
 public:
  // Fails with Go's text: error parsing regexp: missing closing ): `(`
  static Result<Regex> Compile(std::string_view pattern);

  bool Search(std::string_view text) const;  // unanchored
  bool FullMatch(std::string_view text) const;

  struct Match {
    // Group 0 is the whole match; a group that took no part has a null data().
    std::vector<std::string_view> groups;
  };
  // The leftmost match at or after an offset.
  bool Find(std::string_view text, std::size_t from, Match& match) const;
  // As Go's FindAllString; limit < 0 is no limit.
  std::vector<std::string_view> FindAll(std::string_view text, int limit = -1) const;
  // Regexp.ReplaceAllString: the replacement expands $1, ${name}, $$.
  std::string ReplaceAll(std::string_view text, std::string_view replacement) const;
  std::string ReplaceAllLiteral(std::string_view text, std::string_view replacement) const;

  std::string_view pattern() const;
  // Names of the groups in order, "" where unnamed; the first is group 0.
  const std::vector<std::string>& group_names() const;

 private:
  struct Program;
  explicit Regex(std::shared_ptr<const Program> program) : program_(std::move(program)) {}
  std::shared_ptr<const Program> program_;
};

// The pattern that matches exactly this text.
std::string QuoteRegex(std::string_view text);

}  // namespace ephor
