// spec.mutations of policies that change objects.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/cel/apply_configuration.h"
#include "engine/cel/expressions.h"
#include "engine/cel/spec_compiler.h"
#include "policy/cel_policy_types.h"

namespace ephor::engine {

// One after the other, each seeing the object as the one before has left it. Immutable, safe from any thread;
// the policy must outlive it.
class CelMutations {
 public:
  // Those of a MutatingPolicy. False where one does not compile: the compiler has the error. One whose type
  // and expression do not go together is left out, as in the reference.
  bool Compile(std::span<const policy::CelMutation> source, const std::shared_ptr<const cel::Env>& env,
               SpecCompiler& compiler);
  // Those of a MutatingAdmissionPolicy. One that does not compile fails when it is evaluated.
  void Compile(std::span<const policy::CelMutation> source, const std::shared_ptr<const cel::Env>& env);

  // The object after all of them, or the error of the first that fails; the activation then holds the object
  // as that one found it. In the activation's arena.
  Result<json::Value> Apply(const json::Value& object, const ApplyConfigurationRules& rules,
                            CelActivation& activation) const;

  // One of them, for policies in which each has variables of its own.
  std::size_t size() const { return mutations_.size(); }
  Result<json::Value> ApplyOne(std::size_t index, const json::Value& object,
                               const ApplyConfigurationRules& rules, CelActivation& activation) const;

 private:
  enum class Type : std::uint8_t { kApplyConfiguration, kJsonPatch };
  struct Mutation {
    Type type;
    const json::Value* source;
    CelExpression expression;
  };

  static Result<json::Value> Make(const Mutation& mutation, const json::Value& object,
                                  const ApplyConfigurationRules& rules, CelActivation& activation);

  std::vector<Mutation> mutations_;
};

}  // namespace ephor::engine
