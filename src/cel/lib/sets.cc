// The sets extension: lists as sets.
#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/libraries.h"

namespace ephor::cel::lib {
namespace {

// The items of a list for questions whether something is among them: by hash from a certain size on.
class ItemSet {
 public:
  ItemSet(const Value& list, Arena& arena) : list_(list), items_(arena) {
    if (list.size() <= kFew) return;
    for (std::uint32_t i = 0; i < list.size(); ++i) items_.Add(list.At(i), Value());
    hashed_ = items_.Build();
  }
  bool Has(const Value& item) const {
    Value found;
    if (hashed_.is_map()) return FindMember(hashed_, item, found);
    for (std::uint32_t i = 0; i < list_.size(); ++i) {
      if (Equal(list_.At(i), item)) return true;
    }
    return false;
  }

 private:
  static constexpr std::uint32_t kFew = 8;
  const Value& list_;
  MapBuilder items_;
  Value hashed_;
};

bool ContainsAll(const ItemSet& set, const Value& list) {
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    if (!set.Has(list.At(i))) return false;
  }
  return true;
}

Value Contains(Call& call, std::span<const Value> args) {
  return Value::Bool(ContainsAll(ItemSet(args[0], call.arena()), args[1]));
}

Value Equivalent(Call& call, std::span<const Value> args) {
  return Value::Bool(ContainsAll(ItemSet(args[0], call.arena()), args[1]) &&
                     ContainsAll(ItemSet(args[1], call.arena()), args[0]));
}

Value Intersects(Call& call, std::span<const Value> args) {
  const ItemSet set(args[1], call.arena());
  for (std::uint32_t i = 0; i < args[0].size(); ++i) {
    if (set.Has(args[0].At(i))) return Value::Bool(true);
  }
  return Value::Bool(false);
}

std::uint64_t ProductCost(std::span<const Value> args, const Value&) {
  return 1 + CostSize(args[0]) * CostSize(args[1]);
}
template <int directions>
CallEstimate EstimateProduct(std::span<const Foreseen> args) {
  return {args[0].size() * args[1].size() * Range::Exactly(directions) + Range::Exactly(1), {}};
}
constexpr Cost kProductCost{ProductCost, "1 + a * b", EstimateProduct<1>};
constexpr Cost kBothCost{
    [](std::span<const Value> args, const Value&) { return 1 + 2 * CostSize(args[0]) * CostSize(args[1]); },
    "1 + 2 * a * b", EstimateProduct<2>};

constexpr FunctionRow kFunctions[] = {
    {"sets.contains", "(list(T), list(T)) -> bool", Contains, "sets.contains([1, 2, 3], [2, 3])",
     kProductCost},
    {"sets.equivalent", "(list(T), list(T)) -> bool", Equivalent, "sets.equivalent([1, 2], [2, 1, 1])",
     kBothCost},
    {"sets.intersects", "(list(T), list(T)) -> bool", Intersects, "sets.intersects([1, 2], [2, 3])",
     kProductCost},
};

}  // namespace

const Library& Sets() {
  static const Library library{"sets", kFunctions};
  return library;
}

}  // namespace ephor::cel::lib
