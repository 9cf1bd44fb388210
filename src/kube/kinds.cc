#include "kube/kinds.h"

#include <algorithm>
#include <vector>

#include "pattern/wildcard.h"

namespace ephor::kube {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t SkipDigits(std::string_view text, std::size_t at) {
  while (at < text.size() && IsDigit(text[at])) ++at;
  return at;
}

// "*", "v1", "v1beta2", "v2alpha1".
bool IsVersion(std::string_view text) {
  if (text == "*") return true;
  if (text.size() < 2 || text[0] != 'v' || !IsDigit(text[1])) return false;
  std::size_t at = SkipDigits(text, 1);
  if (at == text.size()) return true;
  for (std::string_view stage : {"alpha", "beta"}) {
    if (text.substr(at).starts_with(stage)) {
      at += stage.size();
      return at < text.size() && SkipDigits(text, at) == text.size();
    }
  }
  return false;
}

bool HasUpperCase(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

}  // namespace

KindSelector::KindSelector(std::string_view group, std::string_view version, std::string_view kind,
                           std::string_view subresource)
    : group_(group),
      version_(version),
      kind_(kind),
      subresource_(subresource),
      kind_is_literal_(!pattern::HasWildcard(kind)),
      subresource_is_literal_(!pattern::HasWildcard(subresource)),
      any_group_version_(group == "*" && version == "*") {}

KindSelector KindSelector::Parse(std::string_view text) {
  std::vector<std::string_view> parts = Split(text, '/');
  const std::string_view last = parts.back();
  parts.pop_back();
  for (std::string_view part : Split(last, '.')) parts.push_back(part);

  switch (parts.size()) {
    case 1:
      return {"*", "*", parts[0], ""};
    case 2:
      if (parts[0] == "*" && parts[1] == "*") return {"*", "*", "*", "*"};
      if (parts[0] == "*" && !HasUpperCase(parts[1])) return {"*", "*", "*", parts[1]};
      if (IsVersion(parts[0])) return {"*", parts[0], parts[1], ""};
      return {"*", "*", parts[0], parts[1]};
    case 3:
      if (IsVersion(parts[0])) return {"*", parts[0], parts[1], parts[2]};
      return {parts[0], parts[1], parts[2], ""};
    case 4:
      return {parts[0], parts[1], parts[2], parts[3]};
    default:
      return {"", "", "", ""};
  }
}

bool KindSelector::MatchesGvk(const GroupVersionKind& gvk) const {
  // Nearly all selectors are a literal kind of any group and version, and most rules are of other kinds.
  if (kind_is_literal_ ? kind_ != gvk.kind : !pattern::WildcardMatch(kind_, gvk.kind)) return false;
  return any_group_version_ ||
         (pattern::WildcardMatch(group_, gvk.group) && pattern::WildcardMatch(version_, gvk.version));
}

bool KindSelector::MatchesExactly(const GroupVersionKind& gvk, std::string_view subresource_name) const {
  return MatchesGvk(gvk) && pattern::WildcardMatch(subresource_, subresource_name);
}

bool KindSelector::Matches(const GroupVersionKind& gvk, std::string_view subresource_name) const {
  if (!MatchesGvk(gvk)) return false;
  if (subresource_is_literal_ ? subresource_ == subresource_name
                              : pattern::WildcardMatch(subresource_, subresource_name)) {
    return true;
  }
  return subresource_name == "ephemeralcontainers" && gvk == GroupVersionKind{"", "v1", "Pod"};
}

}  // namespace ephor::kube
