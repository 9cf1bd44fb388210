#include "engine/evaluate.h"

#include "engine/observe/observed_rule.h"
#include "json/write.h"

namespace ephor::engine {
namespace {

// Whoever waits for the answer is told what was not looked at, rather than nothing.
constexpr std::string_view kTimeIsOver = "the time for this request was over before the rule's turn";

bool TakesPart(const CompiledRule& rule, const Request& request, Pass pass) {
  if (rule.validate == nullptr) return false;
  if (pass == Pass::kAll) return true;
  const bool before = rule.validate->failure_action().RunsBeforeAnswer(request.subject().namespace_,
                                                                       request.namespace_labels);
  return before == (pass == Pass::kBeforeAnswer);
}

std::span<const Property> ReportProperties(const CompiledRule& rule, Context& context) {
  if (rule.report_properties.empty()) return {};
  ArenaVector<Property> properties(context.arena(), rule.report_properties.size());
  for (const CompiledRule::ReportProperty& property : rule.report_properties) {
    // A property that cannot be substituted stays as it is written.
    const auto value = property.value.Substitute(context);
    const json::Value& text = value ? *value : property.value.document();
    properties.push_back(
        {property.key, text.is_string() ? text.as_string() : context.arena().Copy(json::ToString(text))});
  }
  return properties.span();
}

// "rule is skipped due to policy exceptions" and their keys; no space before the first, as the reference
// prints it.
std::string_view SkippedByExceptions(std::span<const CompiledException* const> exceptions, Arena& arena) {
  ArenaVector<std::string_view> keys(arena, exceptions.size());
  for (const CompiledException* exception : exceptions) keys.push_back(exception->key());
  return Concat(arena, {"rule is skipped due to policy exceptions", JoinNonEmpty(keys.span(), ", ", arena)});
}

std::span<const policy::Object* const> Sources(std::span<const CompiledException* const> exceptions,
                                               Arena& arena) {
  if (exceptions.empty()) return {};
  ArenaVector<const policy::Object*> sources(arena, exceptions.size());
  for (const CompiledException* exception : exceptions) sources.push_back(&exception->source());
  return sources.span();
}

// What frames every kind of rule: context, preconditions, exceptions, then the body, which gives the
// response's outcome or nothing; false then. Applying exceptions skip the rule, unless its body judges with
// them. The rule is known to match.
template <class Judge>
bool EvaluateRule(const CompiledRule& rule, const ExceptionIndex* exception_index, const Request& request,
                  Context& context, bool judges_exceptions, RuleResponse& response, Judge&& judge) {
  Arena& arena = context.arena();
  response.name = rule.name;
  response.rule = &rule;
  const auto decided = [&](const Outcome& outcome) {
    response.status = outcome.status;
    response.message = outcome.message;
    response.beginning = outcome.beginning;
    response.path = outcome.path;
    response.pod_security = outcome.pod_security;
    response.exceptions = Sources(outcome.exceptions, arena);
    return true;
  };

  if (context.world().deadline.HasPassed()) return decided({RuleStatus::kError, kTimeIsOver});
  Context::Scope scope(context);
  if (const auto begun = context.BeginRule(rule.name); !begun) {
    return decided(ErrorOutcome(arena, "failed to load context", begun.error()));
  }
  rule.entries.AddTo(context);
  if (rule.preconditions) {
    const auto met = rule.preconditions->Evaluate(context);
    if (!met) return decided(ErrorOutcome(arena, "failed to evaluate preconditions", met.error()));
    if (!met->hold) return decided(PreconditionsNotMet(met->messages, arena));
  }
  response.properties = ReportProperties(rule, context);

  std::span<const CompiledException* const> exceptions;
  if (exception_index != nullptr) exceptions = exception_index->Applying(request, context);
  if (!exceptions.empty() && !judges_exceptions) {
    return decided({.status = RuleStatus::kSkip,
                    .message = SkippedByExceptions(exceptions, arena),
                    .exceptions = exceptions});
  }
  const std::optional<Outcome> outcome = judge(exceptions);
  return outcome && decided(*outcome);
}

// One response for each object that a rule has changed, or could not.
void AddTargets(const RuleResponse& of_rule, std::span<const Mutated> targets,
                ArenaVector<RuleResponse>& rules) {
  for (const Mutated& target : targets) {
    RuleResponse response = of_rule;
    response.status = target.outcome.status;
    response.message = target.outcome.message;
    if (response.status == RuleStatus::kPass) response.patched_target = target.object;
    rules.push_back(response);
  }
}

// Whether the policy's remaining rules do not run any more.
bool EndsPolicy(const CompiledPolicy& policy, const RuleResponse& response) {
  const bool applied = response.status == RuleStatus::kPass || response.status == RuleStatus::kFail;
  return applied && policy.source().spec.applies_one();
}

}  // namespace

PolicyResponse Validate(const CompiledPolicy& policy, const Request& request, Context& context,
                        const ExceptionLookup& exceptions, Pass pass) {
  return Validate(policy, policy.all_rules(), request, context, exceptions, pass);
}

PolicyResponse Validate(const CompiledPolicy& policy, std::span<const std::uint32_t> candidates,
                        const Request& request, Context& context, const ExceptionLookup& exceptions,
                        Pass pass) {
  PolicyResponse response{.policy = &policy, .rules = {}, .resource = request.subject().object};
  ObservedPolicy observed_policy(context, policy, "validate");
  if (!policy.Concerns(request) || !policy.ConditionsHold(request, context)) {
    observed_policy.NotConcerned();
    return response;
  }

  ArenaVector<RuleResponse> rules(context.arena(), candidates.size());
  for (std::uint32_t i : candidates) {
    const CompiledRule& rule = policy.rules()[i];
    if (!TakesPart(rule, request, pass)) continue;
    ObservedRule observed(context, rule, request);
    if (!rule.match.Matches(request)) continue;
    RuleResponse of_rule;
    const bool has_outcome = EvaluateRule(
        rule, exceptions.Of(policy, i), request, context, rule.validate->judges_exceptions(), of_rule,
        [&](auto applying) {
          const Run run{.request = request, .context = context, .subject = request.object.object};
          return rule.validate->Evaluate(run, rule.match, applying);
        });
    if (!has_outcome) continue;
    observed.Decided(of_rule);
    rules.push_back(of_rule);
    if (EndsPolicy(policy, of_rule)) break;
  }
  response.rules = rules.span();
  return response;
}

PolicyResponse Mutate(const CompiledPolicy& policy, const Request& request, Context& context,
                      const ExceptionLookup& exceptions) {
  return Mutate(policy, policy.all_rules(), request, context, exceptions);
}

PolicyResponse Mutate(const CompiledPolicy& policy, std::span<const std::uint32_t> candidates,
                      const Request& request, Context& context, const ExceptionLookup& exceptions) {
  PolicyResponse response{.policy = &policy, .rules = {}, .resource = request.subject().object};
  ObservedPolicy observed_policy(context, policy, "mutate");
  if (!policy.Concerns(request) || !policy.ConditionsHold(request, context)) {
    observed_policy.NotConcerned();
    return response;
  }

  Context::Scope scope(context);
  Request current = request;
  ArenaVector<RuleResponse> rules(context.arena());
  for (std::uint32_t i : candidates) {
    const CompiledRule& rule = policy.rules()[i];
    if (rule.mutate == nullptr) continue;
    ObservedRule observed(context, rule, current);
    if (!rule.match.Matches(current)) continue;
    const bool is_existing = rule.mutate->is_existing();
    // What is deleted is not changed any more.
    if (is_existing ? request.is_admission : !current.object.present()) continue;
    json::Value object = current.object.object;
    ArenaVector<Mutated> targets(context.arena());
    bool decided_by_frame = true;
    RuleResponse of_rule{.type = RuleType::kMutation};
    EvaluateRule(rule, exceptions.Of(policy, i), current, context, false, of_rule,
                 [&](auto) -> std::optional<Outcome> {
                   decided_by_frame = false;
                   const Run run{.request = current, .context = context, .subject = object};
                   if (is_existing) {
                     rule.mutate->EvaluateTargets(run, targets);
                     return Outcome();
                   }
                   const Mutated mutated = rule.mutate->Evaluate(run);
                   object = mutated.object;
                   return mutated.outcome;
                 });
    if (is_existing && !decided_by_frame) {
      AddTargets(of_rule, targets.span(), rules);
      if (targets.size() == 1) observed.Decided(rules.back());  // of several, each is told on its own
    } else {
      observed.Decided(of_rule);
      rules.push_back(of_rule);
    }
    if (!is_existing && of_rule.status == RuleStatus::kPass) {
      current.object = Resource(object);
      context.SetInRequest("object", object);
      response.resource = object;
    }
    if (!rules.empty() && EndsPolicy(policy, rules.back())) break;
  }
  response.rules = rules.span();
  return response;
}

void SetRequestVariables(const Request& request, Context& context) {
  ArenaVector<json::Member> variables(context.arena(), 3);
  variables.push_back({"request", request.variables});
  if (!request.requester.empty()) {
    // The reference cuts the length of the prefix off without looking at it, and policies see what it finds.
    constexpr std::string_view kPrefix = "system:serviceaccount:";
    std::string_view account = request.requester.username;
    account = account.size() <= kPrefix.size() ? std::string_view() : account.substr(kPrefix.size());
    const auto colon = account.find(':');
    std::string_view namespace_, name;
    if (colon != std::string_view::npos) {
      namespace_ = account.substr(0, colon);
      name = account.substr(colon + 1, account.find(':', colon + 1) - colon - 1);
    }
    variables.push_back({"serviceAccountName", json::Value::String(name)});
    variables.push_back({"serviceAccountNamespace", json::Value::String(namespace_)});
  }
  context.Set(variables.span());
}

}  // namespace ephor::engine
