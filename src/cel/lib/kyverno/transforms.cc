// Two lists of objects as one map.
#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/kyverno/kyverno.h"

namespace ephor::cel::lib::kyverno {
namespace {

// result[list1[i][key]] = list2[i][value]; a missing value is null, the last of equal keys counts.
Value ListsToMap(Call& call, std::span<const Value> args) {
  if (args[0].size() != args[1].size()) {
    return call.Fail("listObjToMap must take lists of equal length. list1: " +
                     std::to_string(args[0].size()) + ", list2: " + std::to_string(args[1].size()));
  }
  MapBuilder map(call.arena(), args[0].size());
  for (std::uint32_t i = 0; i < args[0].size(); ++i) {
    const Value keys = args[0].At(i), values = args[1].At(i);
    if (!keys.is_map() || !values.is_map()) {
      return call.Fail("object cannot be handled as a map string to any in the value object list");
    }
    Value key, value;
    if (!FindMember(keys, args[2], key) || !key.is_string()) {
      return call.Fail("the passed key name cannot be handled as a string in the key object list");
    }
    if (!FindMember(values, args[3], value)) value = Value::Null();
    map.Set(key, value);
  }
  return map.Build();
}

constexpr std::string_view kSignature = "(list(dyn), list(dyn), string, string) -> map(dyn, dyn)";

constexpr FunctionRow kFunctions[] = {
    {"listObjToMap", kSignature, ListsToMap, "listObjToMap([{'k': 'a'}], [{'v': 1}], 'k', 'v') == {'a': 1}",
     kSizeOf<0>},
    {"transform.listObjToMap", kSignature, ListsToMap,
     "transform.listObjToMap([{'k': 'a'}], [{'v': 1}], 'k', 'v') == {'a': 1}", kSizeOf<0>},
};

}  // namespace

const Library& Transforms() {
  static const Library library{"kyverno transform", kFunctions};
  return library;
}

}  // namespace ephor::cel::lib::kyverno
