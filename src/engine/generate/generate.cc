#include "engine/generate/generate.h"

#include <optional>

#include "engine/generate/objects.h"
#include "engine/observe/observed_rule.h"
#include "engine/run.h"

namespace ephor::engine {
namespace {

std::string_view SkippedByExceptions(std::span<const CompiledException* const> exceptions, Arena& arena) {
  std::string_view text = "rule is skipped due to policy exception ";
  for (std::size_t i = 0; i < exceptions.size(); ++i) {
    text = Concat(arena, {text, i == 0 ? "" : ", ", exceptions[i]->key()});
  }
  return text;
}

// As they are written: the check does not substitute them.
std::span<const Property> WrittenProperties(const CompiledRule& rule, Arena& arena) {
  ArenaVector<Property> properties(arena, rule.report_properties.size());
  for (const CompiledRule::ReportProperty& property : rule.report_properties) {
    properties.push_back({property.key, property.value.document().string_or("")});
  }
  return properties.span();
}

class Evaluation {
 public:
  Evaluation(const Request& request, std::span<const json::Value> sources, Context& context)
      : request_(request), context_(context), objects_(context.arena()) {
    if (request.object.present()) objects_.Put(request.object.object);
    for (const json::Value& source : sources) objects_.Put(source);
  }

  // Nothing where the rule has nothing to say.
  std::optional<RuleResponse> Evaluate(const CompiledRule& rule, const ExceptionIndex* exceptions) {
    RuleResponse response{.name = rule.name, .rule = &rule, .type = RuleType::kGeneration};
    response.properties = WrittenProperties(rule, context_.arena());
    const auto decided = [&](RuleStatus status, std::string_view message) {
      response.status = status;
      response.message = message;
      return response;
    };

    if (exceptions != nullptr) {
      const auto applying = exceptions->Applying(request_, context_);
      if (!applying.empty()) {
        ArenaVector<const policy::Object*> listed(context_.arena(), applying.size());
        for (const CompiledException* exception : applying) listed.push_back(&exception->source());
        response.exceptions = listed.span();
        return decided(RuleStatus::kSkip, SkippedByExceptions(applying, context_.arena()));
      }
    }
    if (!rule.match.Matches(request_, request_.object, request_.requester)) {
      if (!rule.match.Matches(request_, request_.old_object, request_.requester)) return std::nullopt;
      return decided(RuleStatus::kFail, "");
    }

    Context::Scope scope(context_);
    if (!context_.BeginRule(rule.name)) return std::nullopt;
    rule.entries.AddTo(context_);
    if (rule.preconditions) {
      const auto met = rule.preconditions->Evaluate(context_);
      if (!met) return Failed(response, "failed to evaluate conditions", met.error());
      if (!met->hold) return WithOldObject(rule, response);
    }
    if (!failed_) {
      const auto made = rule.generate->Make(request_.object.object, objects_, context_);
      failed_ = !made;
      if (made) response.generated = *made;
    }
    return response;
  }

  // Whether making the objects of some rule has failed.
  bool failed() const { return failed_; }

 private:
  RuleResponse Failed(RuleResponse response, std::string_view place, const Error& error) {
    const Outcome outcome = ErrorOutcome(context_.arena(), place, error);
    response.status = outcome.status;
    response.message = outcome.message;
    return response;
  }

  // The preconditions do not hold for the new object: the old one decides between skip and fail.
  RuleResponse WithOldObject(const CompiledRule& rule, RuleResponse response) {
    response.status = RuleStatus::kSkip;
    if (!request_.old_object.present()) return response;
    context_.SetInRequest("object", request_.old_object.object);
    const auto met = rule.preconditions->Evaluate(context_);
    if (!met) return Failed(response, "failed to evaluate conditions for old resource", met.error());
    if (!met->hold) return response;
    response.status = RuleStatus::kFail;
    response.message = met->messages;
    return response;
  }

  const Request& request_;
  Context& context_;
  Objects objects_;
  bool failed_ = false;
};

}  // namespace

PolicyResponse Generate(const CompiledPolicy& policy, const Request& request,
                        std::span<const json::Value> sources, Context& context,
                        const ExceptionLookup& exceptions) {
  PolicyResponse response{.policy = &policy, .rules = {}, .resource = request.subject().object};
  ObservedPolicy observed_policy(context, policy, "generate");
  if (!policy.Concerns(request) || !policy.ConditionsHold(request, context)) {
    observed_policy.NotConcerned();
    return response;
  }

  Evaluation evaluation(request, sources, context);
  ArenaVector<RuleResponse> rules(context.arena());
  for (const std::uint32_t i : policy.all_rules()) {
    const CompiledRule& rule = policy.rules()[i];
    if (rule.generate == nullptr) continue;
    ObservedRule observed(context, rule, request);
    const auto evaluated = evaluation.Evaluate(rule, exceptions.Of(policy, i));
    if (!evaluated) continue;
    observed.Decided(*evaluated);
    rules.push_back(*evaluated);
    if (policy.source().spec.applies_one() && evaluated->status != RuleStatus::kSkip) break;
  }
  if (evaluation.failed()) {
    for (RuleResponse& rule : rules.span()) rule.generated = {};
  }
  response.rules = rules.span();
  return response;
}

}  // namespace ephor::engine
