// orValue as the reference's compatibility mode has it: any receiver, the alternative only for an empty
// optional.
#include "cel/eval/context.h"
#include "cel/lib/kyverno/kyverno.h"
#include "cel/syntax/macros.h"

namespace ephor::cel::lib::kyverno {
namespace {

Value OrValue(Call&, std::span<const Value> args) {
  if (!args[0].is(ValueKind::kOptional)) return args[0];
  return args[0].optional() != nullptr ? *args[0].optional() : args[1];
}

constexpr FunctionRow kFunctions[] = {{"@orValue", "(dyn, dyn) -> dyn", OrValue}};

Expr* Rewrite(const MacroContext& context) {
  Expr* args[] = {context.call().operand, context.args()[0]};
  return context.Call("@orValue", args);
}

constexpr MacroRow kMacros[] = {{"orValue", true, 1, Rewrite}};

}  // namespace

const Library& LenientOrValue() {
  static const Library library{"orValue", kFunctions, kMacros};
  return library;
}

}  // namespace ephor::cel::lib::kyverno
