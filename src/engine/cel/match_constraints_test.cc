#include "engine/cel/match_constraints.h"

#include <gtest/gtest.h>

#include <initializer_list>

#include "json/parse.h"

namespace ephor::engine {
namespace {

using policy::StringList;

struct RuleRow {
  const char* name;
  std::vector<std::string_view> groups, versions, resources, operations;
  std::string_view scope;
  std::vector<std::string_view> names;
  bool matches;
};

Request PodRequest() {
  Request request;
  request.kind = {"", "v1", "Pod"};
  request.resource = {"", "v1", "pods"};
  request.operation = "CREATE";
  request.namespace_ = "prod";
  request.name = "web";
  return request;
}

policy::NamedRuleWithOperations RuleOf(const RuleRow& row) {
  policy::NamedRuleWithOperations rule;
  rule.api_groups = row.groups;
  rule.api_versions = row.versions;
  rule.resources = row.resources;
  rule.operations = row.operations;
  rule.scope = row.scope;
  rule.resource_names = row.names;
  return rule;
}

TEST(MatchConstraintsTest, Rules) {
  const RuleRow rows[] = {
      {"Exact", {""}, {"v1"}, {"pods"}, {"CREATE"}, "", {}, true},
      {"Stars", {"*"}, {"*"}, {"*"}, {"*"}, "*", {}, true},
      {"OtherOperation", {""}, {"v1"}, {"pods"}, {"UPDATE", "DELETE"}, "", {}, false},
      {"OtherGroup", {"apps"}, {"v1"}, {"pods"}, {"CREATE"}, "", {}, false},
      {"NoOtherWildcard", {""}, {"v*"}, {"pods"}, {"CREATE"}, "", {}, false},
      {"EmptyOperationsMatchNothing", {""}, {"v1"}, {"pods"}, {}, "", {}, false},
      {"EmptyGroupsMatchNothing", {}, {"v1"}, {"pods"}, {"CREATE"}, "", {}, false},
      {"SubresourceOnly", {""}, {"v1"}, {"pods/exec"}, {"CREATE"}, "", {}, false},
      {"AnySubresourceTakesTheResourceToo", {""}, {"v1"}, {"pods/*"}, {"CREATE"}, "", {}, true},
      {"AnyScaleIsNoPod", {""}, {"v1"}, {"*/scale"}, {"CREATE"}, "", {}, false},
      {"All", {""}, {"v1"}, {"*/*"}, {"CREATE"}, "", {}, true},
      {"Namespaced", {""}, {"v1"}, {"pods"}, {"CREATE"}, "Namespaced", {}, true},
      {"Cluster", {""}, {"v1"}, {"pods"}, {"CREATE"}, "Cluster", {}, false},
      {"Name", {""}, {"v1"}, {"pods"}, {"CREATE"}, "", {"db", "web"}, true},
      {"OtherName", {""}, {"v1"}, {"pods"}, {"CREATE"}, "", {"we"}, false},
  };
  for (const RuleRow& row : rows) {
    SCOPED_TRACE(row.name);
    const policy::NamedRuleWithOperations rule = RuleOf(row);
    policy::MatchConstraints source;
    source.resource_rules = {&rule, 1};
    EXPECT_EQ(MatchConstraints(source).Matches(PodRequest()), row.matches);
    // The same as an exclusion.
    policy::MatchConstraints excluding;
    excluding.exclude_resource_rules = {&rule, 1};
    EXPECT_EQ(MatchConstraints(excluding).Matches(PodRequest()), !row.matches);
  }
}

TEST(MatchConstraintsTest, ANameStillToBeMadeBeginsWithOneOfTheNames) {
  const RuleRow row = {"", {""}, {"v1"}, {"pods"}, {"CREATE"}, "", {"web-"}, true};
  const policy::NamedRuleWithOperations rule = RuleOf(row);
  policy::MatchConstraints source;
  source.resource_rules = {&rule, 1};
  const MatchConstraints constraints(source);
  Arena arena;
  Request request = PodRequest();
  request.name = "";
  request.object = Resource(*json::Parse(R"({"metadata": {"generateName": "web-1-"}})", arena));
  EXPECT_EQ(constraints.Matches(request), true);
  request.object = Resource(*json::Parse(R"({"metadata": {"generateName": "we"}})", arena));
  EXPECT_EQ(constraints.Matches(request), false);
}

struct SelectorRow {
  const char* name;
  std::string_view key, op, value;  // op "" is a matchLabel
  bool on_namespace;
  bool cluster_wide;
  std::string_view labels;      // of the object
  std::string_view old_labels;  // "" is no old object
  std::string_view namespace_labels;
  int matches;  // -1 is an error
};

TEST(MatchConstraintsTest, Selectors) {
  const SelectorRow rows[] = {
      {"Label", "app", "", "web", false, false, R"({"app": "web"})", "", "null", 1},
      {"NoLabel", "app", "", "web", false, false, R"({"app": "db"})", R"({})", "null", 0},
      {"OldObjectIsEnough", "app", "", "web", false, false, R"({})", R"({"app": "web"})", "null", 1},
      {"AbsentOldObjectHasNoLabels", "app", "DoesNotExist", "", false, false, R"({"app": "web"})", "", "null",
       1},
      {"WildcardsAreNotValid", "app", "", "w*", false, false, R"({"app": "web"})", "", "null", -1},
      {"NamespaceLabel", "team", "In", "a", true, false, "{}", "", R"({"team": "a"})", 1},
      {"OtherNamespaceLabel", "team", "NotIn", "a", true, false, "{}", "", R"({"team": "a"})", 0},
      {"UnknownNamespaceHasItsName", "kubernetes.io/metadata.name", "", "prod", true, false, "{}", "", "null",
       1},
      {"ClusterWideIsNeverExempt", "team", "", "a", true, true, "{}", "", "null", 1},
  };
  for (const SelectorRow& row : rows) {
    SCOPED_TRACE(row.name);
    Arena arena;
    policy::LabelSelector selector;
    const policy::StringPair pair = {row.key, row.value};
    policy::LabelSelectorRequirement requirement = {row.key, row.op, {}};
    if (!row.value.empty()) requirement.values = {&row.value, 1};
    if (row.op.empty()) {
      selector.match_labels = {&pair, 1};
    } else {
      selector.match_expressions = {&requirement, 1};
    }
    policy::MatchConstraints source;
    (row.on_namespace ? source.namespace_selector : source.object_selector) = &selector;
    Request request = PodRequest();
    if (row.cluster_wide) {
      request.resource = {"", "v1", "nodes"};
      request.namespace_ = "";
    }
    const auto object = [&](std::string_view labels) {
      const std::string text = R"({"metadata": {"labels": )" + std::string(labels) + "}}";
      return Resource(*json::Parse(arena.Copy(text), arena));
    };
    request.object = object(row.labels);
    if (!row.old_labels.empty()) request.old_object = object(row.old_labels);
    request.namespace_labels = *json::Parse(row.namespace_labels, arena);
    const auto matches = MatchConstraints(source).Matches(request);
    EXPECT_EQ(matches ? int{*matches} : -1, row.matches);
  }
}

TEST(MatchConstraintsTest, AnInvalidSelectorIsNoErrorWhereTheRestDoesNotMatch) {
  policy::LabelSelector selector;
  const policy::StringPair pair = {"app", "w*"};
  selector.match_labels = {&pair, 1};
  const RuleRow row = {"", {""}, {"v1"}, {"configmaps"}, {"*"}, "", {}, false};
  const policy::NamedRuleWithOperations rule = RuleOf(row);
  policy::MatchConstraints source;
  source.object_selector = &selector;
  source.resource_rules = {&rule, 1};
  EXPECT_EQ(MatchConstraints(source).Matches(PodRequest()), false);
}

TEST(MatchConstraintsTest, OwnLabelsOfANamespace) {
  Arena arena;
  policy::LabelSelector selector;
  const policy::StringPair pair = {"team", "a"};
  selector.match_labels = {&pair, 1};
  policy::MatchConstraints source;
  source.namespace_selector = &selector;
  Request request;
  request.resource = {"", "v1", "namespaces"};
  request.operation = "CREATE";
  request.object = Resource(*json::Parse(R"({"metadata": {"labels": {"team": "a"}}})", arena));
  EXPECT_EQ(MatchConstraints(source).Matches(request), true);
  request.operation = "DELETE";
  EXPECT_EQ(MatchConstraints(source).Matches(request), false);
}

}  // namespace
}  // namespace ephor::engine
