#include "server/cel_webhooks.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/hash.h"
#include "cel/lib/environments.h"
#include "cel/plan/program.h"
#include "json/builder.h"
#include "json/write.h"
#include "policy/cel_autogen.h"
#include "policy/object_meta.h"

namespace ephor::server {
namespace {

using json::Value;
using policy::CelPolicy;

constexpr std::string_view kAllOperations[] = {"CONNECT", "CREATE", "DELETE", "UPDATE"};

// The webhooks of one kind.
struct Family {
  std::string_view name;
  std::string_view path;
  bool mutates;
  bool all_operations = false;  // what is generated also depends on what becomes of its trigger
};

// A policy and those that were made of it for pod controllers.
struct Entry {
  const CelPolicy* policy;
  std::vector<const CelPolicy*> variants;
  bool fails_closed;
  bool synchronizes;
};

// ---- conditions ----

bool Compiles(std::string_view expression, bool with_namespace) {
  const auto program = cel::Program::Compile(expression, cel::lib::WebhookConditionEnv(with_namespace));
  return program && program->type().kind() == cel::TypeKind::kBool;
}

bool KubernetesCanEvaluate(std::span<const policy::MatchCondition> conditions) {
  return !conditions.empty() && std::ranges::all_of(conditions, [](const policy::MatchCondition& condition) {
    return policy::LabelKeyTrouble(condition.name).empty() && Compiles(condition.expression, true);
  });
}

bool HasOwnWebhook(const CelPolicy& policy) {
  return KubernetesCanEvaluate(policy.match_conditions) ||
         policy.match_constraints->match_policy == "Exact" ||
         policy.webhook_configuration.timeout_seconds.has_value();
}

// Where an object is one of the controllers, as an expression.
std::string IsOneOf(const std::vector<policy::PodController>& controllers) {
  std::vector<std::string> tests;
  for (const policy::PodController& controller : controllers) {
    std::string version(controller.group);
    if (!version.empty()) version += '/';
    version += controller.version;
    tests.push_back("(object.apiVersion == '" + version + "' && object.kind =='" +
                    std::string(controller.kind) + "')");
  }
  std::ranges::sort(tests);
  std::string text;
  for (const std::string& test : tests) text.append(text.empty() ? "" : " || ").append(test);
  return text;
}

std::vector<policy::PodController> ControllersOf(const CelPolicy& variant) {
  std::vector<policy::PodController> controllers;
  for (const policy::NamedRuleWithOperations& rule : variant.match_constraints->resource_rules) {
    for (const std::string_view resource : rule.resources) {
      if (const auto* controller = policy::FindPodController(resource)) controllers.push_back(*controller);
    }
  }
  return controllers;
}

// Those of one form of a policy. Where there are several forms, each must let pass the objects of the others.
void AddConditions(const CelPolicy& policy, std::string_view prefix,
                   const std::vector<policy::PodController>& only, bool synchronizes,
                   std::vector<CelWebhook::Condition>& conditions) {
  if (!KubernetesCanEvaluate(policy.match_conditions)) return;
  for (const policy::MatchCondition& source : policy.match_conditions) {
    // A webhook's conditions have no namespace: these are evaluated here alone.
    if (!Compiles(source.expression, false)) continue;
    CelWebhook::Condition condition{std::string(source.name), std::string(source.expression)};
    // A trigger that matches no longer must be seen, for what was generated goes away with it.
    if (synchronizes)
      condition.expression = "request.operation != 'CREATE' || (" + condition.expression + ")";
    if (!only.empty()) {
      condition.name = std::string(prefix) + "-" + condition.name;
      condition.expression = "!(" + IsOneOf(only) + ") || (" + condition.expression + ")";
    }
    conditions.push_back(std::move(condition));
  }
}

// ---- selectors ----

// Both must hold. Of equal labels the second's counts.
Value Merged(const Value& a, const Value& b, Arena& arena) {
  if (!a.is_object()) return b;
  if (!b.is_object()) return a;
  json::ObjectBuilder labels(arena);
  json::ArrayBuilder expressions(arena);
  for (const Value* selector : {&a, &b}) {
    if (const Value* found = selector->Find("matchLabels"); found != nullptr && found->is_object()) {
      for (const json::Member& label : found->members()) labels.Set(json::Key(label.key()), label.value);
    }
    if (const Value* found = selector->Find("matchExpressions"); found != nullptr && found->is_array()) {
      for (const Value& item : found->items()) expressions.Add(item);
    }
  }
  json::ObjectBuilder merged(arena);
  if (!labels.empty()) merged.Set("matchLabels", labels.Build());
  if (expressions.size() > 0) merged.Set("matchExpressions", expressions.Build());
  return merged.Build();
}

Value OnlyNamespace(std::string_view name, Arena& arena) {
  json::ArrayBuilder values(arena, 1);
  values.Add(Value::String(name));
  json::ObjectBuilder requirement(arena);
  requirement.Set("key", Value::String("kubernetes.io/metadata.name"));
  requirement.Set("operator", Value::String("In"));
  requirement.Set("values", values.Build());
  json::ArrayBuilder requirements(arena, 1);
  requirements.Add(requirement.Build());
  json::ObjectBuilder selector(arena);
  selector.Set("matchExpressions", requirements.Build());
  return selector.Build();
}

Value SelectorOf(const CelPolicy& policy, const json::Key& key) {
  const Value* found = policy.match_constraints->source->Find(key);
  return found == nullptr ? Value() : *found;
}

// As Go writes it, in the order of its struct: names are made of a digest of it.
std::string TextOf(const Value& selector) {
  if (!selector.is_object()) return "null";
  std::string text;
  for (const char* key : {"matchLabels", "matchExpressions"}) {
    const Value* found = selector.Find(json::Key(key));
    if (found == nullptr || found->size() == 0) continue;
    text.append(text.empty() ? "\"" : ",\"").append(key).append("\":").append(json::ToString(*found));
  }
  return "{" + text + "}";
}

// ---- webhooks ----

class Maker {
 public:
  Maker(const Value& namespace_selector, const Value& object_selector, Arena& arena)
      : namespace_selector_(namespace_selector), object_selector_(object_selector), arena_(arena) {}

  template <class Policy>
  void AddKind(const Family& cluster_wide, const Family& namespaced,
               const source::Objects<Policy>& policies) {
    std::vector<Entry> of_cluster, of_namespaces;
    for (const auto& policy : policies) {
      if (!policy->evaluation.admission.enabled.value_or(true) || policy->match_constraints == nullptr)
        continue;
      (policy->is_namespaced() ? of_namespaces : of_cluster).push_back(EntryOf(*policy));
    }
    AddFamily(cluster_wide, std::move(of_cluster));
    AddFamily(namespaced, std::move(of_namespaces));
  }

  std::vector<CelWebhook> Take() { return std::move(webhooks_); }

 private:
  template <class Policy>
  static Entry EntryOf(const Policy& policy) {
    Entry entry{&policy, {}, policy.fails_closed(), false};
    if constexpr (requires { policy.variants; }) {
      for (const auto& variant : policy.variants) entry.variants.push_back(variant.get());
    }
    if constexpr (std::is_same_v<Policy, policy::GeneratingPolicy>) {
      entry.fails_closed = false;
      entry.synchronizes = policy.evaluation.synchronize.enabled.value_or(false);
    }
    return entry;
  }

  void AddFamily(const Family& family, std::vector<Entry> entries) {
    std::ranges::sort(entries, {}, [](const Entry& entry) {
      return std::pair(entry.policy->metadata.namespace_, entry.policy->metadata.name);
    });
    const auto rest = std::ranges::stable_partition(
        entries, [](const Entry& entry) { return HasOwnWebhook(*entry.policy); });
    for (const bool closed : {true, false}) {
      for (auto entry = entries.begin(); entry != rest.begin(); ++entry) {
        if (entry->fails_closed == closed) webhooks_.push_back(OwnWebhook(family, *entry));
      }
    }
    AddShared(family, {rest.begin(), rest.end()});
  }

  CelWebhook Begin(const Family& family, const Entry& entry) {
    const CelPolicy& policy = *entry.policy;
    const Value own = policy.is_namespaced() ? OnlyNamespace(policy.metadata.namespace_, arena_)
                                             : SelectorOf(policy, "namespaceSelector");
    CelWebhook webhook;
    webhook.name = std::string(family.name) + (entry.fails_closed ? "-fail" : "-ignore");
    webhook.mutates = family.mutates;
    webhook.fails_closed = entry.fails_closed;
    webhook.namespace_selector = Merged(own, namespace_selector_, arena_);
    webhook.object_selector = Merged(SelectorOf(policy, "objectSelector"), object_selector_, arena_);
    return webhook;
  }

  CelWebhook OwnWebhook(const Family& family, const Entry& entry) {
    const CelPolicy& policy = *entry.policy;
    CelWebhook webhook = Begin(family, entry);
    webhook.name += "-finegrained-";
    if (policy.is_namespaced()) webhook.name.append(policy.metadata.namespace_).append("-");
    webhook.name += policy.metadata.name;
    webhook.path = std::string(family.path) + "/" + std::string(policy.metadata.name);
    webhook.exact = policy.match_constraints->match_policy == "Exact";
    webhook.timeout = policy.webhook_configuration.timeout_seconds.value_or(0);
    // Also where the policy is made for no controllers.
    const bool about_pods = policy::IsAboutPodsAlone(policy);
    const std::vector<policy::PodController> pods = {{"", "v1", "pods", "Pod"}};
    AddConditions(policy, "autogen", about_pods ? pods : std::vector<policy::PodController>(),
                  entry.synchronizes, webhook.conditions);
    for (const CelPolicy* variant : entry.variants) {
      AddConditions(*variant, "autogen-" + std::string(variant->made_for), ControllersOf(*variant), false,
                    webhook.conditions);
    }
    AddRules(family, entry, webhook.rules);
    Sort(webhook.rules);
    return webhook;
  }

  void AddShared(const Family& family, const std::vector<Entry>& entries) {
    // One group for each pair of selectors, in the order of their digests.
    std::map<std::string, std::vector<const Entry*>> groups;
    for (const Entry& entry : entries) {
      const CelWebhook webhook = Begin(family, entry);
      groups[Sha256Hex("[" + TextOf(webhook.namespace_selector) + "," + TextOf(webhook.object_selector) +
                       "]")]
          .push_back(&entry);
    }
    for (const auto& [digest, members] : groups) {
      for (const bool closed : {true, false}) {
        CelWebhook webhook;
        std::vector<std::string_view> names;
        for (const Entry* entry : members) {
          if (entry->fails_closed != closed) continue;
          if (webhook.name.empty()) webhook = Begin(family, *entry);
          AddRules(family, *entry, webhook.rules);
          names.push_back(entry->policy->metadata.name);
        }
        std::ranges::sort(names);
        if (webhook.rules.empty()) continue;
        if (groups.size() > 1) webhook.name += "-" + digest.substr(0, 8);
        webhook.path = family.path;
        for (const std::string_view name : names) webhook.path.append("/").append(name);
        Sort(webhook.rules);
        webhooks_.push_back(std::move(webhook));
      }
    }
  }

  static void AddRules(const Family& family, const Entry& entry, std::vector<WebhookRule>& rules) {
    const auto add = [&](const CelPolicy& policy) {
      for (const policy::NamedRuleWithOperations& source : policy.match_constraints->resource_rules) {
        const auto sorted = [](std::span<const std::string_view> list) {
          std::vector<std::string> texts(list.begin(), list.end());
          std::ranges::sort(texts);
          return texts;
        };
        rules.push_back({.groups = sorted(source.api_groups),
                         .versions = sorted(source.api_versions),
                         .resources = sorted(source.resources),
                         .operations = sorted(family.all_operations ? kAllOperations : source.operations),
                         .scope = source.scope.empty() ? "*" : std::string(source.scope)});
      }
    };
    add(*entry.policy);
    for (const CelPolicy* variant : entry.variants) add(*variant);
  }

  static void Sort(std::vector<WebhookRule>& rules) {
    std::ranges::sort(rules, RuleLess);
    const auto repeated = std::ranges::unique(rules);
    rules.erase(repeated.begin(), repeated.end());
  }

  const Value& namespace_selector_;
  const Value& object_selector_;
  Arena& arena_;
  std::vector<CelWebhook> webhooks_;
};

}  // namespace

std::vector<CelWebhook> CelWebhooksOf(const source::LoadedPolicies& policies, const Value& namespace_selector,
                                      const Value& object_selector, Arena& arena) {
  Maker maker(namespace_selector, object_selector, arena);
  maker.AddKind({"vpol.validate.kyverno.svc", "/vpol", false},
                {"nvpol.validate.kyverno.svc", "/nvpol", false}, policies.validating_policies);
  maker.AddKind({"gpol.validate.kyverno.svc", "/gpol", false, true},
                {"ngpol.validate.kyverno.svc", "/ngpol", false, true}, policies.generating_policies);
  maker.AddKind({"ivpol.validate.kyverno.svc", "/ivpol/validate", false},
                {"nivpol.validate.kyverno.svc", "/nivpol/validate", false},
                policies.image_validating_policies);
  maker.AddKind({"vap.validate.kyverno.svc", "/vap", false}, {}, policies.validating_admission_policies);
  maker.AddKind({"map.validate.kyverno.svc", "/map", true}, {}, policies.mutating_admission_policies);
  maker.AddKind({"mpol.validate.kyverno.svc", "/mpol", true}, {"nmpol.validate.kyverno.svc", "/nmpol", true},
                policies.mutating_policies);
  source::Objects<policy::ImageValidatingPolicy> pinning;
  std::ranges::copy_if(policies.image_validating_policies, std::back_inserter(pinning),
                       [](const auto& policy) { return policy->validation_configurations.mutate_digest; });
  maker.AddKind({"ivpol.mutate.kyverno.svc", "/ivpol/mutate", true},
                {"nivpol.mutate.kyverno.svc", "/nivpol/mutate", true}, pinning);
  return maker.Take();
}

}  // namespace ephor::server
