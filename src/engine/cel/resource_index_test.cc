#include "engine/cel/resource_index.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ephor::engine {
namespace {

using Strings = std::vector<std::string_view>;

// The lists must outlive the rule.
policy::NamedRuleWithOperations Rule(const Strings& groups, const Strings& versions, const Strings& resources,
                                     const Strings& operations) {
  policy::NamedRuleWithOperations rule;
  rule.api_groups = groups;
  rule.api_versions = versions;
  rule.resources = resources;
  rule.operations = operations;
  return rule;
}

TEST(ResourceIndex, FindsWhatMayMatch) {
  const Strings none = {}, core = {""}, apps = {"apps"}, all = {"*"}, v1 = {"v1"},
                pods = {"pods", "pods/status"}, workloads = {"deployments", "pods"}, scales = {"*/scale"},
                create = {"CREATE"}, changes = {"CREATE", "UPDATE"};
  const policy::NamedRuleWithOperations on_pods = Rule(core, v1, pods, create);
  const policy::NamedRuleWithOperations both[] = {Rule(core, v1, pods, all),
                                                  Rule(all, v1, workloads, changes)};
  const policy::NamedRuleWithOperations everything = Rule(all, all, all, create);
  const policy::NamedRuleWithOperations on_scales = Rule(apps, v1, scales, changes);
  const policy::NamedRuleWithOperations no_operations = Rule(core, v1, pods, none);
  ResourceIndex index;
  index.Add(0, {&on_pods, 1});
  index.Add(1, both);
  index.Add(2, {&everything, 1});
  index.Add(3, {&on_scales, 1});
  index.Add(4, {});
  index.Add(5, {&no_operations, 1});
  struct Case {
    std::string_view operation;
    kube::GroupVersionResource resource;
    const char* found;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"CREATE", {"", "v1", "pods"}, "0 1 2 3 4 "},
           {"UPDATE", {"", "v1", "pods"}, "1 3 4 "},
           {"DELETE", {"", "v1", "pods"}, "1 4 "},
           {"CREATE", {"apps", "v1", "deployments"}, "1 2 3 4 "},
           {"CREATE", {"apps", "v1", "pods"}, "1 2 3 4 "},
           {"CREATE", {"", "v2", "pods"}, "1 2 3 4 "},
           {"CONNECT", {"", "v1", "secrets"}, "4 "},
           {"create", {"", "v1", "pods"}, ""},
           {"", {"", "", ""}, ""},
       }) {
    SCOPED_TRACE(std::string(c.operation).append(" ").append(c.resource.group).append(c.resource.resource));
    std::string found;
    index.ForEach(c.operation, c.resource,
                  [&](std::uint32_t policy) { found += std::to_string(policy) + ' '; });
    EXPECT_EQ(found, c.found);
  }
}

}  // namespace
}  // namespace ephor::engine
