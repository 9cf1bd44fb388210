#include "policy/field_error.h"

#include <algorithm>
#include <vector>

#include "base/quote.h"
#include "json/write.h"

namespace ephor::policy {
namespace {

std::string Field(std::string_view path, std::string_view type, std::string_view value,
                  std::string_view detail) {
  std::string text(path);
  text.append(": ").append(type);
  if (!value.empty()) text.append(": ").append(value);
  if (!detail.empty()) text.append(": ").append(detail);
  return text;
}

}  // namespace

std::string InvalidField(std::string_view path, std::string_view value, std::string_view detail) {
  return Field(path, "Invalid value", GoQuote(value), detail);
}

std::string InvalidField(std::string_view path, const json::Value& value, std::string_view detail) {
  return Field(path, "Invalid value", json::ToString(value), detail);
}

std::string ForbiddenField(std::string_view path, std::string_view detail) {
  return Field(path, "Forbidden", {}, detail);
}

std::string RequiredField(std::string_view path, std::string_view detail) {
  return Field(path, "Required value", {}, detail);
}

std::string Aggregate(std::span<const std::string> errors) {
  std::vector<std::string_view> once;
  for (const std::string& error : errors) {
    if (std::ranges::find(once, error) == once.end()) once.push_back(error);
  }
  std::string text;
  for (const std::string_view error : once) text.append(text.empty() ? "" : ", ").append(error);
  return once.size() > 1 ? "[" + text + "]" : text;
}

}  // namespace ephor::policy
