// GeneratingPolicy and NamespacedGeneratingPolicy.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "engine/cel/exceptions.h"
#include "engine/cel/generation_template.h"
#include "engine/cel/match_constraints.h"
#include "engine/policy_identity.h"
#include "engine/request.h"
#include "engine/response.h"
#include "policy/cel_policy_types.h"
#include "ports/world.h"

namespace ephor::engine {

// Immutable, safe from any thread.
class CompiledGeneratingPolicy : public PolicyIdentity {
 public:
  // Fails with kInvalidPolicy and the reference's list of what is wrong in the policy or the exceptions that
  // name it.
  static Result<std::shared_ptr<const CompiledGeneratingPolicy>> Compile(
      std::shared_ptr<const policy::GeneratingPolicy> source, CelExceptionList exceptions,
      SpecErrors* errors = nullptr);

  const policy::GeneratingPolicy& source() const { return *source_; }

  std::string_view report_source() const override { return "KyvernoGeneratingPolicy"; }
  bool in_background() const override { return false; }
  bool in_admission() const override { return source_->evaluation.admission.enabled.value_or(true); }
  // A request is never refused because something cannot be made.
  bool Enforces(std::string_view, const json::Value&) const override { return false; }

 private:
  friend PolicyResponse Generate(const CompiledGeneratingPolicy&, const Request&, const ports::World&,
                                 Arena&);

  explicit CompiledGeneratingPolicy(std::shared_ptr<const policy::GeneratingPolicy> source);
  Result<void> CompileSpec(CelExceptionList exceptions, SpecErrors* errors);
  bool CompileGenerations(SpecCompiler& compiler);
  bool MentionsNamespace() const;
  // Nothing where the conditions do not hold.
  Result<std::optional<RuleResponse>> Make(const Request& request, const ports::World& world,
                                           Arena& arena) const;
  Result<void> Apply(const GenerationTemplate& source, ports::Generator& generator,
                     CelActivation& activation) const;

  std::shared_ptr<const policy::GeneratingPolicy> source_;
  std::optional<MatchConstraints> constraints_;  // without any, nothing matches
  CelScope scope_;
  std::vector<CelExpression> conditions_;
  std::vector<std::variant<CelExpression, GenerationTemplate>> generations_;
  std::vector<AuditAnnotation> annotations_;
  CelExceptions exceptions_;
  bool reads_namespace_ = false;
};

// What one policy makes of a request: no rule where it is not about it, else one that bears the objects,
// which are made nowhere. Their labels and owners are the business of whoever creates them. Everything is in
// the arena or the policy.
PolicyResponse Generate(const CompiledGeneratingPolicy& policy, const Request& request,
                        const ports::World& world, Arena& arena);

}  // namespace ephor::engine
