// Random texts that a regular expression describes.
#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/kyverno/kyverno.h"
#include "cel/lib/kyverno/query_function.h"

namespace ephor::cel::lib::kyverno {
namespace {

Value Random(Call& call, std::span<const Value> args) {
  static const jmespath::Query* const query = new jmespath::Query(*jmespath::Query::Compile("random(@)"));
  const std::string_view pattern = args.empty() ? std::string_view("[0-9a-z]{8}") : args[0].text();
  if (pattern.empty()) return Value::String("");
  const Result<json::Value> text = CallQuery(*query, json::Value::String(pattern), call);
  return text ? Value::Json(*text) : call.Fail(text.error());
}

// Each byte is drawn. In the reference the length costs nothing.
constexpr Cost kRandomCost{
    [](std::span<const Value> args, const Value& result) {
      return TraversalCost(CostSize(args[0])) + CostSize(result);
    },
    "a / 10 + r",
    [](std::span<const Foreseen> args) { return CallEstimate{args[0].size() * kTraversal + Range(), {}}; }};

constexpr FunctionRow kFunctions[] = {
    Impure({"random", "() -> string", Random, "size(random()) == 8"}),
    Impure({"random", "(string) -> string", Random, "random('[a-z]{5}').matches('^[a-z]{5}$')", kRandomCost}),
    Impure({"random.random", "() -> string", Random, "size(random.random()) == 8"}),
    Impure({"random.random", "(string) -> string", Random, "random.random('[a-z]{5}').matches('^[a-z]{5}$')",
            kRandomCost}),
};

}  // namespace

const Library& Randoms() {
  static const Library library{"kyverno random", kFunctions};
  return library;
}

}  // namespace ephor::cel::lib::kyverno
