#include "engine/mutate/mutate_rule.h"

#include "engine/mutate/strategic_merge.h"
#include "engine/observe/observed_rule.h"
#include "json/write.h"

namespace ephor::engine {
namespace {

// "mutated KIND/NAME in namespace NAMESPACE".
std::string_view PassedMessage(const json::Value& object, Arena& arena) {
  const std::string_view namespace_ = object.StringAt("metadata", "namespace");
  const std::string_view kind = object.StringAt("kind"), name = object.StringAt("metadata", "name");
  if (namespace_.empty()) return Concat(arena, {"mutated ", kind, "/", name});
  return Concat(arena, {"mutated ", kind, "/", name, " in namespace ", namespace_});
}

}  // namespace

MutateRule::MutateRule(const policy::Policy& policy, const policy::Rule& rule) {
  const policy::Mutation& source = *rule.mutate;
  if (rule.has_mutate_existing()) targets_.emplace(policy, source.targets);
  if (source.foreach.data() != nullptr) {
    loops_.emplace(source.foreach, policy.metadata.namespace_);
  } else {
    patch_.emplace(source.patch_strategic_merge, source.patches_json6902, "mutate");
  }
}

Mutated MutateRule::Evaluate(const Run& run) const {
  Arena& arena = run.context.arena();
  json::Value object;
  if (loops_) {
    auto patched = loops_->Apply(run.subject, 0, run.context);
    if (!patched) return {{RuleStatus::kError, arena.Copy(patched.error().message())}, run.subject};
    if (patched->changed == 0) return {{RuleStatus::kSkip, "0 elements processed"}, run.subject};
    object = patched->object;
  } else {
    auto patched = patch_->Apply(run.subject, run.context);
    if (!patched) return {{RuleStatus::kError, arena.Copy(patched.error().message())}, run.subject};
    if (SameValue(*patched, run.subject) || Equal(*patched, run.subject)) {
      return {{RuleStatus::kSkip, "no patches applied"}, run.subject};
    }
    object = *patched;
  }
  if (object.StringAt("kind").empty()) {
    const std::string text = json::ToString(object);
    return {
        {RuleStatus::kError,
         Concat(arena, {"failed to unmarshal patched resource: Object 'Kind' is missing in '", text, "'"})},
        run.subject};
  }
  return {{RuleStatus::kPass, PassedMessage(object, arena)}, object};
}

void MutateRule::EvaluateTargets(const Run& run, ArenaVector<Mutated>& outcomes) const {
  Arena& arena = run.context.arena();
  if (run.context.world().cluster == nullptr) {
    outcomes.push_back(
        {{RuleStatus::kError,
          "failed to instantiate handler: Handler factory requires a client but a nil client was "
          "passed, likely due to a bug or unsupported operation."},
         {}});
    return;
  }
  std::string errors;
  const std::span<const MutateTargets::Found> targets = targets_->Find(run.context, errors);
  if (!errors.empty()) outcomes.push_back({{RuleStatus::kError, Concat(arena, {": ", errors})}, {}});
  for (const MutateTargets::Found& target : targets) {
    Watched watched(run.context.observer(), {.kind = StepKind::kTarget,
                                             .name = target.object.StringAt("metadata", "name"),
                                             .subject = &target.object});
    Context::Scope scope(run.context);
    if (const auto outcome = targets_->Enter(target, run.context)) {
      outcomes.push_back({*outcome, {}});
    } else {
      Run of_target = run;
      of_target.subject = target.object;
      outcomes.push_back(Evaluate(of_target));
    }
    const Outcome& outcome = outcomes.back().outcome;
    watched.Conclude(VerdictOf(outcome.status), outcome.message);
  }
}

}  // namespace ephor::engine
