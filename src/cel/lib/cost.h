// Costs that many functions share.
#pragma once

#include "cel/check/library.h"
#include "cel/check/type.h"
#include "cel/eval/operators.h"

namespace ephor::cel::lib {

// What is walked costs a tenth of its size; of a regular expression each quarter counts.
inline constexpr double kTraversal = 0.1, kExpression = 0.25;

// A tenth of one argument's size, rounded up.
template <int arg>
inline constexpr Cost kTraverse{
    [](std::span<const Value> args, const Value&) { return TraversalCost(CostSize(args[arg])); },
    arg == 0 ? "a / 10" : "b / 10",
    [](std::span<const Foreseen> args) { return CallEstimate{args[arg].size() * kTraversal, {}}; }};
// The same where the result is a text of about the same size.
inline constexpr Cost kTransform{
    kTraverse<0>.function, kTraverse<0>.text,
    [](std::span<const Foreseen> args) { return CallEstimate{args[0].size() * kTraversal, args[0].size()}; }};
// The size of one argument.
template <int arg>
inline constexpr Cost kSizeOf{
    [](std::span<const Value> args, const Value&) { return CostSize(args[arg]); }, arg == 0 ? "a" : "b",
    [](std::span<const Foreseen> args) { return CallEstimate{args[arg].size(), {}}; }};
// A tenth of the first argument plus a tenth of the result.
inline constexpr Cost kTraverseAndMake{
    [](std::span<const Value> args, const Value& result) {
      return TraversalCost(CostSize(args[0])) + TraversalCost(CostSize(result));
    },
    "a / 10 + r / 10",
    [](std::span<const Foreseen> args) { return CallEstimate{args[0].size() * kTraversal + Range(), {}}; }};
// Of a search of one text in another.
inline constexpr Cost kSearchCost{
    [](std::span<const Value> args, const Value&) {
      return TraversalCost(CostSize(args[0])) * TraversalCost(CostSize(args[1]));
    },
    "a / 10 * b / 10",
    [](std::span<const Foreseen> args) {
      return CallEstimate{args[0].size() * kTraversal * (args[1].size() * kTraversal), {}};
    }};
// Of what looks at each item of a list, or walks a text. Items that are texts are walked too.
inline CallEstimate EstimateScan(std::span<const Foreseen> args) {
  const Type& type = *args[0].type;
  if (type.params().empty()) return {args[0].size() * kTraversal, {}};
  const bool texts = type.param(0).is(TypeKind::kString) || type.param(0).is(TypeKind::kBytes);
  const Range item = Range::Exactly(1) + (texts ? args[0].items * kTraversal : Range::Exactly(0));
  return {args[0].size() * item, {}};
}
inline constexpr Cost kTextScan{kTraverse<0>.function, kTraverse<0>.text, EstimateScan};
// Of a regular expression, args[1], on a text, args[0].
inline std::uint64_t RegexCost(std::span<const Value> args, const Value&) {
  const std::uint64_t expression = (CostSize(args[1]) + 3) / 4;
  return TraversalCost(CostSize(args[0]) + 1) * expression;
}
inline CallEstimate EstimateRegex(std::span<const Foreseen> args) {
  const Range text = (args[0].size() + Range::Exactly(1)) * kTraversal;
  return {text * (args[1].size() * kExpression), {}};
}
inline constexpr Cost kRegexCost{RegexCost, "(a + 1) / 10 * b / 4", EstimateRegex};

}  // namespace ephor::cel::lib
