// The kinds that Kubernetes itself serves.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "kube/gvk.h"

namespace ephor::kube {

// A row of the table, which lives as long as the program.
struct BuiltinKind {
  std::string_view group, version, kind;
  std::string_view plural;    // "deployments": the resource's name in paths and reviews
  std::string_view singular;  // "deployment"
  bool namespaced;
  std::string_view subresources;  // in order, with a space between: "scale status"

  GroupVersionKind gvk() const { return {group, version, kind}; }
  GroupVersionResource gvr() const { return {group, version, plural}; }
  bool HasSubresource(std::string_view name) const;
};

// What Kubernetes 1.36 serves by default, sorted by group, version and kind. The look-ups are binary searches
// and do not allocate; they know nothing of custom resources.
std::span<const BuiltinKind> BuiltinKinds();
// nullptr where there is none.
const BuiltinKind* FindKind(const GroupVersionKind& gvk);
const BuiltinKind* FindResource(const GroupVersionResource& gvr);

// The kind of a resource, which for a subresource ("pods/exec") is that of its parent.
std::optional<GroupVersionKind> KindOfResource(const GroupVersionResource& gvr);

// Whether a kind of a built-in API group is known to be cluster-scoped, whatever its version. Unknown kinds,
// custom resources among them, count as namespaced, as in the reference.
bool IsClusterScoped(std::string_view group, std::string_view kind);

}  // namespace ephor::kube
