#include "engine/validate/validate_rule.h"

#include "engine/observe/observer.h"

namespace ephor::engine {
namespace {

constexpr std::string_view kInvalidRole[] = {"kyverno:invalidrole"};
constexpr std::string_view kInvalidGroup[] = {"kyverno:invalidgroup"};

// Who created the old object of an update is not known: nobody whom a policy could name.
constexpr Requester kUnknownRequester{
    .username = "kyverno:kyverno-invalid-controller",
    .groups = kInvalidGroup,
    .roles = kInvalidRole,
    .cluster_roles = kInvalidRole,
};

bool Fails(const std::optional<Outcome>& outcome) {
  return outcome && outcome->status == RuleStatus::kFail;
}

}  // namespace

ValidateRule::ValidateRule(const policy::Policy& policy, const policy::Rule& rule)
    : message_(rule.validate->message),
      failure_action_(policy.spec, *rule.validate),
      lets_existing_violations_pass_(rule.validate->allow_existing_violations.value_or(true)),
      has_preconditions_(rule.preconditions != nullptr) {
  const policy::Validation& source = *rule.validate;
  if (source.manifests != nullptr && !source.manifests->attestors.empty()) {
    unavailable_ = "validate.manifests is not available yet";
  } else if (source.pod_security != nullptr) {
    pod_security_ = std::make_unique<const PodSecurityRule>(*source.source->Find("podSecurity"), rule.name);
  } else if (source.cel != nullptr) {
    cel_ = std::make_unique<const CelRule>(*source.cel, rule.cel_preconditions, rule.name, source.message);
  }
  body_ = std::make_unique<Body>(source, BodyContext{policy.metadata.namespace_, rule.name, message_});
}

std::optional<Outcome> ValidateRule::Judge(const Run& run, std::optional<PatternRule::Prepared>& prepared,
                                           std::span<const CompiledException* const> exceptions) const {
  if (pod_security_) return pod_security_->Evaluate(run, exceptions);
  return body_->Judge(run, prepared);
}

std::optional<Outcome> ValidateRule::Evaluate(const Run& run, const Match& match,
                                              std::span<const CompiledException* const> exceptions) const {
  if (!unavailable_.empty()) return Outcome{RuleStatus::kError, unavailable_};
  if (cel_) return cel_->Evaluate(run);
  std::optional<PatternRule::Prepared> prepared;
  const std::optional<Outcome> outcome = Judge(run, prepared, exceptions);

  const bool compares_with_old =
      lets_existing_violations_pass_ && failure_action_.EnforcesByDefault() && run.request.is_update();
  if (!compares_with_old) return outcome;
  if (run.request.operation != "UPDATE") {
    if (pod_security_) return outcome;
    return Outcome{RuleStatus::kSkip, "failed to validate old object"};
  }
  if (Fails(outcome) && OldObjectFails(run, match, prepared, exceptions)) {
    return Outcome{RuleStatus::kSkip, "skipping the rule evaluation as pre-existing violations are allowed"};
  }
  return outcome;
}

// The old object is judged as if it were created now by an unknown requester. Where it does not match the
// rule, it does not count as failing; nor does any old object of a rule with preconditions, which the
// reference fails to read at this place, so that such rules never let existing violations pass.
bool ValidateRule::OldObjectFails(const Run& run, const Match& match,
                                  std::optional<PatternRule::Prepared>& prepared,
                                  std::span<const CompiledException* const> exceptions) const {
  if (has_preconditions_) return false;
  Request created = run.request;
  created.operation = "CREATE";
  created.object = run.request.old_object;
  created.old_object = Resource();
  created.subresource = {};
  if (!match.Matches(created, created.object, kUnknownRequester)) return false;

  Watched watched(run.context.observer(), {.kind = StepKind::kOldObject});
  Context::Scope scope(run.context);
  run.context.SetInRequest("object", created.object.object);
  run.context.SetInRequest("oldObject", json::Value());
  run.context.SetInRequest("operation", json::Value::String("CREATE"));
  const Run old{.request = created, .context = run.context, .subject = created.object.object};
  const bool fails = Fails(Judge(old, prepared, exceptions));
  watched.Conclude(fails ? Verdict::kFail : Verdict::kPass);
  return fails;
}

}  // namespace ephor::engine
