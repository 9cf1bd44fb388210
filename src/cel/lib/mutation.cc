#include "cel/lib/mutation.h"

#include "base/quote.h"
#include "cel/eval/context.h"
#include "json/builder.h"

namespace ephor::cel::lib {
namespace {

struct ObjectData {
  std::string_view type;  // "Object.spec"
  std::span<const MapEntry> fields;
};

const MapEntry* FindField(const ObjectData& object, std::string_view name) {
  for (const MapEntry& field : object.fields) {
    if (field.key.text() == name) return &field;
  }
  return nullptr;
}

bool SameObject(const void* a, const void* b) {
  const auto& x = *static_cast<const ObjectData*>(a);
  const auto& y = *static_cast<const ObjectData*>(b);
  if (x.type != y.type || x.fields.size() != y.fields.size()) return false;
  for (const MapEntry& field : x.fields) {
    const MapEntry* other = FindField(y, field.key.text());
    if (other == nullptr || !Equal(field.value, other->value)) return false;
  }
  return true;
}

const Value* FieldOfObject(const void* data, const json::Key& name, Context&) {
  const MapEntry* field = FindField(*static_cast<const ObjectData*>(data), name.text);
  return field != nullptr ? &field->value : nullptr;
}

Result<json::Value> JsonOfObject(const void* data, Arena& arena) {
  const auto& object = *static_cast<const ObjectData*>(data);
  json::ObjectBuilder members(arena, object.fields.size());
  for (const MapEntry& field : object.fields) {
    EPHOR_ASSIGN(const json::Value value, ToJson(field.value, arena));
    members.Set(field.key.text(), value);
  }
  return members.Build();
}

std::string_view NameOfObject(const void* data) {
  return static_cast<const ObjectData*>(data)->type;
}

bool SameOperation(const void* a, const void* b) {
  const auto& x = *static_cast<const PatchOperation*>(a);
  const auto& y = *static_cast<const PatchOperation*>(b);
  if (x.op != y.op || x.path != y.path || x.from != y.from) return false;
  if (x.value == nullptr || y.value == nullptr) return x.value == y.value;
  return Equal(*x.value, *y.value);
}

const Value* FieldOfOperation(const void* data, const json::Key& name, Context& context) {
  const auto& operation = *static_cast<const PatchOperation*>(data);
  const auto text = [&](std::string_view part) -> const Value* {
    return part.empty() ? nullptr : context.arena.New<Value>(Value::String(part));
  };
  if (name.text == "op") return text(operation.op);
  if (name.text == "path") return text(operation.path);
  if (name.text == "from") return text(operation.from);
  return name.text == "value" ? operation.value : nullptr;
}

Result<json::Value> JsonOfOperation(const void* data, Arena& arena) {
  const auto& operation = *static_cast<const PatchOperation*>(data);
  json::ObjectBuilder members(arena, 4);
  members.Set("op", json::Value::String(operation.op));
  members.Set("path", json::Value::String(operation.path));
  if (!operation.from.empty()) members.Set("from", json::Value::String(operation.from));
  if (operation.value != nullptr) {
    EPHOR_ASSIGN(const json::Value value, ToJson(*operation.value, arena));
    members.Set("value", value);
  }
  return members.Build();
}

constexpr OpaqueType kObjectType{.name = "Object",
                                 .equal = SameObject,
                                 .field = FieldOfObject,
                                 .json = JsonOfObject,
                                 .name_of = NameOfObject};
constexpr OpaqueType kPatchType{
    .name = "JSONPatch", .equal = SameOperation, .field = FieldOfOperation, .json = JsonOfOperation};

bool IsObjectName(std::string_view name) {
  return name == "Object" || name.starts_with("Object.");
}

class Types : public TypeProvider {
 public:
  const Type* FindType(std::string_view name, Arena& arena) const override {
    static const Type patch(TypeKind::kStruct, kPatchType.name);
    if (name == kPatchType.name) return &patch;
    return IsObjectName(name) ? arena.New<Type>(TypeKind::kStruct, arena.Copy(name)) : nullptr;
  }

  const Type* FindField(std::string_view type, std::string_view field) const override {
    if (IsObjectName(type) || field == "value") return &types::kDyn;
    return field == "op" || field == "path" || field == "from" ? &types::kString : nullptr;
  }

  Value Construct(Call& call, std::string_view type, std::span<const MapEntry> fields) const override {
    if (type != kPatchType.name) {
      return Value::Opaque(&kObjectType, call.arena().New<ObjectData>(ObjectData{type, fields}),
                           call.arena());
    }
    auto* operation = call.arena().New<PatchOperation>();
    for (const MapEntry& field : fields) {
      const std::string_view name = field.key.text();
      if (name == "value") {
        operation->value = &field.value;
        continue;
      }
      if (!field.value.is_string()) {
        return call.Fail("unexpected type " + std::string(TypeName(field.value)) + " for JSONPatchType '" +
                         std::string(name) + "' field");
      }
      (name == "op"     ? operation->op
       : name == "path" ? operation->path
                        : operation->from) = field.value.text();
    }
    return Value::Opaque(&kPatchType, operation, call.arena());
  }
};

// A field on the way from the root. Its path is only made a text for the error.
struct Place {
  const Place* parent;
  std::string_view name;  // of the root: its type
};

std::string PathOf(const Place* place) {
  return place->parent == nullptr ? std::string(place->name)
                                  : PathOf(place->parent) + "." + std::string(place->name);
}

bool IsPath(std::string_view text, const Place* place) {
  for (; place->parent != nullptr; place = place->parent) {
    if (!text.ends_with(place->name)) return false;
    text.remove_suffix(place->name.size());
    if (!text.ends_with('.')) return false;
    text.remove_suffix(1);
  }
  return text == place->name;
}

Result<void> CheckAt(const Value& value, const Place* place) {
  if (IsObject(value)) {
    const auto& object = value.opaque<ObjectData>();
    if (!IsPath(object.type, place)) {
      return Fail(ErrorCode::kEvaluation, "unexpected type name " + GoQuote(object.type) + ", expected " +
                                              GoQuote(PathOf(place)) +
                                              ", which matches field name path from root Object type");
    }
    for (const MapEntry& field : object.fields) {
      const Place below{place, field.key.text()};
      EPHOR_TRY(CheckAt(field.value, &below));
    }
  } else if (value.is(ValueKind::kList)) {
    for (const Value& item : value.native_list()) EPHOR_TRY(CheckAt(item, place));
  } else if (value.is(ValueKind::kMap)) {
    for (const MapEntry& entry : value.native_map().entries) EPHOR_TRY(CheckAt(entry.value, place));
  }
  return {};
}

}  // namespace

std::shared_ptr<const TypeProvider> MutationTypes() {
  static const std::shared_ptr<const TypeProvider> types = std::make_shared<Types>();
  return types;
}

bool IsObject(const Value& value) {
  return value.is(ValueKind::kOpaque) && value.opaque_type() == &kObjectType;
}

bool IsPatchOperation(const Value& value) {
  return value.is(ValueKind::kOpaque) && value.opaque_type() == &kPatchType;
}

const PatchOperation& PatchOperationOf(const Value& patch) {
  return patch.opaque<PatchOperation>();
}

Result<void> CheckTypeNames(const Value& object) {
  const Place root{nullptr, TypeName(object)};
  return CheckAt(object, &root);
}

}  // namespace ephor::cel::lib
