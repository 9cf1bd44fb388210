#include "engine/cel/validations.h"

#include <algorithm>

#include "engine/run.h"

namespace ephor::engine {
namespace {

// The place of the validation that failed, for reports.
constexpr std::string_view kIndexProperty = "cel.validationIndex";

}  // namespace

bool CelValidations::Compile(std::span<const policy::CelExpression> source,
                             const std::shared_ptr<const cel::Env>& env, SpecCompiler& compiler) {
  validations_.reserve(source.size());
  for (std::size_t i = 0; i < source.size(); ++i) {
    const std::string path = "spec.validations[" + std::to_string(i) + "]";
    auto expression = compiler.Compile(path + ".expression", source[i].expression, env, CelOutput::kBool);
    if (!expression) return false;
    Validation& validation = validations_.emplace_back(
        Validation{*std::move(expression), std::nullopt, source[i].message,
                   "CEL expression validation failed at index " + std::to_string(i), std::to_string(i)});
    if (source[i].message_expression.empty()) continue;
    validation.message_expression =
        compiler.Compile(path + ".messageExpression", source[i].message_expression, env, CelOutput::kString);
    if (!validation.message_expression) return false;
  }
  return true;
}

bool CelValidations::CompileAnnotations(std::span<const policy::CelAuditAnnotation> source,
                                        const std::shared_ptr<const cel::Env>& env, SpecCompiler& compiler) {
  return compiler.AuditAnnotations(source, env, annotations_);
}

// An error of the messageExpression is the message.
std::string_view CelValidations::MessageOf(const Validation& validation, CelActivation& activation) const {
  std::string_view message = validation.message;
  if (validation.message_expression) {
    const auto value = activation.Evaluate(*validation.message_expression);
    message = value ? value->text()
                    : Concat(activation.arena(),
                             {"failed to evaluate message expression: ", value.error().message()});
  }
  return message.empty() ? std::string_view(validation.default_message) : message;
}

CelValidations::Verdict CelValidations::FirstFailure(CelActivation& activation) const {
  for (std::size_t i = 0; i < validations_.size(); ++i) {
    const auto value = activation.Evaluate(validations_[i].expression);
    if (value && value->is_true()) continue;
    const Verdict verdict = value ? Verdict{i, false, MessageOf(validations_[i], activation)}
                                  : Verdict{i, true, activation.arena().Copy(value.error().message())};
    for (++i; i < validations_.size(); ++i) activation.TellNotReached(validations_[i].expression);
    return verdict;
  }
  return {};
}

Result<std::span<Property>> CelValidations::Annotations(std::size_t more, CelActivation& activation) const {
  if (annotations_.empty() && more == 0) return std::span<Property>();
  ArenaVector<Property> properties(activation.arena(), annotations_.size() + more);
  for (const AuditAnnotation& annotation : annotations_) {
    auto value = activation.Evaluate(annotation.value);
    if (!value) {
      return Fail(ErrorCode::kEvaluation, "failed to evaluate auditAnnotation '" +
                                              std::string(annotation.key) + "': " + value.error().message());
    }
    // null checks, and cannot be told.
    if (!value->is_string()) {
      return Fail(ErrorCode::kEvaluation,
                  "failed to convert auditAnnotation '" + std::string(annotation.key) +
                      "' expression: type conversion error from 'null_type' to 'string'");
    }
    if (!value->text().empty()) properties.push_back({annotation.key, value->text()});
  }
  return properties.span();
}

Result<RuleResponse> CelValidations::Evaluate(CelActivation& activation) const {
  Arena& arena = activation.arena();
  const auto error = [&](std::size_t index, std::string_view message) {
    return RuleResponse{
        .status = RuleStatus::kError,
        .message = Concat(arena, {"error: ", message}),
        .properties = std::span(arena.New<Property>(Property{kIndexProperty, validations_[index].index}), 1)};
  };
  const Verdict verdict = FirstFailure(activation);
  if (!verdict.index) {
    EPHOR_ASSIGN(const std::span<Property> properties, Annotations(0, activation));
    return RuleResponse{.status = RuleStatus::kPass, .message = "success", .properties = properties};
  }
  if (verdict.is_error) return error(*verdict.index, verdict.message);
  auto properties = Annotations(1, activation);
  if (!properties) return error(*verdict.index, properties.error().message());
  const bool has_index = std::any_of(properties->begin(), properties->end(),
                                     [](const Property& property) { return property.key == kIndexProperty; });
  if (!has_index) {
    // Annotations left room for one more.
    Property* const end = properties->data() + properties->size();
    *end = {kIndexProperty, validations_[*verdict.index].index};
    properties = std::span(properties->data(), properties->size() + 1);
  }
  return RuleResponse{.status = RuleStatus::kFail, .message = verdict.message, .properties = *properties};
}

}  // namespace ephor::engine
