#include "engine/validate/pod_security_rule.h"

#include "engine/exceptions.h"
#include "engine/observe/pod_security.h"

namespace ephor::engine {
namespace {

const json::Value* EntriesOf(const CompiledException& exception) {
  return exception.source().document->Find("spec", "podSecurity");
}

}  // namespace

PodSecurityRule::PodSecurityRule(const json::Value& source, std::string_view rule_name)
    : standard_(pss::Standard::Compile(source, *arena_)), rule_name_(rule_name) {
  pss::Standard::AppendPass(rule_name, passed_);
}

std::optional<Outcome> PodSecurityRule::Evaluate(const Run& run,
                                                 std::span<const CompiledException* const> exceptions) const {
  if (run.request.is_delete()) return std::nullopt;
  Arena& arena = run.context.arena();
  for (const CompiledException* exception : exceptions) {
    if (!exception->source().pod_security.empty()) continue;
    return Outcome{.status = RuleStatus::kSkip,
                   .message = Concat(arena, {"rule is skipped due to policy exception ", exception->key()}),
                   .exceptions = std::span(arena.New<const CompiledException*>(exception), 1)};
  }
  auto evaluation = standard_.Evaluate(run.subject, arena);
  if (!evaluation) return Outcome{RuleStatus::kError, arena.Copy(evaluation.error().message())};
  if (run.context.observer() != nullptr) [[unlikely]]
    TellControls(standard_, *evaluation, arena, *run.context.observer());
  if (evaluation->violations.empty()) return Outcome{RuleStatus::kPass, passed_};
  if (!exceptions.empty()) {
    if (auto excepted = Except(*evaluation, exceptions, arena)) return excepted;
  }
  std::string message;
  standard_.AppendFailure(rule_name_, run.subject.StringAt("kind"), evaluation->violations, message);
  return Outcome{.status = RuleStatus::kFail,
                 .message = arena.Copy(message),
                 .pod_security = arena.New<pss::Evaluation>(*evaluation)};
}

std::optional<Outcome> PodSecurityRule::Except(pss::Evaluation& evaluation,
                                               std::span<const CompiledException* const> exceptions,
                                               Arena& arena) const {
  std::string_view keys;
  for (const CompiledException* exception : exceptions) {
    standard_.Exclude(pss::CompileExclusions(EntriesOf(*exception), arena), evaluation, arena);
    keys = keys.empty() ? exception->key() : Concat(arena, {keys, ", ", exception->key()});
  }
  if (!evaluation.violations.empty()) return std::nullopt;
  return Outcome{.status = RuleStatus::kSkip,
                 .message = Concat(arena, {"rule is skipped due to policy exceptions ", keys}),
                 .exceptions = exceptions};
}

}  // namespace ephor::engine
