#include "convert/documents.h"

#include <algorithm>

#include "json/builder.h"
#include "policy/autogen.h"

namespace ephor::convert {
namespace {

class Maker {
 public:
  explicit Maker(Arena& arena) : arena_(arena) {}

  json::Value Text(std::string_view text) { return json::Value::String(arena_.Copy(text)); }

  json::Value Texts(const auto& texts) {
    json::ArrayBuilder list(arena_);
    for (const auto& text : texts) list.Add(Text(text));
    return list.Build();
  }

  json::Value Map(policy::StringMap map) {
    json::ObjectBuilder object(arena_);
    for (const policy::StringPair& pair : map) object.Set(pair.key, Text(pair.value));
    return object.Build();
  }

  json::Value Metadata(const policy::Policy& policy, const std::string& name) {
    json::ObjectBuilder metadata(arena_), annotations(arena_);
    metadata.Set("name", Text(name));
    if (policy.is_namespaced()) metadata.Set("namespace", Text(NamespaceOf(policy)));
    for (const policy::StringPair& pair : policy.metadata.annotations) {
      // What was for the old policy only.
      if (pair.key == policy::kAutogenAnnotation || pair.key.starts_with("kubectl.kubernetes.io/")) continue;
      annotations.Set(pair.key, Text(pair.value));
    }
    if (!annotations.empty()) metadata.Set("annotations", annotations.Build());
    if (!policy.metadata.labels.empty()) metadata.Set("labels", Map(policy.metadata.labels));
    return metadata.Build();
  }

  json::Value Selector(const policy::LabelSelector& selector) {
    json::ObjectBuilder object(arena_);
    if (!selector.match_labels.empty()) object.Set("matchLabels", Map(selector.match_labels));
    if (!selector.match_expressions.empty()) {
      json::ArrayBuilder list(arena_);
      for (const policy::LabelSelectorRequirement& requirement : selector.match_expressions) {
        json::ObjectBuilder one(arena_);
        one.Set("key", Text(requirement.key));
        one.Set("operator", Text(requirement.op));
        if (!requirement.values.empty()) one.Set("values", Texts(requirement.values));
        list.Add(one.Build());
      }
      object.Set("matchExpressions", list.Build());
    }
    return object.Build();
  }

  json::Value TargetConstraints(const CelTargets& targets) {
    json::ObjectBuilder constraints(arena_), one(arena_);
    json::ArrayBuilder rules(arena_);
    one.Set("apiGroups", Texts(std::vector{targets.resource_rule.group}));
    one.Set("apiVersions", Texts(targets.resource_rule.versions));
    one.Set("operations", Texts(std::vector<std::string_view>{"*"}));
    one.Set("resources", Texts(targets.resource_rule.resources));
    rules.Add(one.Build());
    constraints.Set("resourceRules", rules.Build());
    constraints.Set("expression", Text(targets.expression));
    return constraints.Build();
  }

  json::Value Constraints(const ConvertedRule& rule, bool for_ephemeral_containers) {
    json::ArrayBuilder rules(arena_);
    for (const ResourceRule& resources : rule.resource_rules) {
      json::ObjectBuilder one(arena_);
      one.Set("apiGroups", Texts(std::vector{resources.group}));
      one.Set("apiVersions", Texts(resources.versions));
      if (for_ephemeral_containers) {
        one.Set("operations", Texts(std::vector<std::string_view>{"UPDATE"}));
        one.Set("resources", Texts(std::vector<std::string_view>{"pods/ephemeralcontainers"}));
      } else {
        one.Set("operations", Texts(rule.operations));
        one.Set("resources", Texts(resources.resources));
      }
      rules.Add(one.Build());
    }
    json::ObjectBuilder constraints(arena_);
    constraints.Set("resourceRules", rules.Build());
    if (rule.namespace_selector != nullptr)
      constraints.Set("namespaceSelector", Selector(*rule.namespace_selector));
    return constraints.Build();
  }

  json::Value Named(std::string_view name, std::string_view expression) {
    json::ObjectBuilder one(arena_);
    one.Set("name", Text(name));
    one.Set("expression", Text(expression));
    return one.Build();
  }

  json::Value Validation(const CelValidation& validation) {
    json::ObjectBuilder one(arena_);
    one.Set("expression", Text(validation.expression));
    if (!validation.message.empty()) one.Set("message", Text(validation.message));
    if (!validation.message_expression.empty())
      one.Set("messageExpression", Text(validation.message_expression));
    return one.Build();
  }

  json::Value Mutation(const CelMutation& mutation) {
    const json::Value expression =
        json::WithMember(json::Value::Object({}), "expression", Text(mutation.expression), arena_);
    json::ObjectBuilder one(arena_);
    one.Set("patchType", Text(mutation.is_json_patch ? "JSONPatch" : "ApplyConfiguration"));
    one.Set(mutation.is_json_patch ? "jsonPatch" : "applyConfiguration", expression);
    return one.Build();
  }

  json::Value Generation(const CelGeneration& generation) {
    json::ObjectBuilder one(arena_), document(arena_);
    if (!generation.is_template) {
      one.Set("expression", Text(generation.text));
      return one.Build();
    }
    document.Set("value", Text(generation.text));
    if (generation.interpolates) document.Set("interpolate", Text("cel"));
    one.Set("template", document.Build());
    return one.Build();
  }

 private:
  Arena& arena_;
};

json::Value Enabled(bool enabled, Arena& arena) {
  return json::WithMember(json::Value::Object({}), "enabled", json::Value::Bool(enabled), arena);
}

void AddGenerationSwitches(const policy::Policy& policy, const policy::Generation& generation,
                           json::ObjectBuilder& evaluation, Arena& arena) {
  if (generation.synchronize) evaluation.Set("synchronize", Enabled(true, arena));
  if (generation.generate_existing.value_or(policy.spec.generate_existing))
    evaluation.Set("generateExisting", Enabled(true, arena));
  if (generation.orphan_downstream_on_policy_delete)
    evaluation.Set("orphanDownstreamOnPolicyDelete", Enabled(true, arena));
}

}  // namespace

std::string_view NamespaceOf(const policy::Policy& policy) {
  if (!policy.is_namespaced()) return {};
  return policy.metadata.namespace_.empty() ? "default" : policy.metadata.namespace_;
}

json::Value MakeDocument(const policy::Policy& policy, std::span<const ConvertedRule* const> rules,
                         const DocumentOptions& options, Arena& arena) {
  Maker make(arena);
  json::ObjectBuilder spec(arena);
  const ConvertedRule& first = *rules[0];
  spec.Set("matchConstraints", make.Constraints(first, options.for_ephemeral_containers));
  json::ArrayBuilder conditions(arena), variables(arena), validations(arena), mutations(arena),
      generations(arena);
  for (const NamedCondition& condition : first.conditions)
    conditions.Add(make.Named(condition.name, condition.condition.text));
  const policy::WebhookConfiguration* webhook = policy.spec.webhook_configuration;
  if (webhook != nullptr) {
    for (const policy::MatchCondition& condition : webhook->match_conditions)
      conditions.Add(make.Named(condition.name, condition.expression));
  }
  std::vector<std::string_view> declared;
  for (const ConvertedRule* rule : rules) {
    for (const Variables::Variable& variable : rule->variables) {
      if (std::find(declared.begin(), declared.end(), variable.name) != declared.end()) continue;
      declared.push_back(variable.name);
      variables.Add(make.Named(variable.name, variable.expression));
    }
    for (const CelValidation& validation : rule->validations) validations.Add(make.Validation(validation));
    for (const CelMutation& mutation : rule->mutations) mutations.Add(make.Mutation(mutation));
    for (const CelGeneration& generation : rule->generations) generations.Add(make.Generation(generation));
  }
  if (conditions.size() > 0) spec.Set("matchConditions", conditions.Build());
  if (first.targets) {
    spec.Set("targetMatchConstraints", make.TargetConstraints(*first.targets));
    json::ArrayBuilder of_targets(arena);
    for (const NamedCondition& condition : first.targets->conditions)
      of_targets.Add(make.Named(condition.name, condition.condition.text));
    if (of_targets.size() > 0) spec.Set("targetMatchConditions", of_targets.Build());
  }
  if (variables.size() > 0) spec.Set("variables", variables.Build());
  const bool mutates = mutations.size() > 0, generates = generations.size() > 0;
  if (mutates) {
    spec.Set("mutations", mutations.Build());
  } else if (generates) {
    spec.Set("generate", generations.Build());
  } else {
    spec.Set("validations", validations.Build());
    spec.Set("validationActions", make.Texts(options.actions));
  }

  const std::string_view failure_policy = webhook != nullptr && !webhook->failure_policy.empty()
                                              ? webhook->failure_policy
                                              : policy.spec.failure_policy;
  if (failure_policy == "Ignore" && !generates) spec.Set("failurePolicy", make.Text(failure_policy));
  const auto timeout = webhook != nullptr && webhook->timeout_seconds ? webhook->timeout_seconds
                                                                      : policy.spec.webhook_timeout_seconds;
  if (timeout) {
    spec.Set("webhookConfiguration",
             json::WithMember(json::Value::Object({}), "timeoutSeconds", json::Value::Int(*timeout), arena));
  }
  json::ObjectBuilder evaluation(arena);
  if (generates) {
    AddGenerationSwitches(policy, *first.generation, evaluation, arena);
  } else if (!policy.spec.background_enabled() && !mutates)
    evaluation.Set("background", Enabled(false, arena));
  if (first.targets) evaluation.Set("mutateExisting", Enabled(true, arena));
  if (!policy.spec.admission_enabled()) evaluation.Set("admission", Enabled(false, arena));
  if (!evaluation.empty()) spec.Set("evaluation", evaluation.Build());
  if (options.controllers && !options.for_ephemeral_containers) {
    const json::Value controllers =
        json::WithMember(json::Value::Object({}), "controllers", make.Texts(*options.controllers), arena);
    spec.Set("autogen", json::WithMember(json::Value::Object({}), "podControllers", controllers, arena));
  }

  json::ObjectBuilder document(arena);
  document.Set("apiVersion", make.Text("policies.kyverno.io/v1"));
  const std::string kind = mutates ? "MutatingPolicy" : generates ? "GeneratingPolicy" : "ValidatingPolicy";
  document.Set("kind", make.Text(policy.is_namespaced() ? "Namespaced" + kind : kind));
  document.Set("metadata", make.Metadata(policy, options.name));
  document.Set("spec", spec.Build());
  return document.Build();
}

}  // namespace ephor::convert
