// Which roles a requester has.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/arena.h"
#include "json/value.h"
#include "ports/cluster.h"

namespace ephor::kube {

// The subjects of RoleBindings and ClusterRoleBindings and what each is granted. Built when bindings change
// and never changed itself; const methods may be called from any thread. It keeps copies, the bindings may go
// away.
//
//   const RoleIndex index = RoleIndex::Build(role_bindings, cluster_role_bindings);
//   const ports::Roles roles = index.RolesOf({user.username, user.groups}, request.namespace_, arena);
class RoleIndex {
 public:
  // Subjects are users, groups and service accounts, compared exactly; a service account without a namespace
  // is in that of its binding. Anything malformed grants nothing.
  static RoleIndex Build(std::span<const json::Value> role_bindings,
                         std::span<const json::Value> cluster_role_bindings);

  // Roles of any namespace as "namespace:name", and cluster roles by name: those that are bound for the whole
  // cluster or for the request's namespace. Both sorted and unique, and with their texts in the arena. Costs
  // a look-up for the user and one for each group, however many bindings there are.
  ports::Roles RolesOf(const ports::Subject& subject, std::string_view request_namespace, Arena& arena) const;

 private:
  struct Grant {
    std::string role;        // as RolesOf gives it
    std::string namespace_;  // of a binding that grants a cluster role there only; else ""
    bool is_cluster_role;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Grants = std::unordered_map<std::string, std::vector<Grant>, Hash, std::equal_to<>>;

  void Add(const json::Value& binding, bool cluster_wide);

  Grants by_user_, by_group_;
};

}  // namespace ephor::kube
