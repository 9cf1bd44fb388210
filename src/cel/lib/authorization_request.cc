// Requests of external authorizers as values.
#include <array>

#include "base/encoding.h"
#include "cel/lib/authorization.h"
#include "cel/lib/model_context.h"

namespace ephor::cel::lib {
namespace {

enum class Shape : std::uint8_t {
  kText,
  kInt,
  kBytes,
  kTexts,
  kTextLists,
  kAny,
  kHttp,
  kRequest,
  kAttributes
};

// A field, under both names that protobuf's JSON has for it.
struct Field {
  std::string_view name, camel;
  Shape shape;
};

constexpr Field kHttpFields[] = {
    {"method", "", Shape::kText},   {"header", "", Shape::kTextLists},  {"host", "", Shape::kText},
    {"protocol", "", Shape::kText}, {"contentLength", "", Shape::kInt}, {"body", "", Shape::kBytes},
    {"scheme", "", Shape::kText},   {"path", "", Shape::kText},         {"query", "", Shape::kTextLists},
    {"fragment", "", Shape::kText},
};

constexpr Field kEnvoyHttp[] = {
    {"id", "", Shape::kText},
    {"method", "", Shape::kText},
    {"headers", "", Shape::kTexts},
    {"path", "", Shape::kText},
    {"host", "", Shape::kText},
    {"scheme", "", Shape::kText},
    {"query", "", Shape::kText},
    {"fragment", "", Shape::kText},
    {"size", "", Shape::kInt},
    {"protocol", "", Shape::kText},
    {"body", "", Shape::kText},
    {"raw_body", "rawBody", Shape::kBytes},
    {"header_map", "headerMap", Shape::kAny},
};
constexpr Field kEnvoyRequest[] = {{"time", "", Shape::kAny}, {"http", "", Shape::kHttp}};
constexpr Field kEnvoyAttributes[] = {
    {"source", "", Shape::kAny},
    {"destination", "", Shape::kAny},
    {"request", "", Shape::kRequest},
    {"context_extensions", "contextExtensions", Shape::kTexts},
    {"metadata_context", "metadataContext", Shape::kAny},
    {"route_metadata_context", "routeMetadataContext", Shape::kAny},
    {"tls_session", "tlsSession", Shape::kAny},
};
constexpr Field kEnvoyCheck[] = {{"attributes", "", Shape::kAttributes}};

Error WrongType(std::string_view field) {
  return Error(ErrorCode::kInvalidInput, "field " + std::string(field) + " has the wrong type");
}

Result<Value> Read(const json::Value& source, std::span<const Field> fields, Arena& arena);

Result<Value> Bytes(const json::Value& source, Arena& arena) {
  EPHOR_ASSIGN(const std::string bytes, Base64Decode(source.as_string()));
  return Value::Bytes(arena.Copy(bytes));
}

// Null and absent members are empty.
Result<Value> ReadField(const Field& field, const json::Value& source, Arena& arena) {
  const bool absent = source.is_null();
  const json::Value object = absent ? json::Value::Object({}) : source;
  switch (field.shape) {
    case Shape::kText:
      if (absent) return Value::String("");
      if (source.is_string()) return Value::String(source.as_string());
      break;
    case Shape::kBytes:
      if (absent) return Value::Bytes("");
      if (source.is_string()) return Bytes(source, arena);
      break;
    case Shape::kInt:
      if (absent) return Value::Int(0);
      if (source.kind() == json::Kind::kInt) return Value::Int(source.as_int());
      break;
    case Shape::kTexts:
    case Shape::kTextLists: {
      if (!object.is_object()) break;
      for (const json::Member& member : object.members()) {
        const bool fits = field.shape == Shape::kTexts ? member.value.is_string() : member.value.is_array();
        if (!fits) return std::unexpected(WrongType(field.name));
      }
      return Value::Json(object);
    }
    case Shape::kAny:
      return Value::Json(object);
    case Shape::kHttp:
      return Read(object, kEnvoyHttp, arena);
    case Shape::kRequest:
      return Read(object, kEnvoyRequest, arena);
    case Shape::kAttributes:
      return Read(object, kEnvoyAttributes, arena);
  }
  return std::unexpected(WrongType(field.name));
}

Result<Value> Read(const json::Value& source, std::span<const Field> fields, Arena& arena) {
  if (!source.is_object()) return InvalidInput("an object is expected");
  MapBuilder members(arena, fields.size());
  for (const Field& field : fields) {
    const json::Value* value = source.Find(json::Key(field.name));
    if (value == nullptr && !field.camel.empty()) value = source.Find(json::Key(field.camel));
    EPHOR_ASSIGN(const Value read, ReadField(field, value == nullptr ? json::Value() : *value, arena));
    members.Set(Value::String(field.name), read);
  }
  return members.Build();
}

// Protobuf's JSON refuses fields that it does not know.
Result<void> CheckNames(const json::Value& source, std::span<const Field> fields) {
  if (!source.is_object()) return {};
  for (const json::Member& member : source.members()) {
    const Field* found = nullptr;
    for (const Field& field : fields) {
      if (member.key() == field.name || (!field.camel.empty() && member.key() == field.camel)) found = &field;
    }
    if (found == nullptr) return InvalidInput("unknown field \"" + std::string(member.key()) + "\"");
    if (found->shape == Shape::kAttributes) EPHOR_TRY(CheckNames(member.value, kEnvoyAttributes));
    if (found->shape == Shape::kRequest) EPHOR_TRY(CheckNames(member.value, kEnvoyRequest));
    if (found->shape == Shape::kHttp) EPHOR_TRY(CheckNames(member.value, kEnvoyHttp));
  }
  return {};
}

}  // namespace

Result<Value> HttpCheckRequest(const json::Value& source, Arena& arena) {
  if (!source.is_object()) return InvalidInput("an object is expected");
  const json::Value* attributes = source.Find("attributes");
  const bool absent = attributes == nullptr || attributes->is_null();
  EPHOR_ASSIGN(const Value read, Read(absent ? json::Value::Object({}) : *attributes, kHttpFields, arena));
  Value body;
  FindMember(read, Value::String("body"), body);
  MapBuilder context(arena, 1), request(arena, 2);
  context.Set(Value::String("request"), ModelContextOf(body.text(), arena));
  request.Set(Value::String("attributes"), read);
  request.Set(Value::String("mcp"), context.Build());
  return request.Build();
}

Result<Value> EnvoyCheckRequest(const json::Value& source, Arena& arena) {
  EPHOR_TRY(CheckNames(source, kEnvoyCheck));
  return Read(source, kEnvoyCheck, arena);
}

}  // namespace ephor::cel::lib
