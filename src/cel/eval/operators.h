// The operators of the language on any values. What has no overload gives the error "no such overload".
#pragma once

#include "cel/eval/context.h"
#include "cel/eval/value.h"
#include "cel/syntax/ast.h"

namespace ephor::cel {

Value Add(const Value& a, const Value& b, Arena& arena, std::uint64_t& cost);
Value Subtract(const Value& a, const Value& b, Arena& arena);
Value Multiply(const Value& a, const Value& b, Arena& arena);
Value Divide(const Value& a, const Value& b, Arena& arena);
Value Modulo(const Value& a, const Value& b, Arena& arena);
Value Negate(const Value& a, Arena& arena);
Value In(const Value& item, const Value& container, Arena& arena, std::uint64_t& cost);

// a.name, a[key]: the member, or an error.
Value Select(const Value& operand, const json::Key& name, Context& context);
Value Index(const Value& operand, const Value& key, Context& context);
// a.?name, a[?key]: an optional.
Value OptSelect(const Value& operand, const json::Key& name, Context& context);
Value OptIndex(const Value& operand, const Value& key, Context& context);
// has(a.name): a boolean, or an error.
Value Has(const Value& operand, const json::Key& name, Context& context);

Value NoSuchOverload(Arena& arena);

// A key as messages show it.
std::string KeyText(const Value& key);

// What the reference counts as a value's size: bytes, items or members, 1 of all others.
inline std::uint64_t CostSize(const Value& value) {
  if (value.is(ValueKind::kOptional) && value.optional() != nullptr) return CostSize(*value.optional());
  const bool sized = value.in(kListKinds | kMapKinds | SetOf(ValueKind::kString) | SetOf(ValueKind::kBytes));
  return sized ? value.in(SetOf(ValueKind::kString) | SetOf(ValueKind::kBytes)) ? value.text().size()
                                                                                : value.size()
               : 1;
}
// A tenth of what is walked, rounded up.
inline std::uint64_t TraversalCost(std::uint64_t size) {
  return size / 10 + (size % 10 != 0);
}

}  // namespace ephor::cel
