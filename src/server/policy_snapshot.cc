#include "server/policy_snapshot.h"

#include <utility>

#include "server/outside_calls.h"

namespace ephor::server {
namespace {

std::string_view TypeOf(const policy::Rule& rule) {
  if (rule.validate != nullptr) return "validate";
  if (rule.mutate != nullptr) return "mutate";
  if (rule.generate != nullptr) return "generate";
  return rule.verify_images.empty() ? "-" : "imageVerify";
}

std::string_view ModeOf(bool enforces) {
  return enforces ? "enforce" : "audit";
}

RuleLabels LabelsOf(const engine::CompiledPolicy& policy) {
  const policy::Policy& source = policy.source();
  const bool namespaced = source.is_namespaced();
  return {.policy_namespace = namespaced ? std::string(source.metadata.namespace_) : "-",
          .policy_name = std::string(source.metadata.name),
          .policy_type = namespaced ? "namespaced" : "cluster",
          .validation_mode = ModeOf(policy::Enforces(source.spec.validation_failure_action)),
          .background_mode = source.spec.background_enabled() ? "true" : "false"};
}

// Of a policy written in CEL, which counts as a whole.
RuleLabels LabelsOf(const engine::PolicyIdentity& policy, std::string_view family, bool denies) {
  const std::string_view namespace_ = policy.namespace_();
  return {.policy_namespace = namespace_.empty() ? "-" : std::string(namespace_),
          .policy_name = std::string(policy.name()),
          .policy_type = namespace_.empty() ? "cluster" : "namespaced",
          .validation_mode = denies ? "Deny" : "Audit",
          .background_mode = policy.in_background() ? "true" : "false",
          .family = family};
}

}  // namespace

PolicySnapshot::PolicySnapshot(engine::PolicySet policies, engine::CelPolicySet cel_policies,
                               engine::Configuration configuration,
                               std::shared_ptr<source::LocalCluster> cluster, ports::World world,
                               RuleCatalog& catalog)
    : policies_(std::move(policies)),
      cel_policies_(std::move(cel_policies)),
      configuration_(std::move(configuration)),
      cluster_(std::move(cluster)),
      world_(world) {
  world_.cluster = cluster_.get();
  const auto look = [&](const auto& list) {
    for (const auto& item : list) {
      may_call_outside_ = may_call_outside_ || MayCallOutside(*item->source().document);
    }
  };
  look(policies_.policies());
  look(policies_.exceptions());
  look(cel_policies_.validating.policies());
  look(cel_policies_.mutating.policies());
  // These ask registries for the images, whatever they say.
  may_call_outside_ = may_call_outside_ || !cel_policies_.images.policies().empty();
  for (const auto& policy : policies_.policies()) {
    RuleLabels labels = LabelsOf(*policy);
    numbers_[policy.get()] = catalog.Id(labels);
    for (const engine::CompiledRule& rule : policy->rules()) {
      RuleLabels of_rule = labels;
      of_rule.rule_name = std::string(rule.name);
      of_rule.rule_type = TypeOf(*rule.source);
      if (rule.validate != nullptr) {
        of_rule.validation_mode = ModeOf(rule.validate->failure_action().EnforcesByDefault());
      }
      numbers_[&rule] = catalog.Id(of_rule);
    }
  }
  const auto add = [&](const auto& list, std::string_view family) {
    for (const auto* policy : list.units()) {
      numbers_[policy] = catalog.Id(LabelsOf(*policy, family, policy->Enforces("", {})));
    }
  };
  add(cel_policies_.validating, "validating");
  add(cel_policies_.mutating, "mutating");
  add(cel_policies_.images, "image_validating");
  add(cel_policies_.native, "native");
  add(cel_policies_.native_mutating, "native_mutating");
}

std::uint32_t PolicySnapshot::NumberOf(const engine::CompiledPolicy& policy, RuleCatalog& catalog) {
  return catalog.Id(LabelsOf(policy));
}

std::vector<std::uint32_t> PolicySnapshot::AllRules() const {
  std::vector<std::uint32_t> rules;
  for (const auto& policy : policies_.policies()) {
    for (const engine::CompiledRule& rule : policy->rules()) rules.push_back(NumberOf(rule));
  }
  return rules;
}

}  // namespace ephor::server
