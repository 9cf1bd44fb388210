// Inference: which types the type parameters of the calls in an expression stand for.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cel/check/type.h"

namespace ephor::cel {

// Types of expressions may hold inference variables; Unify binds them. The rules are those of the reference's
// checker: null fits structs, opaque types and times; of two types of which one is dyn the more general is
// taken.
class Substitution {
 public:
  explicit Substitution(Arena& arena) : arena_(arena) {}

  const Type* NewVariable();
  // The overload's types with fresh variables in place of its type parameters. One mapping a call.
  class Instance;

  // Whether `from` can be used where `to` is wanted. Binds variables if so, else changes nothing.
  bool Assignable(const Type* from, const Type* to);
  bool AssignableAll(std::span<const Type* const> from, std::span<const Type* const> to);

  // The type with its bound variables replaced, the others by dyn if asked.
  const Type* Apply(const Type* type, bool free_to_dyn = false);

  static const Type* MostGeneral(const Type* a, const Type* b);

 private:
  friend class Instance;
  bool Unify(const Type* from, const Type* to);
  bool UnifyAll(std::span<const Type* const> from, std::span<const Type* const> to);
  bool BindVariable(const Type* type, const Type* variable, bool& had_binding);
  bool OccursIn(const Type* variable, const Type* type);
  // Counts the work. Types of variables that hold variables can grow beyond all bounds: after kMaxSteps
  // everything fits everywhere, as dyn does.
  bool Step() { return steps_ < kMaxSteps && ++steps_ < kMaxSteps; }
  void Bind(const Type* variable, const Type* type);
  void Undo(std::size_t mark);

  static constexpr std::uint32_t kMaxSteps = 2'000'000;

  Arena& arena_;
  std::uint32_t steps_ = 0;
  std::vector<const Type*> bindings_;
  std::vector<std::pair<std::uint32_t, const Type*>> log_;  // what bindings were before
};

class Substitution::Instance {
 public:
  explicit Instance(Substitution& substitution) : substitution_(substitution) {}
  const Type* Of(const Type* type);

 private:
  Substitution& substitution_;
  std::vector<std::pair<std::string_view, const Type*>> variables_;
};

}  // namespace ephor::cel
