// spec.validations and spec.auditAnnotations of policies.kyverno.io.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/cel/expressions.h"
#include "engine/cel/spec_compiler.h"
#include "engine/response.h"

namespace ephor::engine {

// Immutable, safe from any thread; the policy must outlive it.
class CelValidations {
 public:
  // False where one does not compile: the compiler has the errors.
  bool Compile(std::span<const policy::CelExpression> source, const std::shared_ptr<const cel::Env>& env,
               SpecCompiler& compiler);
  bool CompileAnnotations(std::span<const policy::CelAuditAnnotation> source,
                          const std::shared_ptr<const cel::Env>& env, SpecCompiler& compiler);

  // The first that does not hold decides, also where it is an error; then the annotations. The response has
  // status, message and properties. Fails where all hold and an annotation cannot be evaluated.
  Result<RuleResponse> Evaluate(CelActivation& activation) const;

  // The same without annotations: the place of the first that does not hold or is an error, with its message.
  struct Verdict {
    std::optional<std::size_t> index;  // none: all hold
    bool is_error = false;
    std::string_view message;
  };
  Verdict FirstFailure(CelActivation& activation) const;

 private:
  struct Validation {
    CelExpression expression;
    std::optional<CelExpression> message_expression;
    std::string_view message;
    std::string default_message;
    std::string index;
  };

  std::string_view MessageOf(const Validation& validation, CelActivation& activation) const;
  Result<std::span<Property>> Annotations(std::size_t more, CelActivation& activation) const;

  std::vector<Validation> validations_;
  std::vector<AuditAnnotation> annotations_;
};

}  // namespace ephor::engine
