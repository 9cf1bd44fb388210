// CEL as policies use it: an environment with the policy's own variables, and expressions over one request.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "cel/plan/program.h"
#include "engine/request.h"
#include "ports/world.h"

namespace ephor::engine {

// What expressions see of a request.
struct CelInput {
  json::Value object;
  json::Value old_object;
  json::Value request;
  json::Value namespace_object;  // null for cluster-wide objects
  json::Value params;
};

// The request's object and old object with the kind that they are known by, and the variables `request` and
// `namespaceObject` as Kubernetes makes them. In the arena.
CelInput MakeCelInput(const Request& request, const ports::World& world, Arena& arena);

struct NamedExpression {
  std::string_view name;
  std::string_view text;
};

// An expression, or why it does not compile. Immutable.
class CelExpression {
 public:
  CelExpression(std::string_view text, std::shared_ptr<const cel::Env> env);

  std::string_view text() const { return text_; }
  const std::optional<cel::Program>& program() const { return program_; }
  const std::string& error() const { return error_; }  // of compiling; "" where there is none

 private:
  std::string_view text_;
  std::optional<cel::Program> program_;
  std::string error_;
};

// The `variables` of a policy: each is evaluated at most once for a request, when an expression first reads
// it, and sees those declared before it. Immutable, safe from any thread; the texts must outlive it.
class CelScope {
 public:
  CelScope(std::shared_ptr<const cel::Env> base, std::span<const NamedExpression> variables);

  // The environment of expressions that may read the variables.
  const std::shared_ptr<const cel::Env>& env() const { return env_; }

 private:
  friend class CelActivation;

  std::shared_ptr<const cel::Env> env_;
  std::vector<std::string> names_;
  std::vector<CelExpression> variables_;
};

// One request's evaluation of expressions of one scope. Not thread-safe. Everything is in the arena.
class CelActivation {
 public:
  CelActivation(const CelScope& scope, const CelInput& input, const ports::World& world, Arena& arena);
  CelActivation(const CelActivation&) = delete;
  CelActivation& operator=(const CelActivation&) = delete;

  // The expression's value, or why there is none: "compilation error: ...", "no such key: x", the exhausted
  // budget.
  Result<cel::Value> Evaluate(const CelExpression& expression);

 private:
  friend class CelScope;
  struct State;
  static const cel::OpaqueType kVariablesType;
  static const cel::Value* Variable(const void* data, const json::Key& name, cel::Context& context);

  cel::Context context_;
  State* state_;
};

}  // namespace ephor::engine
