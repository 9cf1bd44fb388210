// `mutate.targets`: the other objects that a rule changes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "engine/conditions.h"
#include "engine/context.h"
#include "engine/entries.h"
#include "engine/run.h"
#include "engine/template.h"
#include "policy/types.h"

namespace ephor::engine {

// Immutable, safe from any thread; the policy must outlive it.
class MutateTargets {
 public:
  MutateTargets(const policy::Policy& policy, std::span<const policy::MutateTarget> targets);

  struct Found {
    json::Value object;
    std::size_t target = 0;  // which of the targets it belongs to
  };
  // The objects of the world's cluster that the targets select, in the order of the targets; those of a
  // Policy only in its own namespace. Where something cannot be found, `errors` says so, and the others are
  // found all the same.
  std::span<const Found> Find(Context& context, std::string& errors) const;

  // Makes the object the variable `target` and adds the context entries of its target. An outcome where the
  // object is not to be patched.
  std::optional<Outcome> Enter(const Found& found, Context& context) const;

 private:
  struct Target {
    Template selector;  // the target without context and preconditions
    Entries entries;
    std::optional<Conditions> preconditions;
  };

  Result<void> FindOne(std::size_t position, Context& context, ArenaVector<Found>& found) const;

  std::string_view policy_namespace_;  // of a Policy, else ""
  std::shared_ptr<Arena> arena_;       // of the selectors
  std::vector<Target> targets_;
};

}  // namespace ephor::engine
