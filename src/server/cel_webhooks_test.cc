#include "server/cel_webhooks.h"

#include <gtest/gtest.h>

#include "json/write.h"
#include "yaml/load.h"

namespace ephor::server {
namespace {

std::string Join(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& item : list) text.append(text.empty() ? "" : ",").append(item);
  return text;
}

std::string Text(const CelWebhook& webhook) {
  std::string text = webhook.name + " " + webhook.path + (webhook.mutates ? " mutates" : "") +
                     (webhook.fails_closed ? " Fail" : " Ignore") + (webhook.exact ? " Exact" : "");
  if (webhook.timeout != 0) text += " " + std::to_string(webhook.timeout) + "s";
  for (const json::Value& selector : {webhook.namespace_selector, webhook.object_selector}) {
    if (selector.is_object()) text += " " + json::ToString(selector);
  }
  text += "\n";
  for (const WebhookRule& rule : webhook.rules) {
    text += "  " + Join(rule.groups) + " " + Join(rule.versions) + " " + Join(rule.resources) + " " +
            Join(rule.operations) + " " + rule.scope + "\n";
  }
  for (const auto& [name, expression] : webhook.conditions) text += "  " + name + ": " + expression + "\n";
  return text;
}

std::string Policy(std::string_view kind, std::string_view metadata, std::string_view resource,
                   std::string_view rest) {
  return "---\napiVersion: policies.kyverno.io/v1\nkind: " + std::string(kind) + "\nmetadata: {" +
         std::string(metadata) +
         "}\nspec:\n  matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], "
         "operations: [UPDATE, CREATE], resources: [" +
         std::string(resource) + "]}]}\n" + std::string(rest);
}

std::string Webhooks(const std::string& policies, std::string_view namespace_selector = "null") {
  const source::LoadedPolicies loaded = source::LoadPolicyText("p.yaml", policies);
  for (const auto& problem : loaded.problems) ADD_FAILURE() << problem.Description();
  Arena arena;
  const auto selector = yaml::Load(namespace_selector, arena);
  std::string text;
  for (const CelWebhook& webhook : CelWebhooksOf(loaded, *selector, json::Value(), arena))
    text += Text(webhook);
  return text;
}

constexpr std::string_view kCondition =
    "  matchConditions: [{name: c, expression: \"object.spec.a == 1\"}]\n";

TEST(CelWebhooks, PoliciesShareOne) {
  EXPECT_EQ(Webhooks(Policy("ValidatingPolicy", "name: b", "secrets", "") +
                     Policy("ValidatingPolicy", "name: a", "configmaps", "") +
                     Policy("ValidatingPolicy", "name: c", "secrets", "  failurePolicy: Ignore\n") +
                     Policy("ValidatingPolicy", "name: d", "secrets",
                            "  evaluation: {admission: {enabled: false}}\n")),
            "vpol.validate.kyverno.svc-fail /vpol/a/b Fail\n"
            "   v1 configmaps CREATE,UPDATE *\n   v1 secrets CREATE,UPDATE *\n"
            "vpol.validate.kyverno.svc-ignore /vpol/c Ignore\n   v1 secrets CREATE,UPDATE *\n");
}

TEST(CelWebhooks, ThoseForPodControllersBringTheirRules) {
  EXPECT_EQ(Webhooks(Policy("ValidatingPolicy", "name: a", "pods",
                            "  autogen: {podControllers: {controllers: [jobs, deployments, cronjobs]}}\n")),
            "vpol.validate.kyverno.svc-fail /vpol/a Fail\n"
            "   v1 pods CREATE,UPDATE *\n  apps v1 deployments CREATE,UPDATE *\n"
            "  batch v1 cronjobs CREATE,UPDATE *\n  batch v1 jobs CREATE,UPDATE *\n");
}

TEST(CelWebhooks, ConditionsMakeAWebhookOfTheirOwn) {
  EXPECT_EQ(
      Webhooks(Policy("MutatingPolicy", "name: a", "secrets", kCondition)),
      "mpol.validate.kyverno.svc-fail-finegrained-a /mpol/a mutates Fail\n   v1 secrets CREATE,UPDATE *\n"
      "  c: object.spec.a == 1\n");
  // Kubernetes cannot evaluate Kyverno's functions.
  EXPECT_EQ(Webhooks(Policy("ValidatingPolicy", "name: a", "secrets",
                            "  matchConditions: [{name: c, expression: \"isImage('a')\"}]\n")),
            "vpol.validate.kyverno.svc-fail /vpol/a Fail\n   v1 secrets CREATE,UPDATE *\n");
  // Nor does it take every name for a condition.
  EXPECT_EQ(Webhooks(Policy("ValidatingPolicy", "name: a", "secrets",
                            "  matchConditions: [{name: is it, expression: \"true\"}]\n")),
            "vpol.validate.kyverno.svc-fail /vpol/a Fail\n   v1 secrets CREATE,UPDATE *\n");
  // It has no namespace to give them.
  EXPECT_EQ(
      Webhooks(Policy("ValidatingPolicy", "name: a", "secrets",
                      "  matchConditions: [{name: c, expression: \"namespaceObject.metadata.name == 'a'\"}, "
                      "{name: d, expression: \"true\"}]\n")),
      "vpol.validate.kyverno.svc-fail-finegrained-a /vpol/a Fail\n   v1 secrets CREATE,UPDATE *\n  d: "
      "true\n");
  EXPECT_EQ(
      Webhooks(Policy("ValidatingPolicy", "name: a", "pods",
                      std::string(kCondition) + "  autogen: {podControllers: {controllers: [cronjobs]}}\n")),
      "vpol.validate.kyverno.svc-fail-finegrained-a /vpol/a Fail\n"
      "   v1 pods CREATE,UPDATE *\n  batch v1 cronjobs CREATE,UPDATE *\n"
      "  autogen-c: !((object.apiVersion == 'v1' && object.kind =='Pod')) || (object.spec.a == 1)\n"
      "  autogen-cronjobs-c: !((object.apiVersion == 'batch/v1' && object.kind =='CronJob')) || "
      "(object.spec.jobTemplate.spec.template.spec.a == 1)\n");
}

TEST(CelWebhooks, SettingsMakeAWebhookOfTheirOwn) {
  EXPECT_EQ(Webhooks(Policy("ValidatingPolicy", "name: a", "secrets",
                            "  webhookConfiguration: {timeoutSeconds: 7}\n")),
            "vpol.validate.kyverno.svc-fail-finegrained-a /vpol/a Fail 7s\n   v1 secrets CREATE,UPDATE *\n");
}

TEST(CelWebhooks, NamespacedOnesAreForTheirNamespace) {
  EXPECT_EQ(Webhooks(Policy("NamespacedValidatingPolicy", "name: a, namespace: x", "secrets", kCondition),
                     "{matchExpressions: [{key: k, operator: NotIn, values: [v]}]}"),
            "nvpol.validate.kyverno.svc-fail-finegrained-x-a /nvpol/a Fail "
            R"({"matchExpressions":[{"key":"kubernetes.io/metadata.name","operator":"In","values":["x"]},)"
            R"({"key":"k","operator":"NotIn","values":["v"]}]})"
            "\n   v1 secrets CREATE,UPDATE *\n  c: object.spec.a == 1\n");
  // Policies with different selectors share nothing.
  const std::string two =
      Webhooks(Policy("NamespacedMutatingPolicy", "name: a, namespace: x", "secrets", "") +
               Policy("NamespacedMutatingPolicy", "name: a, namespace: z", "secrets", ""));
  EXPECT_EQ(two,
            "nmpol.validate.kyverno.svc-fail-79af805b /nmpol/a mutates Fail "
            R"({"matchExpressions":[{"key":"kubernetes.io/metadata.name","operator":"In","values":["x"]}]})"
            "\n   v1 secrets CREATE,UPDATE *\n"
            "nmpol.validate.kyverno.svc-fail-b8ca9a20 /nmpol/a mutates Fail "
            R"({"matchExpressions":[{"key":"kubernetes.io/metadata.name","operator":"In","values":["z"]}]})"
            "\n   v1 secrets CREATE,UPDATE *\n");
}

TEST(CelWebhooks, TriggersAreSeenWhateverHappensToThem) {
  EXPECT_EQ(
      Webhooks(Policy("GeneratingPolicy", "name: a", "secrets",
                      "  generate: [{expression: \"true\"}]\n  evaluation: {synchronize: {enabled: true}}\n" +
                          std::string(kCondition))),
      "gpol.validate.kyverno.svc-ignore-finegrained-a /gpol/a Ignore\n"
      "   v1 secrets CONNECT,CREATE,DELETE,UPDATE *\n"
      "  c: request.operation != 'CREATE' || (object.spec.a == 1)\n");
}

TEST(CelWebhooks, ImagesArePinnedByAMutatingOne) {
  const std::string images =
      "  attestors: []\n  validations: []\n  autogen: {podControllers: {controllers: []}}\n";
  EXPECT_EQ(Webhooks(Policy("ImageValidatingPolicy", "name: a", "pods", images) +
                     Policy("ImageValidatingPolicy", "name: b", "pods",
                            images + "  validationConfigurations: {mutateDigest: false}\n")),
            "ivpol.validate.kyverno.svc-fail /ivpol/validate/a/b Fail\n   v1 pods CREATE,UPDATE *\n"
            "ivpol.mutate.kyverno.svc-fail /ivpol/mutate/a mutates Fail\n   v1 pods CREATE,UPDATE *\n");
}

}  // namespace
}  // namespace ephor::server
