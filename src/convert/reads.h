// What a rule reads of an object: the tree of its paths, with values that tell what the rule makes of them.
#pragma once

#include <memory>

#include "base/arena.h"
#include "convert/read_place.h"
#include "policy/types.h"

namespace ephor::convert {

// All that the rule's match, preconditions and body read of the object. Values are in the arena and in the
// policy. Custom resources are those of a kind that Kubernetes does not have. What a rule that changes
// existing objects reads of these, or sets, is added to `target`, which has its shape.
std::unique_ptr<ReadPlace> ReadsOf(const policy::Rule& rule, const Shape& object, Arena& arena,
                                   ReadPlace* target = nullptr);

}  // namespace ephor::convert
