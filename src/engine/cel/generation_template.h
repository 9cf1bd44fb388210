// generate[].template of a GeneratingPolicy: objects as YAML, in which texts may hold CEL.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "engine/cel/expressions.h"
#include "json/value.h"
#include "policy/cel_policy_types.h"

namespace ephor::engine {

// Immutable, safe from any thread.
class GenerationTemplate {
 public:
  // A text that is one placeholder becomes its value, whatever that is; in a longer text it must be a scalar.
  // Keys have none. Fails with kInvalidPolicy, naming the line:
  //   line 3: invalid placeholder expression "x": ERROR: <input>:1:1: undeclared reference to 'x' ...
  static Result<GenerationTemplate> Compile(const policy::CelGenerationTemplate& source,
                                            const std::shared_ptr<const cel::Env>& env);

  GenerationTemplate(GenerationTemplate&&) noexcept;
  GenerationTemplate& operator=(GenerationTemplate&&) noexcept;
  ~GenerationTemplate();

  // One object a document, in the activation's arena. Fails with kEvaluation:
  //   document 1: field "data": failed to evaluate placeholder "object.x": no such key: x
  Result<std::span<const json::Value>> Render(CelActivation& activation) const;

 private:
  struct Node;
  class Compiler;
  GenerationTemplate();

  static Result<json::Value> Render(const Node& node, CelActivation& activation);
  static Result<json::Value> RenderText(const Node& node, CelActivation& activation);

  std::unique_ptr<Arena> arena_;  // of the literal parts
  std::vector<Node> documents_;
};

}  // namespace ephor::engine
