// CEL as policies use it: an environment with the policy's own variables, and expressions over one request.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "cel/plan/program.h"
#include "engine/cel/output.h"
#include "engine/request.h"
#include "policy/types.h"
#include "ports/world.h"

namespace ephor::engine {

class Observer;

// What expressions see of a request.
struct CelInput {
  json::Value object;
  json::Value old_object;
  json::Value request;
  json::Value namespace_object;  // null for cluster-wide objects
  json::Value params;            // of Kubernetes' own policies
  Observer* observer = nullptr;  // the request's
};

// The request's object and old object with the kind that they are known by, and the variables `request` and
// `namespaceObject` as Kubernetes makes them for its own policies. In the arena.
CelInput MakeCelInput(const Request& request, const ports::World& world, Arena& arena);

// The same as Kyverno makes it: an object that is absent is an empty one, and the request is as the API
// server sends it. Where the request does not say it, and `reads_namespace`, the namespace is asked of the
// cluster; of one that the cluster does not know, the name is.
CelInput MakePolicyInput(const Request& request, bool reads_namespace, const ports::World& world,
                         Arena& arena);

// An expression, or why it does not compile. Immutable; the text and the name must outlive it.
class CelExpression {
 public:
  CelExpression(std::string_view text, std::shared_ptr<const cel::Env> env,
                CelOutput output = CelOutput::kAny, std::string_view name = {});
  CelExpression(std::string_view text, cel::Program program, std::string_view name = {})
      : name_(name), text_(text), program_(std::move(program)) {}

  std::string_view name() const { return name_; }  // that the policy gives it, for who watches
  std::string_view text() const { return text_; }
  const std::optional<cel::Program>& program() const { return program_; }
  const std::string& error() const { return error_; }  // of compiling; "" where there is none

 private:
  std::string_view name_, text_;
  std::optional<cel::Program> program_;
  std::string error_;
};

// Whose policies: they differ in how they word errors of variables.
enum class CelFamily : std::uint8_t { kKubernetes, kKyverno };

// The `variables` of a policy: each is evaluated at most once for a request, when an expression first reads
// it, and sees those declared before it. Immutable once all are declared, then safe from any thread; the
// texts must outlive it.
class CelScope {
 public:
  explicit CelScope(std::shared_ptr<const cel::Env> base, CelFamily family = CelFamily::kKyverno);

  // The environment of expressions that may read the variables declared so far.
  const std::shared_ptr<const cel::Env>& env() const { return env_; }
  // One more variable, which env() compiled. Those whose expression does not compile are dyn, and fail.
  void Declare(std::string_view name, CelExpression expression);
  // Several, each compiled where those before it are declared.
  void Declare(std::span<const policy::CelVariable> variables);

 private:
  friend class CelActivation;

  // Where an activation has its values; kNone where the environment does not have the variable.
  struct Slots {
    std::uint32_t object, old_object, request, namespace_object, params, exceptions, variables;
  };
  static constexpr std::uint32_t kNone = 0xffffffff;

  void Rebuild();

  std::shared_ptr<const cel::Env> base_, env_;
  CelFamily family_;
  Slots slots_;
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
  // A part of a text, which is no view of the policy.
  Result<cel::Value> Evaluate(const cel::Program& program);

  // A variable of the environment that is none of the usual ones.
  void Set(std::string_view name, const cel::Value& value);
  // The variable `exceptions`: an object with allowedImages and allowedValues, empty until it is set.
  void SetExceptions(const json::Value& exceptions);
  void SetObject(const json::Value& object);
  // Until this is called, expressions that read `variables` fail in policies that bind them late.
  void HideVariables();
  void ShowVariables() { state_->hidden = false; }
  // Expressions that read the variable fail: the reference declares it and gives it no value.
  void Unset(std::string_view name);
  // The policy's namespace, outside of which its libraries reach nothing.
  void SetOwnNamespace(std::string_view namespace_) { context_.own_namespace = namespace_; }

  Arena& arena() const { return context_.arena; }
  // Who is told of what the policy does with its expressions; null where nobody watches.
  Observer* observer() const { return state_->observer; }
  // Tells of an expression that what comes before it leaves without a say.
  void TellNotReached(const CelExpression& expression) const;
  const ports::World& world() const { return context_.world; }

 private:
  friend class CelScope;
  struct State {
    const CelScope* scope;
    std::span<cel::Value> slots;
    std::span<cel::Value> values;  // of variables
    std::span<bool> evaluated;
    bool hidden = false;
    cel::Value hidden_error;
    Observer* observer = nullptr;
  };

  Result<cel::Value> Run(const cel::Program& program);

  static const cel::OpaqueType kKubernetesVariables, kKyvernoVariables;
  static const cel::Value* Variable(const void* data, const json::Key& name, cel::Context& context);

  cel::Context context_;
  State* state_;
};

}  // namespace ephor::engine
