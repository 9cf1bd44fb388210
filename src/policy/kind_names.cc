#include "policy/kind_names.h"

#include <algorithm>
#include <vector>

namespace ephor::policy {
namespace {

// v1, v1beta1 or *: of one digit each, as the reference has it.
bool IsVersion(std::string_view text) {
  const auto digit = [&](std::size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
  if (text == "*") return true;
  if (!text.starts_with('v') || !digit(1)) return false;
  const std::string_view stage = text.substr(2);
  if (stage.empty()) return true;
  if (stage.starts_with("alpha")) return text.size() == 8 && digit(7);
  return stage.starts_with("beta") && text.size() == 7 && digit(6);
}

std::string WithSlash(std::string_view kind) {
  std::string text(kind);
  if (const std::size_t dot = text.find('.'); dot != std::string::npos) text[dot] = '/';
  return text;
}

std::string Joined(std::string_view a, std::string_view b) {
  return std::string(a).append("/").append(b);
}

}  // namespace

KindName SplitKindName(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::string_view rest = text; parts.size() < 5;) {
    const std::size_t slash = rest.find('/');
    parts.push_back(rest.substr(0, slash));
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  switch (parts.size()) {
    case 1:
      return {"", WithSlash(text)};
    case 2:
      if (text != "*/*" && IsVersion(parts[0])) return {std::string(parts[0]), WithSlash(parts[1])};
      return {"", std::string(text)};
    case 3:
      if (IsVersion(parts[0])) return {std::string(parts[0]), Joined(parts[1], parts[2])};
      return {Joined(parts[0], parts[1]), WithSlash(parts[2])};
    case 4:
      return {Joined(parts[0], parts[1]), Joined(parts[2], parts[3])};
    default:
      return {};
  }
}

bool ContainsKind(StringList names, std::string_view kind) {
  return std::ranges::any_of(names, [kind](std::string_view name) {
    const std::string found = SplitKindName(name).kind;
    const std::size_t slash = found.find('/');
    if (slash == std::string::npos || found.find('/', slash + 1) != std::string::npos) return found == kind;
    return std::string_view(found).substr(0, slash) == kind;
  });
}

}  // namespace ephor::policy
