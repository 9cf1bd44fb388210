// Costs that many functions share.
#pragma once

#include "cel/eval/operators.h"

namespace ephor::cel::lib {

// A tenth of one argument's size, rounded up.
template <int arg>
std::uint64_t TraverseArg(std::span<const Value> args, const Value&) {
  return TraversalCost(CostSize(args[arg]));
}
// The size of one argument.
template <int arg>
std::uint64_t SizeOfArg(std::span<const Value> args, const Value&) {
  return CostSize(args[arg]);
}
// A tenth of the first argument plus a tenth of the result.
inline std::uint64_t TraverseAndMake(std::span<const Value> args, const Value& result) {
  return TraversalCost(CostSize(args[0])) + TraversalCost(CostSize(result));
}
// Of a search of one text in another.
inline std::uint64_t SearchCost(std::span<const Value> args, const Value&) {
  return TraversalCost(CostSize(args[0])) * TraversalCost(CostSize(args[1]));
}
// Of a regular expression, args[1], on a text, args[0].
inline std::uint64_t RegexCost(std::span<const Value> args, const Value&) {
  const std::uint64_t expression = (CostSize(args[1]) + 3) / 4;
  return TraversalCost(CostSize(args[0]) + 1) * expression;
}

}  // namespace ephor::cel::lib
