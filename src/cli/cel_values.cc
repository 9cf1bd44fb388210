#include "cli/cel_values.h"

#include <charconv>
#include <cmath>

#include "base/encoding.h"
#include "base/number.h"
#include "cel/eval/context.h"
#include "cel/eval/operators.h"
#include "cel/eval/time.h"
#include "json/builder.h"

namespace ephor::cli {
namespace {

using cel::ValueKind;

json::Value Tag(std::string_view tag, json::Value value, Arena& arena) {
  json::ObjectBuilder object(arena, 1);
  object.Set(tag, value);
  return object.Build();
}
json::Value Text(std::string_view tag, std::string_view text, Arena& arena) {
  return Tag(tag, json::Value::String(arena.Copy(text)), arena);
}

std::string DoubleText(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  return GoFloat(value);
}

json::Value TaggedOpaque(const cel::Value& value, Arena& arena) {
  json::ObjectBuilder opaque(arena, 2);
  opaque.Set("type", json::Value::String(value.opaque_type()->name));
  if (value.opaque_type()->text != nullptr) {
    opaque.Set("string", json::Value::String(arena.Copy(value.opaque_type()->text(value.opaque_data()))));
  }
  return Tag("opaque", opaque.Build(), arena);
}

template <class Number>
Result<Number> ReadInteger(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return InvalidInput("not a number: " + std::string(text));
  }
  return value;
}

Result<double> ReadDouble(std::string_view text) {
  const std::optional<double> value = ParseFloat(text);
  if (!value) return InvalidInput("not a number: " + std::string(text));
  return *value;
}

Result<cel::Value> ReadMap(const json::Value& pairs, Arena& arena) {
  cel::MapBuilder members(arena, pairs.size());
  for (const json::Value& pair : pairs.items()) {
    if (pair.size() != 2 || !pair.is_array()) return InvalidInput("a map is a list of pairs");
    EPHOR_ASSIGN(const cel::Value key, ReadTaggedValue(pair.items()[0], arena));
    EPHOR_ASSIGN(const cel::Value value, ReadTaggedValue(pair.items()[1], arena));
    members.Set(key, value);
  }
  return members.Build();
}

}  // namespace

json::Value TaggedValue(const cel::Value& value, Arena& arena) {
  if (!cel::WalkBudget::Spend(1)) return Text("error", "value is too large", arena);
  switch (value.kind()) {
    case ValueKind::kNull:
      return Tag("null", json::Value::Bool(true), arena);
    case ValueKind::kBool:
      return Tag("bool", json::Value::Bool(value.as_bool()), arena);
    case ValueKind::kInt:
      return Text("int", std::to_string(value.as_int()), arena);
    case ValueKind::kUint:
      return Text("uint", std::to_string(value.as_uint()), arena);
    case ValueKind::kDouble:
      return Text("double", DoubleText(value.as_double()), arena);
    case ValueKind::kString:
      return Text("string", value.text(), arena);
    case ValueKind::kBytes:
      return Text("bytes", Base64Encode(value.text()), arena);
    case ValueKind::kTimestamp:
      return Text(
          "timestamp",
          cel::TimestampText(cel::Value::Timestamp(value.unix_seconds(), value.subsecond_nanoseconds())),
          arena);
    case ValueKind::kDuration:
      return Text("duration", cel::DurationText(value.nanoseconds()), arena);
    case ValueKind::kType:
      return Text("type", value.text(), arena);
    case ValueKind::kOptional:
      return Tag("optional",
                 value.optional() == nullptr ? json::Value() : TaggedValue(*value.optional(), arena), arena);
    case ValueKind::kOpaque:
      return TaggedOpaque(value, arena);
    case ValueKind::kError:
      return Text("error", value.error().message, arena);
    case ValueKind::kJsonArray:
    case ValueKind::kList: {
      json::ArrayBuilder items(arena, value.size());
      for (std::uint32_t i = 0; i < value.size(); ++i) items.Add(TaggedValue(value.At(i), arena));
      return Tag("list", items.Build(), arena);
    }
    case ValueKind::kJsonObject:
    case ValueKind::kMap: {
      json::ArrayBuilder pairs(arena, value.size());
      cel::ForEachMember(value, [&](const cel::Value& key, const cel::Value& member) {
        json::ArrayBuilder pair(arena, 2);
        pair.Add(TaggedValue(key, arena));
        pair.Add(TaggedValue(member, arena));
        pairs.Add(pair.Build());
        return true;
      });
      return Tag("map", pairs.Build(), arena);
    }
  }
  return json::Value();
}

Result<cel::Value> ReadTaggedValue(const json::Value& tagged, Arena& arena) {
  if (!tagged.is_object() || tagged.size() != 1) return InvalidInput("a value is an object with one member");
  const std::string_view tag = tagged.members()[0].key();
  const json::Value& inner = tagged.members()[0].value;
  const std::string_view text = inner.string_or("");
  if (tag == "null") return cel::Value::Null();
  if (tag == "bool") return cel::Value::Bool(inner.is_bool() && inner.as_bool());
  if (tag == "int") {
    EPHOR_ASSIGN(const std::int64_t number, ReadInteger<std::int64_t>(text));
    return cel::Value::Int(number);
  }
  if (tag == "uint") {
    EPHOR_ASSIGN(const std::uint64_t number, ReadInteger<std::uint64_t>(text));
    return cel::Value::Uint(number);
  }
  if (tag == "double") {
    EPHOR_ASSIGN(const double number, ReadDouble(text));
    return cel::Value::Double(number);
  }
  if (tag == "string") return cel::Value::String(text);
  if (tag == "type") return cel::Value::Type(text);
  if (tag == "bytes") {
    EPHOR_ASSIGN(const std::string bytes, Base64Decode(text));
    return cel::Value::Bytes(arena.Copy(bytes));
  }
  if (tag == "list") {
    std::span<cel::Value> items = arena.NewArray<cel::Value>(inner.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
      EPHOR_ASSIGN(items[i], ReadTaggedValue(inner.items()[i], arena));
    }
    return cel::Value::List(items);
  }
  if (tag == "map") return ReadMap(inner, arena);
  if (tag == "timestamp") {
    cel::Value timestamp;
    if (!cel::ParseTimestamp(text, timestamp)) return InvalidInput("not a timestamp: " + std::string(text));
    return timestamp;
  }
  if (tag == "duration") {
    EPHOR_ASSIGN(const Duration duration, Duration::Parse(text));
    return cel::Value::Duration(duration.nanoseconds);
  }
  if (tag == "optional") {
    if (inner.is_null()) return cel::Value::Optional(nullptr);
    EPHOR_ASSIGN(const cel::Value value, ReadTaggedValue(inner, arena));
    return cel::Value::Optional(arena.New<cel::Value>(value));
  }
  if (tag == "error") {
    return cel::MakeError(arena, inner.size() > 0 ? inner.items()[0].string_or("") : "",
                          cel::Issue::kNoOffset);
  }
  return InvalidInput("unknown kind of value: " + std::string(tag));
}

json::Value TaggedType(const cel::Type& type, Arena& arena) {
  using cel::TypeKind;
  const auto params = [&](std::size_t from) {
    json::ArrayBuilder items(arena, type.params().size() + 1);
    if (from == 1) items.Add(json::Value::String(arena.Copy(type.name())));
    for (const cel::Type* param : type.params()) items.Add(TaggedType(*param, arena));
    return items.Build();
  };
  switch (type.kind()) {
    case TypeKind::kList:
      return Tag("list", TaggedType(type.param(0), arena), arena);
    case TypeKind::kMap:
      return Tag("map", params(0), arena);
    case TypeKind::kType:
      if (!type.params().empty()) return Tag("type", TaggedType(type.param(0), arena), arena);
      break;
    case TypeKind::kOpaque:
      return Tag("abstract", params(1), arena);
    case TypeKind::kStruct:
      return Text("message", type.name(), arena);
    case TypeKind::kParam:
      return Text("param", type.name(), arena);
    case TypeKind::kError:
      return json::Value::String("error");
    default:
      break;
  }
  return json::Value::String(arena.Copy(type.ToString()));
}

Result<const cel::Type*> ReadTaggedType(const json::Value& tagged, Arena& arena) {
  namespace types = cel::types;
  if (tagged.is_string()) {
    struct Row {
      std::string_view name;
      const cel::Type* type;
    };
    const Row rows[] = {{"dyn", &types::kDyn},           {"any", &types::kDyn},
                        {"null", &types::kNull},         {"bool", &types::kBool},
                        {"int", &types::kInt},           {"uint", &types::kUint},
                        {"double", &types::kDouble},     {"string", &types::kString},
                        {"bytes", &types::kBytes},       {"timestamp", &types::kTimestamp},
                        {"duration", &types::kDuration}, {"error", &types::kError}};
    for (const Row& row : rows) {
      if (row.name == tagged.as_string()) return row.type;
    }
    return InvalidInput("unknown type: " + std::string(tagged.as_string()));
  }
  if (!tagged.is_object() || tagged.size() != 1)
    return InvalidInput("a type is a name or an object with one member");
  const std::string_view tag = tagged.members()[0].key();
  const json::Value& inner = tagged.members()[0].value;
  if (tag == "list") {
    EPHOR_ASSIGN(const cel::Type* const element, ReadTaggedType(inner, arena));
    return types::List(element, arena);
  }
  if (tag == "map" && inner.is_array() && inner.size() == 2) {
    EPHOR_ASSIGN(const cel::Type* const key, ReadTaggedType(inner.items()[0], arena));
    EPHOR_ASSIGN(const cel::Type* const value, ReadTaggedType(inner.items()[1], arena));
    return types::Map(key, value, arena);
  }
  if (tag == "type") {
    EPHOR_ASSIGN(const cel::Type* const of, ReadTaggedType(inner, arena));
    return types::TypeOf(of, arena);
  }
  if (tag == "param") return arena.New<cel::Type>(cel::TypeKind::kParam, inner.string_or(""));
  if (tag == "abstract" && inner.is_array() && inner.size() > 0) {
    std::span<const cel::Type*> params = arena.NewArray<const cel::Type*>(inner.size() - 1);
    for (std::size_t i = 0; i < params.size(); ++i) {
      EPHOR_ASSIGN(params[i], ReadTaggedType(inner.items()[i + 1], arena));
    }
    return arena.New<cel::Type>(cel::TypeKind::kOpaque, inner.items()[0].string_or(""), params);
  }
  return InvalidInput("unknown kind of type: " + std::string(tag));
}

}  // namespace ephor::cli
