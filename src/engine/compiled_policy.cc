#include "engine/compiled_policy.h"

#include <algorithm>

#include "cel/lib/environments.h"

namespace ephor::engine {

CompiledRule::CompiledRule(const policy::Policy& policy, const policy::Rule& rule)
    : source(&rule),
      name(rule.name),
      plain_key(PlainKey(rule.name)),
      match(rule),
      entries(rule.context, policy.metadata.namespace_) {
  if (rule.preconditions != nullptr) preconditions.emplace(*rule.preconditions);
  for (const policy::StringPair& property : rule.report_properties) {
    report_properties.push_back({property.key, Template(json::Value::String(property.value))});
  }
  if (rule.has_mutate()) mutate = std::make_unique<MutateRule>(policy, rule);
  if (rule.has_generate()) generate = std::make_unique<GenerateRule>(policy, rule);
  if (rule.has_validate()) validate = std::make_unique<ValidateRule>(policy, rule);
}

CompiledPolicy::CompiledPolicy(std::shared_ptr<const policy::Policy> source)
    : PolicyIdentity(*source, source->is_namespaced()),
      source_(std::move(source)),
      own_action_(source_->spec, policy::Validation()) {
  rules_.reserve(source_->effective_rules.size());
  for (const policy::Rule& rule : source_->effective_rules) {
    all_rules_.push_back(static_cast<std::uint32_t>(rules_.size()));
    const CompiledRule& compiled = rules_.emplace_back(*source_, rule);
    has_mutate_ |= compiled.mutate != nullptr;
    has_mutate_standard_ |= compiled.mutate != nullptr && !compiled.mutate->is_existing();
    has_generate_ |= compiled.generate != nullptr;
    const ValidateRule* const validate = compiled.validate.get();
    if (validate == nullptr) continue;
    has_validate_ = true;
    always_before_answer_ |= validate->failure_action().BlocksEverywhere();
  }
  const policy::WebhookConfiguration* webhook = source_->spec.webhook_configuration;
  const std::string_view failure_policy = webhook != nullptr && !webhook->failure_policy.empty()
                                              ? webhook->failure_policy
                                              : source_->spec.failure_policy;
  fails_closed_ = failure_policy != "Ignore";
  if (webhook != nullptr && !webhook->match_conditions.empty()) {
    match_conditions_.emplace(webhook->match_conditions,
                              CelScope(cel::lib::NativePolicyEnv(false), CelFamily::kKubernetes));
  }
}

bool CompiledPolicy::AnyRuleBeforeAnswer(const Request& request) const {
  return std::ranges::any_of(rules_, [&](const CompiledRule& rule) {
    return rule.validate != nullptr && rule.validate->failure_action().RunsBeforeAnswer(
                                           request.subject().namespace_, request.namespace_labels);
  });
}

bool CompiledPolicy::EvaluateConditions(const Request& request, Context& context) const {
  CelInput input = MakeCelInput(request, context.world(), context.arena());
  // A webhook's conditions have none.
  input.namespace_object = json::Value();
  const auto hold = match_conditions_->Hold(input, context.world(), context.arena());
  return hold && *hold;
}

bool CompiledPolicy::Enforces(std::string_view namespace_, const json::Value& namespace_labels) const {
  for (const CompiledRule& rule : rules_) {
    if (rule.validate == nullptr) continue;
    if (const auto decided = rule.validate->failure_action().RuleBlocks(namespace_, namespace_labels)) {
      return *decided;
    }
  }
  return own_action_.Blocks(namespace_, namespace_labels);
}

bool CompiledPolicy::Concerns(const Request& request) const {
  if (!source_->is_namespaced()) return true;
  const std::string_view own =
      source_->metadata.namespace_.empty() ? "default" : source_->metadata.namespace_;
  const auto outside = [&](const Resource& resource) {
    return resource.present() && resource.namespace_ != own;
  };
  return !outside(request.object) && !outside(request.old_object);
}

}  // namespace ephor::engine
