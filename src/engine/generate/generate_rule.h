// A `generate` rule: one pattern, or loops of patterns.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/generate/downstream.h"
#include "engine/generate/generate_pattern.h"
#include "engine/generate/objects.h"
#include "json/value.h"
#include "policy/types.h"

namespace ephor::engine {

class Context;

// Immutable, safe from any thread; the policy must outlive it.
class GenerateRule {
 public:
  GenerateRule(const policy::Policy& policy, const policy::Rule& rule);
  ~GenerateRule();
  GenerateRule(GenerateRule&&) noexcept;

  // The objects that the rule makes of a trigger, in the order in which it makes them; they are added to
  // `objects`, where sources are found. Objects that are there already are no part of the answer. The rule's
  // context entries are in the context, whose variables stay as they were; preconditions are the caller's.
  // What one element of a loop fails with does not keep the others from being made, but is the answer.
  Result<std::span<const json::Value>> Make(const json::Value& trigger, Objects& objects,
                                            Context& context) const;

 private:
  struct Loop;

  Result<void> MakeElements(const Loop& loop, const Origin& origin, Objects& objects, Context& context,
                            ArenaVector<ObjectId>& made) const;

  std::string_view policy_;
  std::string_view policy_namespace_;
  std::string_view rule_;
  std::optional<GeneratePattern> pattern_;
  std::vector<Loop> loops_;
};

}  // namespace ephor::engine
