// Cleanup policies in `apply`: which resources they would delete.
#pragma once

#include "cli/apply_part.h"
#include "json/value.h"
#include "source/resources.h"

namespace ephor::cli {

struct Session;

// One result for each policy and resource, those of a policy together and in the order of the resources: pass
// where the policy would delete the resource, otherwise fail. Schedules do not matter here. Nothing is said
// of documents that cannot be read: who judges the other policies does.
ApplyPart ApplyCleanupPolicies(const source::ResourceInput& input, const Session& session,
                               const ApplyPart::Style& style);

}  // namespace ephor::cli
