#include "kube/plural.h"

#include "kube/builtin_kinds.h"

namespace ephor::kube {

std::string GuessedPlural(std::string_view kind) {
  std::string name(kind);
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (name.empty() || name.ends_with("endpoints")) return name;
  if (name.ends_with('s')) return name + "es";
  if (name.ends_with('y')) return name.substr(0, name.size() - 1) + "ies";
  return name + "s";
}

std::string PluralOf(const GroupVersionKind& gvk) {
  if (const BuiltinKind* known = FindKind(gvk); known != nullptr) return std::string(known->plural);
  return GuessedPlural(gvk.kind);
}

}  // namespace ephor::kube
