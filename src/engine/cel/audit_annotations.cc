#include "engine/cel/audit_annotations.h"

#include "base/quote.h"

namespace ephor::engine {

Result<std::span<const Property>> EvaluateAnnotations(std::span<const AuditAnnotation> annotations,
                                                      CelActivation& activation) {
  ArenaVector<Property> properties(activation.arena(), annotations.size());
  for (const AuditAnnotation& annotation : annotations) {
    const auto value = activation.Evaluate(annotation.value);
    if (!value) {
      return Fail(ErrorCode::kEvaluation, "failed to evaluate auditAnnotation " + GoQuote(annotation.key) +
                                              ": " + value.error().message());
    }
    if (!value->is_string()) {
      return Fail(ErrorCode::kEvaluation, "failed to convert auditAnnotation " + GoQuote(annotation.key) +
                                              " expression: type conversion error from '" +
                                              std::string(cel::TypeName(*value)) + "' to 'string'");
    }
    if (!value->text().empty()) properties.push_back({annotation.key, value->text()});
  }
  return properties.span();
}

}  // namespace ephor::engine
