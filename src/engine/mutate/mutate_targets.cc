#include "engine/mutate/mutate_targets.h"

#include "engine/validate/body.h"
#include "json/builder.h"
#include "kube/metadata.h"
#include "kube/selector.h"
#include "pattern/wildcard.h"
#include "ports/cluster.h"

namespace ephor::engine {

MutateTargets::MutateTargets(const policy::Policy& policy, std::span<const policy::MutateTarget> targets)
    : policy_namespace_(policy.is_namespaced() ? policy.metadata.namespace_ : std::string_view()),
      arena_(std::make_shared<Arena>(1 << 10)) {
  targets_.reserve(targets.size());
  for (const policy::MutateTarget& source : targets) {
    const json::Value selector = json::WithoutMember(json::WithoutMember(*source.source, "context", *arena_),
                                                     "preconditions", *arena_);
    Target& target = targets_.emplace_back(
        Target{Template(selector), Entries(source.context, policy.metadata.namespace_), std::nullopt});
    if (source.preconditions != nullptr) target.preconditions.emplace(*source.preconditions);
  }
}

std::span<const MutateTargets::Found> MutateTargets::Find(Context& context, std::string& errors) const {
  ArenaVector<Found> found(context.arena());
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    const auto added = FindOne(i, context, found);
    if (added) continue;
    if (!errors.empty()) errors += "; ";
    errors += added.error().message();
  }
  return found.span();
}

Result<void> MutateTargets::FindOne(std::size_t position, Context& context, ArenaVector<Found>& found) const {
  auto selector = targets_[position].selector.Substitute(context);
  if (!selector) {
    return std::unexpected(std::move(selector).error().Within("failed to substitute variables in target[" +
                                                              std::to_string(position) + "]"));
  }
  Arena& arena = context.arena();
  ports::ObjectQuery query;
  query.kind = Concat(arena, {selector->StringAt("apiVersion"), "/", selector->StringAt("kind")});
  query.namespace_ = policy_namespace_.empty() ? selector->StringAt("namespace") : policy_namespace_;
  query.name = selector->StringAt("name");
  EPHOR_ASSIGN(const auto objects, context.world().cluster->Find(query, arena));

  // One object that is named is taken whatever its labels are.
  const json::Value* labels = query.names_one() ? nullptr : selector->Find("selector");
  std::optional<kube::LabelSelector> by_labels;
  if (labels != nullptr && labels->is_object()) by_labels = kube::LabelSelector::FromValue(*labels);
  for (const json::Value& object : objects) {
    if (!by_labels || by_labels->Matches(kube::MetadataOf(object).labels))
      found.push_back({object, position});
  }
  return {};
}

std::optional<Outcome> MutateTargets::Enter(const Found& found, Context& context) const {
  const Target& target = targets_[found.target];
  context.Set("target", found.object);
  target.entries.AddTo(context);
  if (!target.preconditions) return std::nullopt;
  const auto met = target.preconditions->Evaluate(context);
  if (!met) return ErrorOutcome(context.arena(), "failed to evaluate preconditions", met.error());
  if (!met->hold) return PreconditionsNotMet(met->messages, context.arena());
  return std::nullopt;
}

}  // namespace ephor::engine
