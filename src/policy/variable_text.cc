#include "policy/variable_text.h"

#include "base/regex.h"

namespace ephor::policy {
namespace {

// A variable with what stands before it: nothing, or a character other than a backslash. Braces may nest
// once.
const Regex& VariableRegex() {
  static const Regex regex = *Regex::Compile(R"((^|[^\\])(\{\{(?:\{[^{}]*\}|[^{}])*\}\}))");
  return regex;
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) + 1 - first);
}

std::string Without(std::string_view text, std::string_view part) {
  std::string out;
  std::size_t at = 0;
  for (std::size_t hit; (hit = text.find(part, at)) != std::string_view::npos; at = hit + part.size()) {
    out.append(text.substr(at, hit - at));
  }
  return out.append(text.substr(at));
}

}  // namespace

std::vector<std::string_view> FindVariables(std::string_view text) {
  std::vector<std::string_view> found;
  if (text.find("{{") == std::string_view::npos) return found;
  Regex::Match match;
  for (std::size_t at = 0; at < text.size() && VariableRegex().Find(text, at, match);) {
    found.push_back(match.groups[2]);
    at = static_cast<std::size_t>(match.groups[0].data() - text.data()) + match.groups[0].size();
  }
  return found;
}

VariableName NameOf(std::string_view variable) {
  VariableName name;
  const std::string inner = Without(Without(variable, "{{"), "}}");
  std::string_view query = Trimmed(inner);
  if (query.starts_with('-')) {
    name.shallow = true;
    query = Trimmed(query.substr(1));
  }
  name.query = query;
  return name;
}

std::string ReplaceVariables(std::string_view text, std::string_view replacement) {
  std::string out;
  std::size_t at = 0;
  for (const std::string_view variable : FindVariables(text)) {
    const std::size_t start = static_cast<std::size_t>(variable.data() - text.data());
    out.append(text.substr(at, start - at)).append(replacement);
    at = start + variable.size();
  }
  return out.append(text.substr(at));
}

}  // namespace ephor::policy
