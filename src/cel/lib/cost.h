// Costs that many functions share.
#pragma once

#include "cel/check/library.h"
#include "cel/eval/operators.h"

namespace ephor::cel::lib {

// A tenth of one argument's size, rounded up.
template <int arg>
inline constexpr Cost kTraverse{
    [](std::span<const Value> args, const Value&) { return TraversalCost(CostSize(args[arg])); },
    arg == 0 ? "a / 10" : "b / 10"};
// The size of one argument.
template <int arg>
inline constexpr Cost kSizeOf{[](std::span<const Value> args, const Value&) { return CostSize(args[arg]); },
                              arg == 0 ? "a" : "b"};
// A tenth of the first argument plus a tenth of the result.
inline constexpr Cost kTraverseAndMake{[](std::span<const Value> args, const Value& result) {
                                         return TraversalCost(CostSize(args[0])) +
                                                TraversalCost(CostSize(result));
                                       },
                                       "a / 10 + r / 10"};
// Of a search of one text in another.
inline constexpr Cost kSearchCost{[](std::span<const Value> args, const Value&) {
                                    return TraversalCost(CostSize(args[0])) *
                                           TraversalCost(CostSize(args[1]));
                                  },
                                  "a / 10 * b / 10"};
// Of a regular expression, args[1], on a text, args[0].
inline std::uint64_t RegexCost(std::span<const Value> args, const Value&) {
  const std::uint64_t expression = (CostSize(args[1]) + 3) / 4;
  return TraversalCost(CostSize(args[0]) + 1) * expression;
}
inline constexpr Cost kRegexCost{RegexCost, "(a + 1) / 10 * b / 4"};

}  // namespace ephor::cel::lib
