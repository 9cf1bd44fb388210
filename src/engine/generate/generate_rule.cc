#include "engine/generate/generate_rule.h"

#include <string>

#include "engine/conditions.h"
#include "engine/context.h"
#include "engine/element.h"
#include "engine/entries.h"
#include "engine/expression.h"

namespace ephor::engine {

struct GenerateRule::Loop {
  Expression list;
  Entries entries;
  std::optional<Conditions> preconditions;
  GeneratePattern pattern;
};

namespace {

// Errors that come after the first are added to it.
void Join(Error error, std::optional<Error>& all) {
  all = all ? Error(all->code(), all->message() + "; " + error.message()) : std::move(error);
}

}  // namespace

GenerateRule::GenerateRule(const policy::Policy& policy, const policy::Rule& rule)
    : policy_(policy.metadata.name),
      policy_namespace_(policy.is_namespaced() ? policy.metadata.namespace_ : std::string_view()),
      rule_(rule.name) {
  const policy::Generation& source = *rule.generate;
  if (source.foreach.data() == nullptr) {
    pattern_.emplace(*source.source, source.synchronize);
    return;
  }
  loops_.reserve(source.foreach.size());
  for (const policy::ForEachGeneration& entry : source.foreach) {
    Loop& loop = loops_.emplace_back(Loop{.list = Expression(entry.list),
                                          .entries = Entries(entry.context, policy.metadata.namespace_),
                                          .preconditions = std::nullopt,
                                          .pattern = GeneratePattern(*entry.source, source.synchronize)});
    if (entry.preconditions != nullptr) loop.preconditions.emplace(*entry.preconditions);
  }
}

GenerateRule::~GenerateRule() = default;
GenerateRule::GenerateRule(GenerateRule&&) noexcept = default;

Result<std::span<const json::Value>> GenerateRule::Make(const json::Value& trigger, Objects& objects,
                                                        Context& context) const {
  const Origin origin{policy_, policy_namespace_, rule_, trigger};
  ArenaVector<ObjectId> made(context.arena());
  if (pattern_) {
    EPHOR_TRY(pattern_->Make(origin, objects, context, made));
  } else {
    std::optional<Error> failed;
    for (std::size_t i = 0; i < loops_.size(); ++i) {
      auto elements = MakeElements(loops_[i], origin, objects, context, made);
      if (elements) continue;
      const std::string place = "failed to process " + std::to_string(i) + " foreach in rule ";
      Join(std::move(elements).error().Within(place + std::string(rule_)), failed);
    }
    if (failed) return std::unexpected(*std::move(failed));
  }
  ArenaVector<json::Value> values(context.arena(), made.span().size());
  for (const ObjectId& id : made.span()) {
    if (const json::Value* const object = objects.Find(id)) values.push_back(*object);
  }
  return std::span<const json::Value>(values.span());
}

Result<void> GenerateRule::MakeElements(const Loop& loop, const Origin& origin, Objects& objects,
                                        Context& context, ArenaVector<ObjectId>& made) const {
  auto list = loop.list.Evaluate(context);
  if (!list) return std::unexpected(std::move(list).error().Within("failed to evaluate list"));
  const auto elements = list->is_array()
                            ? list->items()
                            : std::span<const json::Value>(context.arena().New<json::Value>(*list), 1);
  std::optional<Error> failed;
  Context::Scope scope(context);
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (elements[i].is_null()) continue;
    scope.Reset();
    SetElement(elements[i], i, 0, context);
    loop.entries.AddTo(context);
    const auto make = [&]() -> Result<void> {
      if (loop.preconditions) {
        auto met = loop.preconditions->Evaluate(context);
        if (!met) return std::unexpected(std::move(met).error().Within("failed to evaluate preconditions"));
        if (!met->hold) return {};
      }
      return loop.pattern.Make(origin, objects, context, made);
    };
    if (auto done = make(); !done) {
      Join(std::move(done).error().Within("failed to process " + std::to_string(i) + " element"), failed);
    }
  }
  if (failed) return std::unexpected(*std::move(failed));
  return {};
}

}  // namespace ephor::engine
