#include "engine/cel/spec_compiler.h"

#include "policy/field_error.h"

namespace ephor::engine {
namespace {

std::string Item(const std::string& path, std::size_t index, std::string_view field) {
  return path + "[" + std::to_string(index) + "]." + std::string(field);
}

}  // namespace

SpecCompiler::SpecCompiler(std::string_view compiler) {
  if (!compiler.empty())
    errors_.push_back("<nil>: Internal error: " + std::string(compiler) + " error: failed to compile policy");
}

std::optional<CelExpression> SpecCompiler::Compile(const std::string& path, std::string_view text,
                                                   const std::shared_ptr<const cel::Env>& env,
                                                   CelOutput output, std::string_view name) {
  auto program = cel::Program::Compile(text, env);
  if (!program) {
    errors_.push_back(policy::InvalidField(path, text, program.error().message()));
    return std::nullopt;
  }
  if (!Gives(program->type(), output)) {
    errors_.push_back(policy::InvalidField(path, text, ExpectedOutput(output)));
    return std::nullopt;
  }
  return CelExpression(text, *std::move(program), name);
}

bool SpecCompiler::Conditions(const std::string& path, std::span<const policy::MatchCondition> source,
                              const std::shared_ptr<const cel::Env>& env,
                              std::vector<CelExpression>& programs) {
  programs.reserve(source.size());
  for (std::size_t i = 0; i < source.size(); ++i) {
    auto program =
        Compile(Item(path, i, "expression"), source[i].expression, env, CelOutput::kBool, source[i].name);
    if (program) programs.push_back(*std::move(program));
  }
  return programs.size() == source.size();
}

bool SpecCompiler::Variables(std::span<const policy::CelVariable> source, CelScope& scope) {
  std::size_t compiled = 0;
  for (std::size_t i = 0; i < source.size(); ++i) {
    auto program =
        Compile(Item("spec.variables", i, "expression"), source[i].expression, scope.env(), CelOutput::kAny);
    if (!program) continue;
    scope.Declare(source[i].name, *std::move(program));
    ++compiled;
  }
  return compiled == source.size();
}

bool SpecCompiler::AuditAnnotations(std::span<const policy::CelAuditAnnotation> source,
                                    const std::shared_ptr<const cel::Env>& env,
                                    std::vector<AuditAnnotation>& annotations) {
  annotations.reserve(source.size());
  for (std::size_t i = 0; i < source.size(); ++i) {
    auto program = Compile(Item("spec.auditAnnotations", i, "valueExpression"), source[i].value_expression,
                           env, CelOutput::kStringOrNull, source[i].key);
    if (program) annotations.push_back({source[i].key, *std::move(program)});
  }
  return annotations.size() == source.size();
}

Error SpecCompiler::Failure(SpecErrors* errors) const {
  if (errors != nullptr) errors->insert(errors->end(), errors_.begin(), errors_.end());
  return Error(ErrorCode::kInvalidPolicy, policy::Aggregate(errors_));
}

}  // namespace ephor::engine
