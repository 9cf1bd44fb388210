#include "cel/check/substitution.h"

namespace ephor::cel {
namespace {

bool IsDynOrError(const Type& type) {
  return type.is(TypeKind::kDyn) || type.is(TypeKind::kError);
}

bool Nullable(const Type& type) {
  switch (type.kind()) {
    case TypeKind::kNull:
    case TypeKind::kOpaque:
    case TypeKind::kStruct:
    case TypeKind::kTimestamp:
    case TypeKind::kDuration:
      return true;
    default:
      return false;
  }
}

// Whether a is b or more general than b.
bool EqualOrMoreGeneral(const Type& a, const Type& b) {
  if (a.is(TypeKind::kDyn) || a.is(TypeKind::kParam)) return true;
  if (b.is(TypeKind::kDyn) || b.is(TypeKind::kParam)) return false;
  if (a.kind() != b.kind()) return false;
  if (a.is(TypeKind::kType)) return true;
  if (a.name() != b.name() || a.params().size() != b.params().size()) return false;
  for (std::size_t i = 0; i < a.params().size(); ++i) {
    if (!EqualOrMoreGeneral(a.param(i), b.param(i))) return false;
  }
  return true;
}

}  // namespace

const Type* Substitution::NewVariable() {
  const auto number = static_cast<std::uint32_t>(bindings_.size());
  bindings_.push_back(nullptr);
  return arena_.New<Type>(arena_.Copy("_var" + std::to_string(number)), number);
}

const Type* Substitution::Instance::Of(const Type* type) {
  if (type->is(TypeKind::kParam) && !type->is_inference_variable()) {
    for (const auto& [name, variable] : variables_) {
      if (name == type->name()) return variable;
    }
    const Type* variable = substitution_.NewVariable();
    variables_.emplace_back(type->name(), variable);
    return variable;
  }
  if (!type->is_open()) return type;
  std::span<const Type*> params = substitution_.arena_.NewArray<const Type*>(type->params().size());
  for (std::size_t i = 0; i < params.size(); ++i) params[i] = Of(type->params()[i]);
  return types::Make(type->kind(), type->name(), params, substitution_.arena_);
}

bool Substitution::Assignable(const Type* from, const Type* to) {
  const std::size_t mark = log_.size();
  if (Unify(from, to)) return true;
  Undo(mark);
  return false;
}

bool Substitution::AssignableAll(std::span<const Type* const> from, std::span<const Type* const> to) {
  const std::size_t mark = log_.size();
  if (UnifyAll(from, to)) return true;
  Undo(mark);
  return false;
}

bool Substitution::UnifyAll(std::span<const Type* const> from, std::span<const Type* const> to) {
  if (from.size() != to.size()) return false;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (!Unify(from[i], to[i])) return false;
  }
  return true;
}

bool Substitution::Unify(const Type* from, const Type* to) {
  if ((from == to && !from->is_open()) || !Step()) return true;
  if (to->is(TypeKind::kParam)) {
    bool had_binding = false;
    if (BindVariable(from, to, had_binding)) return true;
    if (had_binding) return false;
  }
  if (from->is(TypeKind::kParam)) {
    bool had_binding = false;
    return BindVariable(to, from, had_binding);
  }
  if (IsDynOrError(*from) || IsDynOrError(*to)) return true;
  if (from->is(TypeKind::kNull)) return Nullable(*to);
  if (to->is(TypeKind::kNull)) return Nullable(*from);
  if (from->kind() != to->kind()) return false;
  switch (from->kind()) {
    case TypeKind::kType:
      return true;
    case TypeKind::kOpaque:
    case TypeKind::kList:
    case TypeKind::kMap:
      return from->name() == to->name() && UnifyAll(from->params(), to->params());
    default:
      return from->name() == to->name();
  }
}

bool Substitution::BindVariable(const Type* type, const Type* variable, bool& had_binding) {
  if (SameType(*type, *variable)) {
    had_binding = true;
    return true;
  }
  if (!variable->is_inference_variable()) return false;
  if (const Type* bound = bindings_[variable->variable()]) {
    had_binding = true;
    if (SameType(*type, *bound)) return true;
    if (!Unify(type, bound)) return false;
    const Type* general = MostGeneral(type, bound);
    if (!OccursIn(variable, general)) Bind(variable, general);
    return true;
  }
  if (OccursIn(variable, type)) return false;
  Bind(variable, type);
  return true;
}

bool Substitution::OccursIn(const Type* variable, const Type* type) {
  if (!type->is_open()) return false;
  if (!Step()) return true;
  if (SameType(*variable, *type)) return true;
  if (type->is(TypeKind::kParam)) {
    const Type* bound = type->is_inference_variable() ? bindings_[type->variable()] : nullptr;
    return bound != nullptr && OccursIn(variable, bound);
  }
  for (const Type* param : type->params()) {
    if (OccursIn(variable, param)) return true;
  }
  return false;
}

void Substitution::Bind(const Type* variable, const Type* type) {
  log_.emplace_back(variable->variable(), bindings_[variable->variable()]);
  bindings_[variable->variable()] = type;
}

void Substitution::Undo(std::size_t mark) {
  while (log_.size() > mark) {
    bindings_[log_.back().first] = log_.back().second;
    log_.pop_back();
  }
}

const Type* Substitution::Apply(const Type* type, bool free_to_dyn) {
  if (type->is(TypeKind::kParam)) {
    const Type* bound = type->is_inference_variable() ? bindings_[type->variable()] : nullptr;
    if (bound != nullptr) return Apply(bound, free_to_dyn);
    return free_to_dyn ? &types::kDyn : type;
  }
  // Most types hold no variables: they are given back as they are.
  if (!type->is_open()) return type;
  if (!Step()) return &types::kDyn;
  std::span<const Type*> params = arena_.Copy(type->params());
  for (const Type*& param : params) param = Apply(param, free_to_dyn);
  return types::Make(type->kind(), type->name(), params, arena_);
}

const Type* Substitution::MostGeneral(const Type* a, const Type* b) {
  // Null fits the other type, so that is what both are.
  if (b->is(TypeKind::kNull) && !a->is(TypeKind::kParam)) return a;
  return EqualOrMoreGeneral(*a, *b) ? a : b;
}

}  // namespace ephor::cel
