// PolicyExceptions of policies.kyverno.io, compiled for one policy.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "engine/cel/expressions.h"
#include "engine/cel/spec_compiler.h"
#include "engine/response.h"
#include "policy/cel_policy_types.h"

namespace ephor::engine {

using CelExceptionList = std::span<const std::shared_ptr<const policy::CelPolicyException>>;

// What exceptions say of one request.
struct CelExemption {
  std::span<const policy::Object* const> matched;  // those that apply, in order
  bool full = false;                               // one of them exempts from the whole policy
  bool passes = false;                             // the result then is "pass", not "skip"
  std::string_view keys;                           // "ns/a, ns/b", of all that apply
  json::Value allowed;  // else, what expressions see as `exceptions`; null for none
};

// The exceptions that name one policy. Immutable, safe from any thread.
class CelExceptions {
 public:
  CelExceptions() = default;

  // Those among `all` that name the policy by its kind and name, as often as they do. Their conditions are
  // compiled in its environment; false where one does not compile.
  bool Add(CelExceptionList all, const policy::Object& policy, const std::shared_ptr<const cel::Env>& env,
           SpecCompiler& compiler);

  bool empty() const { return exceptions_.empty(); }

  // Which apply. An error in the conditions of one ends the policy, unless another has exempted from it
  // before. Everything is in the activation's arena.
  Result<CelExemption> Evaluate(bool fails_closed, CelActivation& activation) const;

 private:
  struct Exception {
    std::shared_ptr<const policy::CelPolicyException> source;
    std::vector<CelExpression> conditions;
    std::string key;            // "namespace/name"
    std::int64_t priority = 0;  // the label polex.kyverno.io/priority

    bool is_full() const { return source->images.empty() && source->allowed_values.empty(); }
  };

  static Result<bool> Applies(const Exception& exception, bool fails_closed, CelActivation& activation);
  static std::string_view JoinedKeys(std::span<const Exception* const> exceptions, Arena& arena);

  std::vector<Exception> exceptions_;
};

// The result that a full exemption gives: rule "exception", skipped or passed.
RuleResponse ExemptedResponse(const CelExemption& exemption, RuleType type, Arena& arena);

}  // namespace ephor::engine
