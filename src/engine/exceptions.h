// PolicyExceptions compiled, and found by the rule they except from.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/conditions.h"
#include "engine/match.h"
#include "policy/types.h"

namespace ephor::engine {

// Immutable, safe from any thread.
class CompiledException {
 public:
  explicit CompiledException(std::shared_ptr<const policy::PolicyException> source);

  // Whether some entry names the policy ("name", or "namespace/name" of a Policy) and, by wildcard, the rule.
  bool Names(std::string_view policy_key, std::string_view rule_name) const;
  // Whether the object matches and the conditions hold; an error in a condition means no.
  bool Applies(const Request& request, Context& context) const;

  const policy::PolicyException& source() const { return *source_; }
  // "namespace/name", as results name it.
  std::string_view key() const { return key_; }
  const FilterSet& match() const { return match_; }

 private:
  std::shared_ptr<const policy::PolicyException> source_;
  bool Decide(const Request& request, Context& context) const;

  std::string key_;
  FilterSet match_;
  std::optional<Conditions> conditions_;
};

// The exceptions of one rule, by what an object must have for them to apply, so that thousands that select
// other objects cost nothing. Immutable, safe from any thread; the exceptions must outlive it.
class ExceptionIndex {
 public:
  ExceptionIndex() = default;
  // In the order in which results list them: by namespace, then name.
  explicit ExceptionIndex(std::span<const CompiledException* const> exceptions);

  bool empty() const { return always_.empty() && keyed_.empty(); }
  // Those that apply, in order; in the context's arena. Cost: one look-up for the object's name, its
  // namespace and each of its annotations and labels, and a full match for each candidate found.
  std::span<const CompiledException* const> Applying(const Request& request, Context& context) const;

 private:
  struct Keyed {
    std::uint64_t key;
    std::uint32_t position;  // in order of all
  };

  void AddCandidates(std::uint64_t key, ArenaVector<std::uint32_t>& positions) const;

  std::vector<const CompiledException*> all_;
  std::vector<std::uint32_t> always_;  // positions that no single key decides
  std::vector<Keyed> keyed_;           // sorted by key
};

}  // namespace ephor::engine
