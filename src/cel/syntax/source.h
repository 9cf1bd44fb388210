// Where in an expression's text something is, and how a person is shown it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ephor::cel {

// A complaint about an expression. Offsets are in bytes; kNoOffset is "the text as a whole".
struct Issue {
  static constexpr std::uint32_t kNoOffset = ~std::uint32_t{0};
  std::uint32_t offset = kNoOffset;
  std::string message;
};

// Line from 1, column in code points from 1, as the reference counts them. {0, 0} for kNoOffset.
SourcePosition PositionOf(std::string_view text, std::uint32_t offset);

// All issues in the order of their places, each as
//   ERROR: <input>:1:5: undeclared reference to 'x' (in container '')
//    | 1 + x
//    | ....^
// At most a hundred are shown.
std::string FormatIssues(std::string_view text, std::vector<Issue> issues);

// The same as an error of code kInvalidInput at the first issue's place. Requires one issue at least.
Error IssuesToError(std::string_view text, std::vector<Issue> issues);

}  // namespace ephor::cel
