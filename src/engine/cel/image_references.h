// matchImageReferences of an ImageValidatingPolicy, compiled.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/regex.h"
#include "engine/cel/expressions.h"
#include "engine/cel/spec_compiler.h"

namespace ephor::engine {

// The expression that matches what a glob matches: '*' and '**' stand for any text, '?' for one character,
// "[abc]" and "[!a-c]" for one of a set, "{a,b}" for one of several globs. None of them stops at a '/'.
std::string GlobExpression(std::string_view glob);

// Immutable, safe from any thread.
class ImageReferences {
 public:
  // False where an entry does not compile: the compiler has the error.
  bool Compile(std::span<const policy::MatchImageReference> source, SpecCompiler& compiler);

  // Whether an entry matches the image; all do where there is none. The observer, if any, is told of each
  // entry that is asked.
  Result<bool> Match(std::string_view image, const ports::World& world, Arena& arena,
                     Observer* observer = nullptr) const;

 private:
  struct Entry {
    std::string_view text;  // the glob or the expression, as it is written
    std::variant<Regex, cel::Program> test;
  };
  static Result<bool> Test(const Entry& entry, std::string_view image, const ports::World& world,
                           Arena& arena);

  std::vector<Entry> entries_;
};

}  // namespace ephor::engine
