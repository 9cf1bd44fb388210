#include "convert/known_kinds.h"

#include "kube/builtin_kinds.h"

namespace ephor::convert {

void KnownKinds::AddDefinition(const json::Value& object) {
  const json::Value* spec = object.Find("spec");
  if (object.StringAt("kind") != "CustomResourceDefinition" || spec == nullptr) return;
  const std::string_view kind = spec->StringAt("names", "kind"), plural = spec->StringAt("names", "plural");
  const json::Value* versions = spec->Find("versions");
  if (kind.empty() || plural.empty() || versions == nullptr || !versions->is_array()) return;
  const auto keep = [&](std::string_view text) -> std::string_view { return texts_.emplace_back(text); };
  for (const json::Value& version : versions->items()) {
    custom_.push_back({{keep(spec->StringAt("group")), keep(version.StringAt("name")), keep(kind)},
                       keep(plural),
                       spec->StringAt("scope") != "Cluster"});
  }
}

KnownKind KnownKinds::Find(const kube::GroupVersionKind& gvk) const {
  if (const kube::BuiltinKind* builtin = kube::FindKind(gvk))
    return {builtin->gvk(), builtin->plural, builtin->namespaced};
  for (const KnownKind& kind : custom_) {
    if (kind.gvk == gvk) return kind;
  }
  for (const kube::BuiltinKind& kind : kube::BuiltinKinds()) {
    if (kind.group == gvk.group && kind.kind == gvk.kind) return {kind.gvk(), kind.plural, kind.namespaced};
  }
  return {gvk, "", true};
}

std::vector<kube::GroupVersionKind> KnownKinds::Matching(const kube::KindSelector& selector) const {
  std::vector<kube::GroupVersionKind> matching;
  for (const kube::BuiltinKind& kind : kube::BuiltinKinds()) {
    if (selector.MatchesExactly(kind.gvk(), "")) matching.push_back(kind.gvk());
  }
  for (const KnownKind& kind : custom_) {
    if (selector.MatchesExactly(kind.gvk, "")) matching.push_back(kind.gvk);
  }
  return matching;
}

}  // namespace ephor::convert
