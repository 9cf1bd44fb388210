// A compiled expression.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "cel/check/env.h"
#include "cel/eval/context.h"

namespace ephor::cel {

struct Code;

// What may be left out, for comparing a program with its plain form. Results never depend on it.
struct PlanOptions {
  bool fold = true;     // compute constant parts while compiling
  bool paths = true;    // a.b.c in one instruction
  bool sets = true;     // x in [constants] by hash
  bool prepare = true;  // constant regular expressions and formats once
};

struct CompileOptions {
  bool check = true;  // else names are resolved and everything else fails when evaluated
  PlanOptions plan;
};

// Immutable, safe from any thread, shared by copies. Keeps its environment alive.
//
//   EPHOR_ASSIGN(const cel::Program program, cel::Program::Compile("object.spec.replicas > 1", env));
//   cel::Context context{.arena = arena, .world = world};
//   EPHOR_ASSIGN(const cel::Value value, program.Evaluate(slots, context));
class Program {
 public:
  // Fails with kInvalidInput: the reference's report of what is wrong where, "ERROR: <input>:1:5: ...", or
  // the bare message of an error that is found while constants are computed.
  static Result<Program> Compile(std::string_view text, std::shared_ptr<const Env> env,
                                 const CompileOptions& options = {});

  // `slots` holds the variables' values at the places their declarations gave, at least env.slots() of them.
  // The result is in the context's arena, in the slots' values or in the program's constants. Does not
  // allocate but from the arena. Errors are kEvaluation, or kNotFound for missing keys and indices; they
  // carry a position.
  Result<Value> Evaluate(std::span<const Value> slots, Context& context) const;
  // The same with an error as a value of kind kError, which spares its copy.
  Value Run(std::span<const Value> slots, Context& context) const;

  const Type& type() const;
  std::string_view text() const;
  const std::shared_ptr<const Env>& env() const;

 private:
  friend class NotedProgram;
  explicit Program(std::shared_ptr<const Code> code) : code_(std::move(code)) {}
  std::shared_ptr<const Code> code_;
};

// Parses and checks only.
struct Checked {
  const Type* type;  // in the arena or the environment
  Expr* expr;
  std::uint32_t locals;
};
Result<Checked> ParseAndCheck(std::string_view text, const Env& env, Arena& arena, bool check = true);

}  // namespace ephor::cel
