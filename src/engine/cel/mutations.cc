#include "engine/cel/mutations.h"

#include "engine/cel/json_patches.h"
#include "engine/observe/patch.h"

namespace ephor::engine {
namespace {

// The expression that belongs to a mutation's type, or nullptr.
const policy::CelPatch* PatchOf(const policy::CelMutation& mutation) {
  if (mutation.patch_type == "JSONPatch") return mutation.json_patch;
  return mutation.patch_type == "ApplyConfiguration" ? mutation.apply_configuration : nullptr;
}

}  // namespace

bool CelMutations::Compile(std::span<const policy::CelMutation> source,
                           const std::shared_ptr<const cel::Env>& env, SpecCompiler& compiler) {
  for (std::size_t i = 0; i < source.size(); ++i) {
    const policy::CelPatch* patch = PatchOf(source[i]);
    if (patch == nullptr) continue;
    const bool is_patch = patch == source[i].json_patch;
    auto program =
        compiler.Compile("spec.mutations[" + std::to_string(i) + "]." +
                             (is_patch ? "jsonPatch" : "applyConfiguration") + ".expression",
                         patch->expression, env, is_patch ? CelOutput::kPatches : CelOutput::kObject);
    if (!program) return false;
    mutations_.push_back(
        {is_patch ? Type::kJsonPatch : Type::kApplyConfiguration, source[i].source, *std::move(program)});
  }
  return true;
}

void CelMutations::Compile(std::span<const policy::CelMutation> source,
                           const std::shared_ptr<const cel::Env>& env) {
  for (const policy::CelMutation& mutation : source) {
    const policy::CelPatch* patch = PatchOf(mutation);
    if (patch == nullptr) continue;
    const bool is_patch = patch == mutation.json_patch;
    mutations_.push_back(
        {is_patch ? Type::kJsonPatch : Type::kApplyConfiguration, mutation.source,
         CelExpression(patch->expression, env, is_patch ? CelOutput::kPatches : CelOutput::kObject)});
  }
}

Result<json::Value> CelMutations::Apply(const json::Value& object, const ApplyConfigurationRules& rules,
                                        CelActivation& activation) const {
  json::Value current = object;
  for (std::size_t i = 0; i < mutations_.size(); ++i) {
    EPHOR_ASSIGN(current, ApplyOne(i, current, rules, activation));
    activation.SetObject(current);
  }
  return current;
}

Result<json::Value> CelMutations::ApplyOne(std::size_t index, const json::Value& object,
                                           const ApplyConfigurationRules& rules,
                                           CelActivation& activation) const {
  const Mutation& mutation = mutations_[index];
  return ObservedPatch(activation.observer(), {.kind = StepKind::kPatch, .source = mutation.source}, object,
                       activation.arena(), [&] { return Make(mutation, object, rules, activation); });
}

Result<json::Value> CelMutations::Make(const Mutation& mutation, const json::Value& object,
                                       const ApplyConfigurationRules& rules, CelActivation& activation) {
  EPHOR_ASSIGN(const cel::Value patch, activation.Evaluate(mutation.expression));
  if (mutation.type == Type::kJsonPatch) return ApplyJsonPatches(patch, object, activation.arena());
  return ApplyConfiguration(patch, object, rules, activation.world(), activation.arena());
}

}  // namespace ephor::engine
