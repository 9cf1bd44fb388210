#include "policy/object_meta.h"

#include <algorithm>

#include "policy/field_error.h"

namespace ephor::policy {
namespace {

constexpr std::string_view kSubdomainRule =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
    "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
constexpr std::string_view kLabelKeyRule =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
constexpr std::string_view kLabelValueRule =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
    "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used "
    "for "
    "validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
constexpr std::size_t kMaxAnnotationBytes = 256 << 10;

constexpr bool IsLower(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
constexpr bool IsAlphanumeric(char c) {
  return IsLower(c) || (c >= 'A' && c <= 'Z');
}

bool IsSubdomain(std::string_view text) {
  char before = '.';
  for (const char c : text) {
    const bool separator = c == '.' || c == '-';
    if (!separator && !IsLower(c)) return false;
    if (before == '.' && separator) return false;
    if (c == '.' && before == '-') return false;
    before = c;
  }
  return IsLower(before);
}

bool IsLabelName(std::string_view text) {
  const auto allowed = [](char c) { return IsAlphanumeric(c) || c == '-' || c == '_' || c == '.'; };
  return !text.empty() && IsAlphanumeric(text.front()) && IsAlphanumeric(text.back()) &&
         std::ranges::all_of(text, allowed);
}

std::string TooLong(std::size_t limit) {
  return "must be no more than " + std::to_string(limit) + " bytes";
}

std::string Lowered(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lowered;
}

}  // namespace

std::vector<std::string> SubdomainTrouble(std::string_view text) {
  std::vector<std::string> trouble;
  if (text.size() > 253) trouble.push_back(TooLong(253));
  if (!IsSubdomain(text)) trouble.emplace_back(kSubdomainRule);
  return trouble;
}

std::vector<std::string> LabelKeyTrouble(std::string_view text) {
  std::vector<std::string> trouble;
  std::string_view name = text;
  if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    const std::string_view prefix = text.substr(0, slash);
    name = text.substr(slash + 1);
    if (name.find('/') != std::string_view::npos) {
      trouble.push_back(
          std::string("a valid label key ")
              .append(kLabelKeyRule)
              .append(" with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"));
      return trouble;
    }
    if (prefix.empty()) trouble.emplace_back("prefix part must be non-empty");
    if (!prefix.empty()) {
      for (const std::string& part : SubdomainTrouble(prefix)) trouble.push_back("prefix part " + part);
    }
  }
  if (name.empty()) trouble.emplace_back("name part must be non-empty");
  if (name.size() > 63) trouble.push_back("name part " + TooLong(63));
  if (!IsLabelName(name)) trouble.push_back(std::string("name part ").append(kLabelKeyRule));
  return trouble;
}

std::vector<std::string> LabelValueTrouble(std::string_view text) {
  std::vector<std::string> trouble;
  if (text.size() > 63) trouble.push_back(TooLong(63));
  if (!text.empty() && !IsLabelName(text)) trouble.emplace_back(kLabelValueRule);
  return trouble;
}

void CheckObjectMeta(const Object& object, std::vector<DecodeIssue>& issues) {
  const Metadata& metadata = object.metadata;
  const json::Value* written = object.document->Find("metadata");
  const json::Value* at = written != nullptr ? written : object.document;
  if (metadata.name.empty()) {
    // A generated name is made only when the object is created.
    if (object.document->StringAt("metadata", "generateName").empty()) {
      issues.push_back({RequiredField("metadata.name", "name or generateName is required"), at});
    }
  } else {
    for (const std::string& trouble : SubdomainTrouble(metadata.name)) {
      issues.push_back({InvalidField("metadata.name", metadata.name, trouble), at});
    }
  }
  if (metadata.generation < 0) {
    issues.push_back({InvalidField("metadata.generation", json::Value::Int(metadata.generation),
                                   "must be greater than or equal to 0"),
                      at});
  }
  for (const StringPair& label : metadata.labels) {
    for (const std::string& trouble : LabelKeyTrouble(label.key)) {
      issues.push_back({InvalidField("metadata.labels", label.key, trouble), at});
    }
    for (const std::string& trouble : LabelValueTrouble(label.value)) {
      issues.push_back({InvalidField("metadata.labels", label.value, trouble), at});
    }
  }
  std::size_t bytes = 0;
  for (const StringPair& annotation : metadata.annotations) {
    for (const std::string& trouble : LabelKeyTrouble(Lowered(annotation.key))) {
      issues.push_back({InvalidField("metadata.annotations", annotation.key, trouble), at});
    }
    bytes += annotation.key.size() + annotation.value.size();
  }
  if (bytes > kMaxAnnotationBytes) {
    issues.push_back({"metadata.annotations: Too long: may not be more than 262144 bytes", at});
  }
}

}  // namespace ephor::policy
