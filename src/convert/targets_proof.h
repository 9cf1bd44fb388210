// Whether a rule that changes existing objects and its policies change the same ones, to the same.
#pragma once

#include <optional>

#include "base/arena.h"
#include "convert/proof.h"
#include "convert/samples.h"
#include "engine/policy_set.h"

namespace ephor::convert {

// Nothing where all objects of the sample's cluster are afterwards the same. An object that one side fails to
// change stays as it is. `are_asked` is whether the policies are asked about the request at all. Adds one to
// `changed` where some object was changed.
std::optional<Counterexample> CompareTargets(const ProofInput& input, const engine::PolicySet& set,
                                             const Sample& sample, engine::Request request, bool are_asked,
                                             Arena& arena, std::size_t& changed);

}  // namespace ephor::convert
