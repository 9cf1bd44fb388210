// JSON texts: json.unmarshal and json.marshal.
#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/kyverno/kyverno.h"
#include "json/builder.h"
#include "json/parse.h"
#include "json/write.h"

namespace ephor::cel::lib::kyverno {

json::Value WithDoubles(const json::Value& value, Arena& arena) {
  switch (value.kind()) {
    case json::Kind::kInt:
      return json::Value::Double(static_cast<double>(value.as_int()));
    case json::Kind::kArray: {
      std::span<json::Value> items = arena.NewArray<json::Value>(value.size());
      for (std::size_t i = 0; i < items.size(); ++i) items[i] = WithDoubles(value.items()[i], arena);
      return json::Value::Array(items);
    }
    case json::Kind::kObject: {
      std::span<json::Member> members = arena.Copy(value.members());
      for (json::Member& member : members) member.value = WithDoubles(member.value, arena);
      return json::Value::Object(members);
    }
    default:
      return value;
  }
}

namespace {

constexpr OpaqueType kJsonType{"json.Json"};
constexpr Value::OpaqueBox kJson{&kJsonType, nullptr};

Value Unmarshal(Call& call, std::span<const Value> args) {
  if (!args[1].is_string()) {
    return call.Fail("unsupported type conversion from '" + std::string(TypeName(args[1])) + "' to string");
  }
  const Result<json::Value> value = json::Parse(args[1].text(), call.arena());
  if (!value) return call.Fail(value.error());
  return Value::Json(WithDoubles(*value, call.arena()));
}

// What the reference's conversion to Go values makes of a value that an expression built: null becomes 0, and
// maps inside of maps and lists cannot be written. Data from JSON is written as it is.
Result<json::Value> GoValue(const Value& value, Arena& arena, int depth) {
  if (!WalkBudget::Spend(1)) return Fail(ErrorCode::kEvaluation, "value is too large");
  if (value.is_null()) return json::Value::Int(0);
  if (value.is(ValueKind::kList)) {
    json::ArrayBuilder items(arena, value.size());
    for (const Value& item : value.native_list()) {
      EPHOR_ASSIGN(const json::Value converted, GoValue(item, arena, depth + 1));
      items.Add(converted);
    }
    return items.Build();
  }
  if (value.is(ValueKind::kMap)) {
    if (depth > 0) {
      return Fail(ErrorCode::kEvaluation, "json: unsupported type: map[interface {}]interface {}");
    }
    json::ObjectBuilder members(arena, value.size());
    for (const MapEntry& entry : value.native_map().entries) {
      if (!entry.key.is_string()) {
        return Fail(ErrorCode::kEvaluation,
                    "unsupported type conversion from '" + std::string(TypeName(entry.key)) + "' to string");
      }
      EPHOR_ASSIGN(const json::Value converted, GoValue(entry.value, arena, depth + 1));
      members.Set(json::Key(entry.key.text()), converted);
    }
    return members.Build();
  }
  return ToJson(value, arena);
}

Value Marshal(Call& call, std::span<const Value> args) {
  const Result<json::Value> value = GoValue(args[1], call.arena(), 0);
  if (!value) return call.Fail(value.error());
  return call.String(json::ToString(*value, {.escape_html = true}));
}

constexpr FunctionRow kFunctions[] = {
    {"unmarshal", "json.Json.(dyn) -> dyn", Unmarshal, "json.unmarshal('{\"a\": 1}').a == 1", kTraverse<1>},
    {"marshal", "json.Json.(dyn) -> string", Marshal, "json.marshal({'a': 1}) == '{\"a\":1}'", kTraverse<1>},
};
constexpr TypeRow kTypes[] = {{"json.Json", &kJsonType}};

}  // namespace

const Library& Json() {
  static const ConstantRow constants[] = {{"json", "json.Json", Value::Opaque(&kJson)}};
  static const Library library{"kyverno json", kFunctions, {}, kTypes, constants};
  return library;
}

}  // namespace ephor::cel::lib::kyverno
