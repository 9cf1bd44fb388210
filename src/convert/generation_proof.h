// Whether a rule that generates and its policies make the same objects of a sample.
#pragma once

#include <optional>

#include "base/arena.h"
#include "convert/proof.h"
#include "convert/samples.h"
#include "engine/policy_set.h"
#include "engine/request.h"

namespace ephor::convert {

// Nothing where both make the same, or nothing; what one side fails to make it does not make. Left out of the
// comparison is what whoever creates an object writes into it: the labels by which it is found again, and of
// a copy what the API server wrote into its source. `are_asked` is whether the policies are asked about the
// request at all. Adds one to `made` where objects were made.
std::optional<Counterexample> CompareGenerations(const ProofInput& input, const engine::PolicySet& set,
                                                 const Sample& sample, const engine::Request& request,
                                                 bool are_asked, Arena& arena, std::size_t& made);

}  // namespace ephor::convert
