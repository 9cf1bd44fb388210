#include "engine/mutate/mutate_loops.h"

#include <optional>
#include <string>

#include "engine/conditions.h"
#include "engine/element.h"
#include "engine/entries.h"
#include "engine/expression.h"
#include "engine/mutate/patch.h"
#include "engine/mutate/strategic_merge.h"
#include "engine/observe/loop.h"

namespace ephor::engine {

struct MutateLoops::Loop {
  Expression list;
  bool descending;
  Entries entries;
  std::optional<Conditions> preconditions;
  std::optional<Patch> patch;
  std::optional<MutateLoops> loops;
  const json::Value* source = nullptr;
};

MutateLoops::MutateLoops(std::span<const policy::ForEachMutation> entries,
                         std::string_view policy_namespace) {
  loops_.reserve(entries.size());
  for (const policy::ForEachMutation& entry : entries) {
    // Merging puts elements in front, so the order is turned round where a merge might add some.
    const bool merges = entry.patch_strategic_merge != nullptr;
    Loop& loop =
        loops_.emplace_back(Loop{.list = Expression(entry.list),
                                 .descending = entry.order.empty() ? merges : entry.order == "Descending",
                                 .entries = Entries(entry.context, policy_namespace),
                                 .source = entry.source});
    if (entry.preconditions != nullptr) loop.preconditions.emplace(*entry.preconditions);
    if (!entry.foreach.empty()) {
      loop.loops.emplace(entry.foreach, policy_namespace);
    } else {
      loop.patch.emplace(entry.patch_strategic_merge, entry.patches_json6902, "");
    }
  }
}

MutateLoops::~MutateLoops() = default;
MutateLoops::MutateLoops(MutateLoops&&) noexcept = default;

Result<MutateLoops::Patched> MutateLoops::Apply(const json::Value& object, int nesting,
                                                Context& context) const {
  Patched patched{.object = object};
  for (const Loop& loop : loops_) {
    const Watched watched(context.observer(),
                          {.kind = StepKind::kForEach, .source = loop.source, .text = loop.list.text()});
    auto list = loop.list.Evaluate(context);
    if (!list) {
      // The reference prints the error twice.
      const std::string error = list.error().message();
      return Fail(list.error().code(),
                  "failed to evaluate list " + loop.list.text() + ": " + error + ": " + error);
    }
    const auto elements = list->is_array()
                              ? list->items()
                              : std::span<const json::Value>(context.arena().New<json::Value>(*list), 1);
    auto after = ApplyElements(loop, elements, patched.object, nesting, context);
    if (!after) return std::unexpected(std::move(after).error().Within("failed to mutate elements"));
    if (SameValue(*after, patched.object) || Equal(*after, patched.object)) continue;
    ++patched.changed;
    patched.object = *after;
    context.SetInRequest("object", patched.object);
  }
  return patched;
}

Result<json::Value> MutateLoops::ApplyElements(const Loop& loop, std::span<const json::Value> elements,
                                               const json::Value& object, int nesting,
                                               Context& context) const {
  Context::Scope scope(context);
  json::Value patched = object;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const std::size_t index = loop.descending ? elements.size() - 1 - i : i;
    if (elements[index].is_null()) continue;
    scope.Reset();
    SetElement(elements[index], index, nesting, context);
    const ObservedElement observed(context, index, elements[index]);
    EPHOR_ASSIGN(patched, ApplyElement(loop, index, patched, nesting, context));
  }
  return patched;
}

Result<json::Value> MutateLoops::ApplyElement(const Loop& loop, std::size_t index, const json::Value& object,
                                              int nesting, Context& context) const {
  loop.entries.AddTo(context);
  if (loop.preconditions) {
    auto met = loop.preconditions->Evaluate(context);
    if (!met) {
      const std::string place =
          "failed to evaluate mutate.foreach[" + std::to_string(index) + "].preconditions";
      return std::unexpected(std::move(met).error().Within(place));
    }
    if (!met->hold) return object;
  }
  if (loop.patch) return loop.patch->Apply(object, context);
  EPHOR_ASSIGN(const Patched patched, loop.loops->Apply(object, nesting + 1, context));
  return patched.object;
}

}  // namespace ephor::engine
