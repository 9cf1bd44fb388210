// One policy on one request.
#pragma once

#include "engine/compiled_policy.h"
#include "engine/context.h"
#include "engine/request.h"
#include "engine/response.h"

namespace ephor::engine {

// Gives the exceptions of a policy's rule; an index that outlives the evaluation, or null where there are
// none.
class ExceptionLookup {
 public:
  virtual ~ExceptionLookup() = default;
  virtual const ExceptionIndex* Of(const CompiledPolicy& policy, std::size_t rule) const = 0;
};

// Which of a policy's rules take part.
enum class Pass : std::uint8_t {
  kAll,           // background scans, the command line
  kBeforeAnswer,  // the rules of an admission request that may block it
  kAfterAnswer,   // the others
};

// Evaluates the validate rules in order. The context holds the request's variables and is left as it was.
// Everything of the response is in the context's arena or the policy; both must outlive it.
PolicyResponse Validate(const CompiledPolicy& policy, const Request& request, Context& context,
                        const ExceptionLookup& exceptions, Pass pass = Pass::kAll);
// The same for rules that an index found: their places in the policy, in order. No other rule may match.
PolicyResponse Validate(const CompiledPolicy& policy, std::span<const std::uint32_t> candidates,
                        const Request& request, Context& context, const ExceptionLookup& exceptions,
                        Pass pass);

// Evaluates the mutate rules in order; each sees the object, in `request.object` and when it is matched, as
// the rules before have left it, and one that fails leaves it as it was. The response's resource is the
// object after the last. Nothing is said of an object that is deleted. Rules that change other objects
// (`targets`) are left out in admission. The request's own object and the context stay as they were.
PolicyResponse Mutate(const CompiledPolicy& policy, const Request& request, Context& context,
                      const ExceptionLookup& exceptions);
// The same for rules that an index found.
PolicyResponse Mutate(const CompiledPolicy& policy, std::span<const std::uint32_t> candidates,
                      const Request& request, Context& context, const ExceptionLookup& exceptions);

// The variables of a request: `request`, `serviceAccountName`, `serviceAccountNamespace`.
void SetRequestVariables(const Request& request, Context& context);

}  // namespace ephor::engine
