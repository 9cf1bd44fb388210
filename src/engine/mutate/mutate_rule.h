// A `mutate` rule: one patch, or loops of patches.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/mutate/mutate_loops.h"
#include "engine/mutate/mutate_targets.h"
#include "engine/mutate/patch.h"
#include "engine/run.h"
#include "policy/types.h"

namespace ephor::engine {

// An outcome with the object as it is afterwards: the given one where the rule did not pass.
struct Mutated {
  Outcome outcome;
  json::Value object;
};

// Immutable, safe from any thread; the policy must outlive it.
class MutateRule {
 public:
  MutateRule(const policy::Policy& policy, const policy::Rule& rule);

  // Whether the rule changes other objects than the one that is evaluated, which happens after the request.
  bool is_existing() const { return targets_.has_value(); }

  // Patches the run's subject. The context's variables stay as they were.
  Mutated Evaluate(const Run& run) const;

  // Of a rule that changes other objects: an outcome for each of them, with the object where it passed. The
  // world needs a cluster, which is only read.
  void EvaluateTargets(const Run& run, ArenaVector<Mutated>& outcomes) const;

 private:
  std::optional<MutateTargets> targets_;
  std::optional<Patch> patch_;
  std::optional<MutateLoops> loops_;
};

}  // namespace ephor::engine
