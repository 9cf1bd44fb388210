#include "engine/failure_action.h"

#include <algorithm>

#include "engine/match.h"
#include "pattern/wildcard.h"

namespace ephor::engine {
namespace {

bool AnyMatches(policy::StringList patterns, std::string_view text) {
  return std::ranges::any_of(patterns, [&](std::string_view p) { return pattern::WildcardMatch(p, text); });
}

}  // namespace

FailureAction::FailureAction(const policy::Spec& spec, const policy::Validation& rule)
    : rule_overrides_(Compile(rule.failure_action_overrides)),
      spec_overrides_(Compile(spec.validation_failure_action_overrides)),
      rule_has_action_(!rule.failure_action.empty()),
      rule_or_spec_enforces_(
          policy::Enforces(rule_has_action_ ? rule.failure_action : spec.validation_failure_action)),
      spec_enforces_(policy::Enforces(spec.validation_failure_action)) {}

std::vector<FailureAction::Override> FailureAction::Compile(
    std::span<const policy::FailureActionOverride> overrides) {
  std::vector<Override> compiled;
  compiled.reserve(overrides.size());
  for (const policy::FailureActionOverride& source : overrides) {
    const bool valid =
        policy::Enforces(source.action) || source.action == "Audit" || source.action == "audit";
    Override& override =
        compiled.emplace_back(Override{policy::Enforces(source.action), valid, source.namespaces, {}});
    if (source.namespace_selector != nullptr) override.selector = CompileSelector(*source.namespace_selector);
  }
  return compiled;
}

bool FailureAction::RunsBeforeAnswerByOverride(std::string_view namespace_,
                                               const json::Value& namespace_labels) const {
  for (const Override& override : rule_overrides_.empty() ? spec_overrides_ : rule_overrides_) {
    const bool everywhere = override.namespaces.empty() && !override.selector;
    const bool here =
        !namespace_.empty() && (AnyMatches(override.namespaces, namespace_) ||
                                (override.selector && override.selector->Matches(namespace_labels)));
    if (everywhere || here) return override.enforces;
  }
  return rule_or_spec_enforces_;
}

const FailureAction::Override* FailureAction::Applying(const std::vector<Override>& overrides,
                                                       std::string_view namespace_,
                                                       const json::Value& namespace_labels) {
  for (const Override& override : overrides) {
    // A written empty list of namespaces matches nowhere; an absent one everywhere.
    const bool namespace_matches =
        override.namespaces.data() == nullptr || AnyMatches(override.namespaces, namespace_);
    const bool selector_matches = !override.selector || override.selector->Matches(namespace_labels);
    if (override.valid && namespace_matches && selector_matches) return &override;
  }
  return nullptr;
}

std::optional<bool> FailureAction::RuleBlocks(std::string_view namespace_,
                                              const json::Value& namespace_labels) const {
  if (const Override* found = Applying(rule_overrides_, namespace_, namespace_labels)) return found->enforces;
  if (rule_has_action_) return rule_or_spec_enforces_;
  return std::nullopt;
}

bool FailureAction::Blocks(std::string_view namespace_, const json::Value& namespace_labels) const {
  if (const auto decided = RuleBlocks(namespace_, namespace_labels)) return *decided;
  if (const Override* found = Applying(spec_overrides_, namespace_, namespace_labels)) return found->enforces;
  return spec_enforces_;
}

}  // namespace ephor::engine
