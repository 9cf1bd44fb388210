// Lists, maps and messages that are written out.
#include "cel/eval/machine.h"

namespace ephor::cel {
namespace {

constexpr std::uint64_t kListCost = 10, kMapCost = 30, kMessageCost = 40;

constexpr KindSet kStrictKeys =
    SetOf(ValueKind::kInt) | SetOf(ValueKind::kUint) | SetOf(ValueKind::kBool) | SetOf(ValueKind::kString);

}  // namespace

Value Machine::MakeList(const Instruction& in, const Value* items) {
  cost_ += kListCost;
  std::span<Value> list = arena_.NewArray<Value>(in.operand);
  std::size_t kept = 0;
  for (std::uint32_t i = 0; i < in.operand; ++i) {
    if (!in.flag || !code_.optional_items[in.count][i]) {
      list[kept++] = items[i];
    } else if (!items[i].is(ValueKind::kOptional)) {
      return Fail("cannot initialize optional list element from non-optional value " +
                  std::string(TypeName(items[i])));
    } else if (items[i].optional() != nullptr) {
      list[kept++] = *items[i].optional();
    }
  }
  return Value::List(list.first(kept));
}

Value Machine::MakeMap(const Instruction& in, const Value* pairs) {
  cost_ += kMapCost;
  MapBuilder members(arena_, in.operand);
  for (std::uint32_t i = 0; i < in.operand; ++i) {
    const Value& key = pairs[2 * i];
    Value value = pairs[2 * i + 1];
    if (in.flag && code_.optional_items[in.count][i]) {
      if (!value.is(ValueKind::kOptional)) {
        return Fail("cannot initialize optional entry from non-optional value " +
                    std::string(TypeName(value)));
      }
      if (value.optional() == nullptr) continue;
      value = *value.optional();
    }
    if (context_.strict_maps) {
      if (!key.in(kStrictKeys)) return Fail("unsupported key type: " + std::string(TypeName(key)));
      if (!members.Add(key, value)) return Fail("Failed with repeated key");
    } else {
      members.Set(key, value);
    }
  }
  return members.Build();
}

Value Machine::MakeMessage(const MessageSite& site, const Value* values) {
  cost_ += kMessageCost;
  ArenaVector<MapEntry> fields(arena_, site.fields.size() + 1);
  for (std::size_t i = 0; i < site.fields.size(); ++i) {
    Value value = values[i];
    if (site.optional[i]) {
      if (!value.is(ValueKind::kOptional)) {
        return Fail("cannot initialize optional entry from non-optional value " +
                    std::string(TypeName(value)));
      }
      if (value.optional() == nullptr) continue;
      value = *value.optional();
    }
    fields.push_back({Value::String(site.fields[i]), value});
  }
  if (site.provider == nullptr) return Fail("unknown type: " + std::string(site.type));
  Call call{context_, site.type, nullptr, Issue::kNoOffset};
  return site.provider->Construct(call, site.type, fields.span());
}

}  // namespace ephor::cel
