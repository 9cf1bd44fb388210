// Variables in texts: "{{ request.object.metadata.name }}".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ephor::policy {

// Each variable with its braces, from left to right: views into the text. One behind a backslash is none.
std::vector<std::string_view> FindVariables(std::string_view text);

inline bool HasVariables(std::string_view text) {
  return !FindVariables(text).empty();
}

struct VariableName {
  std::string query;
  bool shallow = false;  // "{{- query }}": what it gives is not searched for variables
};
VariableName NameOf(std::string_view variable);

// The text with each variable replaced.
std::string ReplaceVariables(std::string_view text, std::string_view replacement);

}  // namespace ephor::policy
