// Placeholders in the texts of generation templates: "web-(( variables.name ))".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ephor::engine {

// A part of a text: literal, or what stands between "((" and "))".
struct TextSegment {
  std::string text;  // of an expression without white space around it
  bool is_expression = false;
};

// Whether the text has a placeholder.
bool HasPlaceholder(std::string_view text);
// Whether it has one, or "\((", which stands for a literal "((".
bool NeedsScan(std::string_view text);

// The parts in order; neighbouring literals are one. Parentheses nest, and those in CEL's 'text' and "text"
// do not count. Fails with kInvalidPolicy:
//   unterminated placeholder starting at offset 3: missing closing '))'
Result<std::vector<TextSegment>> ScanText(std::string_view text);

}  // namespace ephor::engine
