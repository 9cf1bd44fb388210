// The generate rules of one policy on one request.
#pragma once

#include <span>

#include "engine/compiled_policy.h"
#include "engine/context.h"
#include "engine/evaluate.h"
#include "engine/request.h"
#include "engine/response.h"
#include "json/value.h"

namespace ephor::engine {

// Evaluates the generate rules in order, as the background controller checks them: a rule passes where the
// trigger matches and the preconditions hold, is skipped where they do not, and fails where only the old
// object, of an update or a deletion, matches or meets them, which is when what was made would have to go.
//
// A rule that passes gives the objects that it would make in a cluster of just the trigger, the sources and
// what the rules before have made. Where making them fails nothing is made for any rule, and the results stay
// as they are: so does the reference, whose controller reports such failures elsewhere.
//
// The context holds the request's variables and is left as it was. Everything of the response is in the
// context's arena, the policy or the sources; all must outlive it.
PolicyResponse Generate(const CompiledPolicy& policy, const Request& request,
                        std::span<const json::Value> sources, Context& context,
                        const ExceptionLookup& exceptions);

}  // namespace ephor::engine
