#include "source/local_cluster.h"

#include <gtest/gtest.h>

#include "json/parse.h"
#include "json/write.h"

namespace ephor::source {
namespace {

constexpr std::string_view kObjects[] = {
    R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a","labels":{"team":"x"}}})",
    R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"a"},"data":{"k":"1"}})",
    R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"a"},"data":{"k":"2"}})",
    R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"b"}})",
    R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","namespace":"a"}})",
    R"({"apiVersion":"x.io/v1","kind":"Policy","metadata":{"name":"p","namespace":"a"}})",
    R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"b","namespace":"a"},)"
    R"("roleRef":{"kind":"Role","name":"r","apiGroup":"rbac.authorization.k8s.io"},)"
    R"("subjects":[{"kind":"User","name":"u","apiGroup":"rbac.authorization.k8s.io"}]})",
};

std::vector<json::Value> Objects(Arena& arena) {
  std::vector<json::Value> objects;
  for (const std::string_view text : kObjects) objects.push_back(*json::Parse(text, arena));
  return objects;
}

struct CallCase {
  const char* path;
  const char* answer;  // what is between the outer braces matters most: the items, or the error
};

TEST(LocalCluster, AnswersPaths) {
  const LocalCluster cluster(Objects);
  const CallCase cases[] = {
      {"/api/v1/namespaces/a/configmaps/c",
       R"({"apiVersion":"v1","data":{"k":"2"},"kind":"ConfigMap","metadata":{"name":"c","namespace":"a"}})"},
      {"/api/v1/namespaces/b/configmaps",
       R"({"apiVersion":"v1","items":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"b"}}],)"
       R"("kind":"ConfigMapList","metadata":{"resourceVersion":""}})"},
      {"/api/v1/namespaces/a",
       R"({"apiVersion":"v1","kind":"Namespace","metadata":{"labels":{"team":"x"},"name":"a"}})"},
      {"/apis/apps/v1/deployments",
       R"({"apiVersion":"apps/v1","items":[{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d",)"
       R"("namespace":"a"}}],"kind":"DeploymentList","metadata":{"resourceVersion":""}})"},
      {"/apis/apps/v1beta2/namespaces/a/deployments/d",
       R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","namespace":"a"}})"},
      {"/apis/x.io/v1/namespaces/a/policies/p",
       R"({"apiVersion":"x.io/v1","kind":"Policy","metadata":{"name":"p","namespace":"a"}})"},
      {"/api/v1/secrets",
       R"({"apiVersion":"v1","items":[],"kind":"List","metadata":{"resourceVersion":""}})"},
      {"/api/v1/namespaces/a/configmaps/none", "configmaps \"none\" not found"},
      {"/api/v1/pods?limit=1", "failed to parse path: api/v1/pods?limit=1"},
      {"/api/v1/namespaces/a/pods/x/log", "failed to parse path: api/v1/namespaces/a/pods/x/log"},
      {"/healthz", "failed to parse path: healthz"},
      {"", "failed to parse path: "},
  };
  for (const CallCase& c : cases) {
    SCOPED_TRACE(c.path);
    Arena arena;
    const auto answer = cluster.Call("GET", c.path, {}, arena);
    EXPECT_EQ(answer ? json::ToString(*answer) : answer.error().message(), c.answer);
  }
  const LocalCluster offline(Objects, LocalCluster::Answers::kAsReferenceOffline);
  Arena arena;
  EXPECT_EQ(offline.Call("GET", "/api/v1/namespaces/a", {}, arena).error().message(),
            "failed to parse path: api/v1/namespaces/a");
  EXPECT_EQ(offline.Call("GET", "/api/v1/namespaces/a/secrets/s", {}, arena).error().message(),
            "failed to get resource v1/Secret/s: secrets \"s\" not found");
  EXPECT_FALSE(offline.resolves_config_maps());
  EXPECT_TRUE(offline.Call("GET", "/api/v1/namespaces", {}, arena));
  EXPECT_FALSE(cluster.Call("POST", "/api/v1/pods", {}, arena));
}

TEST(LocalCluster, KnowsLabelsAndRoles) {
  const LocalCluster cluster(Objects);
  Arena arena;
  EXPECT_EQ(json::ToString(cluster.NamespaceLabels("a", arena)),
            R"({"kubernetes.io/metadata.name":"a","team":"x"})");
  EXPECT_EQ(json::ToString(cluster.NamespaceLabels("z", arena)), R"({"kubernetes.io/metadata.name":"z"})");
  const ports::Roles roles = cluster.RolesOf({"u", {}}, "a", arena);
  ASSERT_EQ(roles.roles.size(), 1u);
  EXPECT_EQ(roles.roles[0], "a:r");
}

TEST(LocalCluster, ReadsWhenItIsFirstAsked) {
  int reads = 0;
  const LocalCluster cluster([&](Arena& arena) {
    ++reads;
    return Objects(arena);
  });
  EXPECT_EQ(reads, 0);
  Arena arena;
  EXPECT_TRUE(*cluster.Get("v1", "namespaces", "", "a", arena));
  EXPECT_FALSE(*cluster.Get("v1", "namespaces", "", "b", arena));
  EXPECT_EQ(reads, 1);
}

}  // namespace
}  // namespace ephor::source
