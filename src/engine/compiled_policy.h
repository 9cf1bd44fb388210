// A policy as a program.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/cel/native_validations.h"
#include "engine/conditions.h"
#include "engine/context.h"
#include "engine/entries.h"
#include "engine/exceptions.h"
#include "engine/failure_action.h"
#include "engine/generate/generate_rule.h"
#include "engine/match.h"
#include "engine/mutate/mutate_rule.h"
#include "engine/policy_identity.h"
#include "engine/request.h"
#include "engine/response.h"
#include "engine/template.h"
#include "engine/validate/validate_rule.h"
#include "policy/types.h"

namespace ephor::engine {

class Configuration;

struct CompiledRule {
  const policy::Rule* source;
  std::string_view name;
  std::string plain_key;  // the name as blocked requests' messages print it; "" where it needs another form
  Match match;
  Entries entries;
  std::optional<Conditions> preconditions;
  struct ReportProperty {
    std::string_view key;
    Template value;
  };
  std::vector<ReportProperty> report_properties;
  std::unique_ptr<const ValidateRule> validate;
  std::unique_ptr<const MutateRule> mutate;
  std::unique_ptr<const GenerateRule> generate;

  CompiledRule(const policy::Policy& policy, const policy::Rule& rule);
};

// Immutable, safe from any thread, held by shared_ptr: a set that is replaced and the requests that still run
// on it share it.
class CompiledPolicy final : public PolicyIdentity {
 public:
  // Compiling never fails: what cannot be compiled in a rule is reported when that rule is evaluated, as in
  // the reference. What makes a policy as a whole invalid is found before, by policy::Validate.
  explicit CompiledPolicy(std::shared_ptr<const policy::Policy> source);

  const policy::Policy& source() const { return *source_; }
  std::span<const CompiledRule> rules() const { return rules_; }  // after autogen, in the order of evaluation
  // The places of all rules.
  std::span<const std::uint32_t> all_rules() const { return all_rules_; }
  bool has_validate() const { return has_validate_; }
  // Some rule changes the object that is evaluated, or other objects.
  bool has_mutate() const { return has_mutate_; }
  bool has_mutate_standard() const { return has_mutate_standard_; }  // the object itself
  bool has_generate() const { return has_generate_; }
  // failurePolicy is Fail: a rule that ends in an error blocks the request.
  bool fails_closed() const { return fails_closed_; }
  bool emits_warnings() const { return source_->spec.emit_warning.value_or(false); }

  // Whether the policy as a whole concerns the request: a Policy only its own namespace.
  bool Concerns(const Request& request) const;
  // Whether webhookConfiguration.matchConditions hold, which the API server asks before it calls a webhook.
  // Those that cannot be evaluated do not, as in the reference.
  bool ConditionsHold(const Request& request, Context& context) const {
    return !match_conditions_ || EvaluateConditions(request, context);
  }
  // Whether some validate rule's failure may block in the request's namespace.
  bool HasRuleBeforeAnswer(const Request& request) const {
    return always_before_answer_ || AnyRuleBeforeAnswer(request);
  }

  std::string_view report_source() const override { return "kyverno"; }
  bool in_background() const override { return source_->spec.background_enabled(); }
  bool in_admission() const override { return source_->spec.admission_enabled(); }
  // The first rule that names an action decides, then the policy.
  bool Enforces(std::string_view namespace_, const json::Value& namespace_labels) const override;

 private:
  bool AnyRuleBeforeAnswer(const Request& request) const;
  bool EvaluateConditions(const Request& request, Context& context) const;

  std::shared_ptr<const policy::Policy> source_;
  std::vector<CompiledRule> rules_;
  std::vector<std::uint32_t> all_rules_;
  std::optional<NativeConditions> match_conditions_;
  FailureAction own_action_;  // of the policy, without its rules
  bool has_validate_ = false;
  bool has_mutate_ = false;
  bool has_mutate_standard_ = false;
  bool has_generate_ = false;
  bool always_before_answer_ = false;  // some rule may block everywhere
  bool fails_closed_;
};

}  // namespace ephor::engine
