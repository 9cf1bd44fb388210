#include "kube/rbac.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/parse.h"

namespace ephor::kube {
namespace {

using ::testing::ElementsAreArray;

constexpr std::string_view kRoleBindings = R"([
  {"metadata": {"name": "b1", "namespace": "dev"},
   "roleRef": {"kind": "Role", "name": "edit"},
   "subjects": [{"kind": "User", "name": "ann"}, {"kind": "ServiceAccount", "name": "bot"}]},
  {"metadata": {"name": "b2", "namespace": "dev"},
   "roleRef": {"kind": "ClusterRole", "name": "view"},
   "subjects": [{"kind": "Group", "name": "staff"}, {"kind": "Group", "name": "staff"}]},
  {"metadata": {"name": "b3", "namespace": "ops"},
   "roleRef": {"kind": "Role", "name": "edit"},
   "subjects": [{"kind": "User", "name": "ann"}, {"kind": "ServiceAccount", "name": "bot", "namespace": "dev"}]},
  {"metadata": {"name": "no-subjects", "namespace": "ops"}, "roleRef": {"kind": "Role", "name": "edit"}},
  {"metadata": {"name": "odd", "namespace": "ops"}, "roleRef": {"kind": "Other", "name": "x"},
   "subjects": [{"kind": "User", "name": "ann"}]},
  {"metadata": {"name": "odd-subjects", "namespace": "ops"}, "roleRef": {"kind": "Role", "name": "y"},
   "subjects": [7, {"kind": "user", "name": "ann"}, {"name": "ann"}]},
  "not a binding", null
])";

constexpr std::string_view kClusterRoleBindings = R"([
  {"metadata": {"name": "c1"}, "roleRef": {"kind": "ClusterRole", "name": "cluster-admin"},
   "subjects": [{"kind": "Group", "name": "system:masters"},
                {"kind": "ServiceAccount", "name": "bot", "namespace": "dev"},
                {"kind": "ServiceAccount", "name": "homeless"}]},
  {"metadata": {"name": "c2"}, "roleRef": {"kind": "Role", "name": "none"},
   "subjects": [{"kind": "User", "name": "ann"}]},
  {"metadata": {"name": "c3"}, "roleRef": {"kind": "ClusterRole", "name": "audit"},
   "subjects": [{"kind": "User", "name": "ann"}]}
])";

TEST(RoleIndex, RolesOf) {
  struct Case {
    std::string_view username;
    std::vector<std::string_view> groups;
    std::string_view request_namespace;
    std::vector<std::string_view> roles, cluster_roles;
  };
  const Case cases[] = {
      {"ann", {}, "dev", {"dev:edit", "ops:edit"}, {"audit"}},
      {"ann", {"staff"}, "dev", {"dev:edit", "ops:edit"}, {"audit", "view"}},
      {"ann", {"staff"}, "ops", {"dev:edit", "ops:edit"}, {"audit"}},
      {"eve", {"staff", "system:masters"}, "dev", {}, {"cluster-admin", "view"}},
      {"eve", {"staff"}, "", {}, {}},
      {"system:serviceaccount:dev:bot", {}, "x", {"dev:edit", "ops:edit"}, {"cluster-admin"}},
      {"system:serviceaccount:ops:bot", {}, "x", {}, {}},
      {"system:serviceaccount::homeless", {}, "", {}, {}},
      {"staff", {"ann"}, "dev", {}, {}},  // a user is no group
      {"", {}, "", {}, {}},
  };
  Arena arena;
  const json::Value role_bindings = json::Parse(kRoleBindings, arena).value();
  const json::Value cluster_role_bindings = json::Parse(kClusterRoleBindings, arena).value();
  const RoleIndex index = RoleIndex::Build(role_bindings.items(), cluster_role_bindings.items());
  for (const Case& c : cases) {
    SCOPED_TRACE(::testing::Message() << c.username << " in " << c.request_namespace);
    const ports::Roles roles = index.RolesOf({c.username, c.groups}, c.request_namespace, arena);
    EXPECT_THAT(roles.roles, ElementsAreArray(c.roles));
    EXPECT_THAT(roles.cluster_roles, ElementsAreArray(c.cluster_roles));
  }
}

}  // namespace
}  // namespace ephor::kube
