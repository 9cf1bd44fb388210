#include "server/webhook_rules.h"

#include <gtest/gtest.h>

#include "policy/decode_for_test.h"

namespace ephor::server {
namespace {

std::string Join(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& item : list) text.append(text.empty() ? "" : ",").append(item);
  return text;
}

// A line a rule.
std::string Text(const WebhookRules& rules) {
  std::string text;
  for (const WebhookRule& rule : rules.Compact()) {
    text += Join(rule.groups) + " " + Join(rule.versions) + " " + Join(rule.resources) + " " +
            Join(rule.operations) + " " + rule.scope + "\n";
  }
  return text;
}

struct RulesCase {
  const char* name;
  std::string_view match;  // of a rule, with what follows it
  std::string_view rules;
};

TEST(WebhookRulesTest, Table) {
  const RulesCase cases[] = {
      {"a namespaced kind", "match: {any: [{resources: {kinds: [ConfigMap]}}]}",
       " v1 configmaps CONNECT,CREATE,DELETE,UPDATE Namespaced\n"},
      {"a cluster-scoped kind", "match: {any: [{resources: {kinds: [Namespace]}}]}",
       " v1 namespaces CONNECT,CREATE,DELETE,UPDATE *\n"},
      {"operations", "match: {any: [{resources: {kinds: [Secret], operations: [UPDATE, CREATE]}}]}",
       " v1 secrets CREATE,UPDATE Namespaced\n"},
      {"a wildcard with a subresource", "match: {any: [{resources: {kinds: ['*/scale']}}]}",
       "* * */scale CONNECT,CREATE,DELETE,UPDATE *\n"},
      {"everything", "match: {any: [{resources: {kinds: ['*']}}]}",
       "* * *,pods/ephemeralcontainers CONNECT,CREATE,DELETE,UPDATE *\n"},
      {"everything covers the rest", "match: {any: [{resources: {kinds: ['*/*', Secret, Pod/exec, '*']}}]}",
       "* * */* CONNECT,CREATE,DELETE,UPDATE *\n"},
      {"a subresource", "match: {any: [{resources: {kinds: [Pod/exec], operations: [CONNECT]}}]}",
       " v1 pods/exec CONNECT Namespaced\n"},
      {"two groups by operations",
       "match: {any: [{resources: {kinds: [Secret], operations: [CREATE]}}, {resources: {kinds: [ConfigMap], "
       "operations: [CREATE]}}, {resources: {kinds: [Service], operations: [DELETE]}}]}",
       " v1 services DELETE Namespaced\n v1 configmaps,secrets CREATE Namespaced\n"},
      {"excluded operations",
       "match: {any: [{resources: {kinds: [Secret, ConfigMap]}}]}\n    exclude: {any: [{resources: {kinds: "
       "[Secret], "
       "operations: [DELETE, CONNECT]}}]}",
       " v1 configmaps CONNECT,CREATE,DELETE,UPDATE Namespaced\n v1 secrets CREATE,UPDATE Namespaced\n"},
      {"an excluded kind",
       "match: {any: [{resources: {kinds: [Secret, ConfigMap]}}]}\n    exclude: {any: [{resources: {kinds: "
       "[Secret]}}]}",
       " v1 configmaps CONNECT,CREATE,DELETE,UPDATE Namespaced\n"},
      {"an exclusion that needs the object",
       "match: {any: [{resources: {kinds: [Secret]}}]}\n    exclude: {any: [{resources: {kinds: [Secret], "
       "namespaces: "
       "[a]}}]}",
       " v1 secrets CONNECT,CREATE,DELETE,UPDATE Namespaced\n"},
      {"a kind of no group of Kubernetes", "match: {any: [{resources: {kinds: [example.com/v1/Thing]}}]}",
       ""},
  };
  for (const RulesCase& c : cases) {
    SCOPED_TRACE(c.name);
    std::string spec =
        "\n  rules:\n  - name: r\n    " + std::string(c.match) +
        "\n    validate: {message: m, deny: {conditions: {any: [{key: a, operator: Equals, value: b}]}}}\n";
    WebhookRules rules;
    rules.Add(*policy::DecodeForTest(policy::ClusterPolicyYaml(spec)), WebhookKind::kValidating);
    EXPECT_EQ(Text(rules), c.rules);
    EXPECT_EQ(rules.unknown_kinds().size(), c.rules.empty() ? 1u : 0u);
  }
}

TEST(WebhookRulesTest, OfMutations) {
  const RulesCase cases[] = {
      {"creations and updates",
       "match: {any: [{resources: {kinds: [Secret]}}]}\n    mutate: {patchStrategicMerge: {data: {a: b}}}",
       " v1 secrets CREATE,UPDATE Namespaced\n"},
      {"operations of its own",
       "match: {any: [{resources: {kinds: [Secret], operations: [CREATE]}}]}\n    mutate: "
       "{patchStrategicMerge: {data: {a: b}}}",
       " v1 secrets CREATE Namespaced\n"},
      {"an excluded kind without operations",
       "match: {any: [{resources: {kinds: [Secret, ConfigMap]}}]}\n    exclude: {any: [{resources: {kinds: "
       "[Secret]}}]}\n    mutate: {patchStrategicMerge: {data: {a: b}}}",
       " v1 configmaps CREATE,UPDATE Namespaced\n"},
      {"existing targets are no matter of the answer",
       "match: {any: [{resources: {kinds: [Secret]}}]}\n    mutate: {targets: [{apiVersion: v1, kind: "
       "ConfigMap, name: a, namespace: b}], patchStrategicMerge: {data: {a: b}}}",
       ""},
      {"images to be verified",
       "match: {any: [{resources: {kinds: [Pod]}}]}\n    verifyImages: [{imageReferences: ['*']}]",
       " v1 pods,pods/ephemeralcontainers,replicationcontrollers CREATE,UPDATE Namespaced\n"
       "apps v1 daemonsets,deployments,replicasets,statefulsets CREATE,UPDATE Namespaced\n"
       "batch v1 cronjobs,jobs CREATE,UPDATE Namespaced\n"},
      {"nor is validation",
       "match: {any: [{resources: {kinds: [Secret]}}]}\n    validate: {message: m, pattern: {data: {a: b}}}",
       ""},
  };
  for (const RulesCase& c : cases) {
    SCOPED_TRACE(c.name);
    WebhookRules rules;
    rules.Add(*policy::DecodeForTest(
                  policy::ClusterPolicyYaml("\n  rules:\n  - name: r\n    " + std::string(c.match) + "\n")),
              WebhookKind::kMutating);
    EXPECT_EQ(Text(rules), c.rules);
  }
}

}  // namespace
}  // namespace ephor::server
