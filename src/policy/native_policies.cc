#include "policy/native_policies.h"

#include <algorithm>
#include <vector>

#include "json/builder.h"
#include "policy/native_documents.h"

namespace ephor::policy {
namespace {

using json::Value;

// The exceptions that name the policy.
std::vector<const CelPolicyException*> Naming(const Object& policy,
                                              SharedObjects<CelPolicyException> exceptions) {
  std::vector<const CelPolicyException*> naming;
  for (const auto& exception : exceptions) {
    const bool names = std::ranges::any_of(exception->policy_refs, [&](const PolicyReference& reference) {
      return reference.name == policy.metadata.name && reference.kind == policy.kind;
    });
    if (names) naming.push_back(exception.get());
  }
  return naming;
}

Value NameAndExpression(std::string_view name, const std::string& expression, Arena& arena) {
  json::ObjectBuilder object(arena, 2);
  object.Set("name", Value::String(name));
  object.Set("expression", Value::String(arena.Copy(expression)));
  return object.Build();
}

void AddItems(const Value& spec, const json::Key& list, json::ArrayBuilder& to) {
  const Value* found = spec.Find(list);
  if (found == nullptr || !found->is_array()) return;
  for (const Value& item : found->items()) to.Add(item);
}

void AddNegated(const std::vector<const CelPolicyException*>& exceptions, json::ArrayBuilder& conditions,
                Arena& arena) {
  for (const CelPolicyException* exception : exceptions) {
    for (const MatchCondition& condition : exception->match_conditions) {
      conditions.Add(
          NameAndExpression(condition.name, "!(" + std::string(condition.expression) + ")", arena));
    }
  }
}

void SetList(const json::Key& key, json::ArrayBuilder& list, json::ObjectBuilder& spec) {
  if (list.size() > 0) spec.Set(key, list.Build());
}

// ['a', 'b'].
std::string QuotedList(StringList texts) {
  std::string list = "[";
  for (const std::string_view text : texts)
    list.append(list.size() > 1 ? ", '" : "'").append(text).append("'");
  return list + "]";
}

std::string ReplaceAll(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// What exceptions allow is a variable of the policy.
Value WithVariablesOfExceptions(const Value& validation, Arena& arena) {
  const std::string_view expression = validation.StringAt("expression");
  std::string text =
      ReplaceAll(std::string(expression), "exceptions.allowedImages", "variables.allowedImages");
  text = ReplaceAll(std::move(text), "exceptions.allowedValues", "variables.allowedValues");
  if (text == expression) return validation;
  return json::WithMember(validation, "expression", Value::String(arena.Copy(text)), arena);
}

NativeObjects Skipped(std::string_view kind, std::string_view why) {
  return {.skipped = std::string("skip generating ").append(kind).append(": ").append(why)};
}

constexpr std::string_view kNotEnabled = "not enabled.";
constexpr std::string_view kAutogen = "pod controllers autogen is enabled.";

}  // namespace

NativeObjects MakeNative(const ValidatingPolicy& policy, SharedObjects<CelPolicyException> exceptions,
                         const NativeOptions& options, Arena& arena) {
  constexpr std::string_view kKind = "ValidatingAdmissionPolicy";
  if (policy.is_namespaced()) return Skipped(kKind, "the policy is namespaced.");
  if (options.only_enabled && !policy.autogen.validating_admission_policy.enabled.value_or(false)) {
    return Skipped(kKind, kNotEnabled);
  }
  if (!policy.variants.empty()) return Skipped(kKind, kAutogen);
  if (policy.match_constraints == nullptr) return Skipped(kKind, "the policy has no matchConstraints.");

  const Value& source = *policy.document->Find("spec");
  const std::vector<const CelPolicyException*> naming = Naming(policy, exceptions);
  json::ArrayBuilder conditions(arena), variables(arena), validations(arena), annotations(arena);
  AddItems(source, "matchConditions", conditions);
  AddNegated(naming, conditions, arena);
  AddItems(source, "variables", variables);
  for (const CelPolicyException* exception : naming) {
    for (const auto& [name, values] :
         {std::pair<std::string_view, StringList>("allowedImages", exception->images),
          {"allowedValues", exception->allowed_values}}) {
      if (!values.empty()) variables.Add(NameAndExpression(name, QuotedList(values), arena));
    }
  }
  for (const CelExpression& validation : policy.validations) {
    validations.Add(WithVariablesOfExceptions(*validation.source, arena));
  }
  AddItems(source, "auditAnnotations", annotations);

  json::ObjectBuilder spec(arena);
  spec.Set("matchConstraints", *source.Find("matchConstraints"));
  SetList("matchConditions", conditions, spec);
  SetList("variables", variables, spec);
  SetList("validations", validations, spec);
  SetList("auditAnnotations", annotations, spec);
  json::ArrayBuilder actions(arena);
  if (policy.validation_actions.empty()) actions.Add(Value::String("Deny"));
  for (const std::string_view action : policy.validation_actions) actions.Add(Value::String(action));
  return NativeDocuments({.kind = kKind, .prefix = "vpol-", .version = "v1"}, policy, spec.Build(),
                         {.actions = actions.Build()}, arena);
}

NativeObjects MakeNative(const MutatingPolicy& policy, SharedObjects<CelPolicyException> exceptions,
                         const NativeOptions& options, Arena& arena) {
  constexpr std::string_view kKind = "MutatingAdmissionPolicy";
  if (policy.is_namespaced()) return Skipped(kKind, "the policy is namespaced.");
  if (options.only_enabled && !policy.autogen.mutating_admission_policy.enabled.value_or(false)) {
    return Skipped(kKind, kNotEnabled);
  }
  if (policy.evaluation.use_server_side_apply) return Skipped(kKind, "useServerSideApply is enabled.");
  if (!policy.variants.empty()) return Skipped(kKind, kAutogen);
  if (policy.match_constraints == nullptr) return Skipped(kKind, "the policy has no matchConstraints.");

  const Value& source = *policy.document->Find("spec");
  json::ArrayBuilder rules(arena), conditions(arena), mutations(arena), variables(arena);
  AddItems(*policy.match_constraints->source, "resourceRules", rules);
  AddNegated(Naming(policy, exceptions), conditions, arena);
  AddItems(source, "matchConditions", conditions);
  AddItems(source, "mutations", mutations);
  AddItems(source, "variables", variables);

  json::ObjectBuilder constraints(arena, 1), spec(arena);
  SetList("resourceRules", rules, constraints);
  spec.Set("matchConstraints", constraints.Build());
  SetList("matchConditions", conditions, spec);
  SetList("mutations", mutations, spec);
  SetList("variables", variables, spec);
  if (!policy.failure_policy.empty()) spec.Set("failurePolicy", Value::String(policy.failure_policy));
  spec.Set("reinvocationPolicy",
           Value::String(policy.reinvocation_policy.empty() ? "Never" : policy.reinvocation_policy));
  return NativeDocuments({.kind = kKind, .prefix = "mpol-", .version = options.map_version}, policy,
                         spec.Build(), {}, arena);
}

}  // namespace ephor::policy
