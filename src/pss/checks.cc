#include "pss/checks.h"

#include <algorithm>

namespace ephor::pss {

using json::Value;

std::string_view FieldOf(const Container& container, std::string_view field, Arena& arena) {
  std::string path = "spec.";
  path += ListName(container.type);
  path += '[';
  path += std::to_string(container.index);
  path += "].";
  path += field;
  return arena.Copy(path);
}

FieldError Forbidden(std::string_view field, Value bad_value) {
  return {.type = FieldError::Type::kForbidden, .field = field, .bad_value = bad_value};
}

FieldError Required(std::string_view field) {
  return {.type = FieldError::Type::kRequired, .field = field};
}

std::string_view Plural(std::string_view singular, std::string_view plural, std::size_t count) {
  return count == 1 ? singular : plural;
}

std::string Join(const std::vector<std::string>& texts, std::string_view separator) {
  std::string joined;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) joined += separator;
    joined += texts[i];
  }
  return joined;
}

std::string JoinQuoted(const std::vector<std::string>& texts) {
  return texts.empty() ? std::string() : '"' + Join(texts, R"(", ")") + '"';
}

std::vector<std::string> Set(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  return texts;
}

Value StringList(const std::vector<std::string>& texts, Arena& arena) {
  const auto items = arena.NewArray<Value>(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) items[i] = Value::String(arena.Copy(texts[i]));
  return Value::Array(items);
}

std::vector<std::string> Strings(const Value* list) {
  std::vector<std::string> strings;
  for (const Value& item : list->items()) strings.emplace_back(item.string_or(""));
  return strings;
}

std::string NamedContainers(const std::vector<std::string>& names) {
  return std::string(Plural("container", "containers", names.size())) + " " + JoinQuoted(names);
}

std::string PodAndContainers(bool pod, const std::vector<std::string>& containers) {
  std::vector<std::string> setters;
  if (pod) setters.emplace_back("pod");
  if (!containers.empty()) setters.push_back(NamedContainers(containers));
  return Join(setters, " and ");
}

std::vector<FieldError> Joined(std::vector<FieldError> first, const std::vector<FieldError>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

bool Violates(Violation& violation, std::string_view reason, const std::string& detail,
              const std::vector<FieldError>& errors, Arena& arena) {
  violation.reason = reason;
  violation.detail = arena.Copy(detail);
  violation.errors = arena.Copy(std::span<const FieldError>(errors));
  return false;
}

bool IsSafeProfile(std::string_view type) {
  return type == "RuntimeDefault" || type == "Localhost";
}

}  // namespace ephor::pss
