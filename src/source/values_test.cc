#include "source/values.h"

#include <gtest/gtest.h>

#include "json/write.h"
#include "source/temporary_folder.h"
#include "source/user_info.h"

namespace ephor::source {
namespace {

constexpr std::string_view kHead = "apiVersion: cli.kyverno.io/v1alpha1\nkind: Values\n";

Result<Values> Load(std::string_view body) {
  const TemporaryFolder folder;
  return Values::OfFile(folder.Write("values.yaml", std::string(kHead) + std::string(body)));
}

std::string Shown(const Values& values, std::string_view policy, std::string_view resource) {
  std::string out;
  for (const auto& [key, value] : values.Variables(policy, resource)) {
    out += std::string(key) + "=" + json::ToString(value) + " ";
  }
  return out;
}

TEST(Values, LaterSourcesWin) {
  auto values = Load(
      "globalValues: {a: 1, b: x}\n"
      "policies:\n- name: p\n  resources:\n  - {name: r, values: {b: why, request.operation: UPDATE}}\n");
  ASSERT_TRUE(values) << values.error().message();
  values->Set({"c=z", "a=2", "a=3", "broken", "x=y=z", " d = e ", "request.object.x=1", "=1", "f="});
  EXPECT_EQ(Shown(*values, "p", "r"), "a=\"2\" b=\"why\" request.operation=\"UPDATE\" c=\"z\" d=\"e\" ");
  EXPECT_EQ(Shown(*values, "p", "other"), "a=\"2\" b=\"x\" c=\"z\" d=\"e\" request.operation=\"CREATE\" ");
  EXPECT_TRUE(values->HasResourceValues("p", "r"));
  EXPECT_FALSE(values->HasResourceValues("q", "r"));
}

TEST(Values, NamespacesComeBeforeSelectors) {
  const auto values = Load(
      "namespaceSelector:\n- {name: a, labels: {x: one}}\n- {name: a, labels: {x: two}}\n- {name: b}\n"
      "namespaces:\n- metadata: {name: b, labels: {z: z}}\n");
  ASSERT_TRUE(values) << values.error().message();
  EXPECT_EQ(values->LabelsOf("a")->labels->StringAt("x"), "two");
  EXPECT_EQ(values->LabelsOf("b")->labels->StringAt("z"), "z");
  EXPECT_EQ(values->LabelsOf("c"), nullptr);
}

TEST(Values, Subresources) {
  const auto values = Load(
      "subresources:\n- subresource: {name: deployments/scale, group: autoscaling, version: v1, kind: "
      "Scale}\n"
      "  parentResource: {name: deployments, group: apps, version: v1, kind: Deployment, verbs: null}\n");
  ASSERT_TRUE(values) << values.error().message();
  ASSERT_EQ(values->subresources().size(), 1u);
  EXPECT_EQ(values->subresources()[0].subresource, "scale");
  EXPECT_EQ(values->subresources()[0].parent, (kube::GroupVersionKind{"apps", "v1", "Deployment"}));
}

TEST(Values, Operations) {
  EXPECT_TRUE(Load("globalValues: {request.operation: CONNECT}\n")->CheckOperation());
  const auto wrong = Load("globalValues: {request.operation: PATCH}\n")->CheckOperation();
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().message(),
            "invalid request.operation value \"PATCH\", must be one of CREATE, UPDATE, DELETE, CONNECT");
}

struct BadCase {
  const char* name;
  std::string_view body;
  std::string_view message;
};

TEST(Values, SaysWhatIsWrongAndWhere) {
  const BadCase cases[] = {
      {"UnknownField", "globalValue: {}\n",
       "failed to decode yaml (json: unknown field \"globalValue\" (line 3))"},
      {"UnknownNestedField", "policies:\n- name: p\n  rule: []\n",
       "failed to decode yaml (json: unknown field \"policies[0].rule\" (line 5))"},
      {"WrongType", "policies: p\n",
       "failed to decode yaml (policies must be a list, not a string (line 3))"},
      {"WrongNestedType", "policies:\n- name: 1\n",
       "failed to decode yaml (policies[0].name must be a string, not a number (line 4))"},
      {"NoSubresourceName", "subresources:\n- subresource: {name: scale}\n",
       "failed to decode yaml (subresources[0].subresource needs a name of the form resource/subresource "
       "(line 4))"},
  };
  for (const BadCase& c : cases) {
    SCOPED_TRACE(c.name);
    const auto values = Load(c.body);
    ASSERT_FALSE(values);
    EXPECT_EQ(values.error().message(), c.message);
  }
  const auto missing = Values::OfFile("/nonexistent/values.yaml");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message(),
            "unable to read yaml (open /nonexistent/values.yaml: no such file or directory)");
}

TEST(UserInfo, Reads) {
  const TemporaryFolder folder;
  const auto info =
      LoadUserInfo(folder.Write("user.yaml",
                                "kind: UserInfo\nroles: ['ns:r']\nclusterRoles: [admin]\nuserInfo: "
                                "{username: u, groups: [g], extra: {k: [v]}}\n"));
  ASSERT_TRUE(info) << info.error().message();
  EXPECT_TRUE(info->deprecated_schema);
  EXPECT_EQ(info->username, "u");
  EXPECT_EQ(info->roles, std::vector<std::string_view>{"ns:r"});
  EXPECT_EQ(info->cluster_roles, std::vector<std::string_view>{"admin"});
  EXPECT_EQ(info->groups, std::vector<std::string_view>{"g"});
  const auto wrong = LoadUserInfo(folder.Write("bad.yaml", "userInfo: {username: [x]}\n"));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().message(),
            "failed to decode yaml (userInfo.username must be a string, not a list (line 1))");
}

}  // namespace
}  // namespace ephor::source
