#include "policy/schema.h"

#include "json/builder.h"

namespace ephor::policy {
namespace {

using json::Value;

constexpr json::Key kPreserve = "x-kubernetes-preserve-unknown-fields";

class SchemaMaker {
 public:
  SchemaMaker(Versions version, Arena& arena) : version_(version), arena_(arena) {}

  Value Struct(const Table& table, std::string_view description, bool keeps_unknown) {
    json::ObjectBuilder schema(arena_);
    if (!description.empty()) schema.Set("description", Value::String(description));
    json::ObjectBuilder properties(arena_);
    json::ArrayBuilder required(arena_);
    AddFields(table, properties, required);
    schema.Set("properties", properties.Build());
    if (required.size() > 0) schema.Set("required", required.Build());
    schema.Set("type", Value::String("object"));
    if (table.atomic) schema.Set("x-kubernetes-map-type", Value::String("atomic"));
    if (keeps_unknown) schema.Set(kPreserve, Value::Bool(true));
    AddChoice(table.choice, schema);
    return schema.Build();
  }

 private:
  void AddFields(const Table& table, json::ObjectBuilder& properties, json::ArrayBuilder& required) {
    for (const Field& field : table.fields) {
      if ((field.versions & version_) == 0) continue;
      if (field.inlined != nullptr) {
        AddFields(field.nested(), properties, required);
        continue;
      }
      properties.Set(field.name, FieldSchema(field));
      if (field.required) required.Add(Value::String(field.name.text));
    }
  }

  void AddChoice(const Choice& choice, json::ObjectBuilder& schema) {
    if (choice.rule == Choice::Rule::kNotBoth) schema.Set("not", Required(choice.names));
    if (choice.rule != Choice::Rule::kExactlyOne) return;
    json::ArrayBuilder alternatives(arena_);
    for (const std::string_view& name : choice.names) alternatives.Add(Required({&name, 1}));
    schema.Set("oneOf", alternatives.Build());
  }

  Value Required(std::span<const std::string_view> names) {
    json::ArrayBuilder list(arena_);
    for (const std::string_view name : names) list.Add(Value::String(name));
    json::ObjectBuilder schema(arena_);
    schema.Set("required", list.Build());
    return schema.Build();
  }

  Value Typed(std::string_view type) {
    json::ObjectBuilder schema(arena_);
    schema.Set("type", Value::String(type));
    return schema.Build();
  }

  Value Text(const Field& field) {
    json::ObjectBuilder schema(arena_);
    schema.Set("type", Value::String("string"));
    if (field.words.empty()) return schema.Build();
    json::ArrayBuilder words(arena_);
    for (const std::string_view word : field.words) words.Add(Value::String(word));
    schema.Set("enum", words.Build());
    return schema.Build();
  }

  Value List(Value items) {
    json::ObjectBuilder schema(arena_);
    schema.Set("items", items);
    schema.Set("type", Value::String("array"));
    return schema.Build();
  }

  Value Map(Value values) {
    json::ObjectBuilder schema(arena_);
    schema.Set("additionalProperties", values);
    schema.Set("type", Value::String("object"));
    return schema.Build();
  }

  Value TypeSchema(const Field& field) {
    const bool keeps = field.unknown == Unknown::kKept;
    if (field.schemaless) return Value::Object({});
    switch (field.type) {
      case FieldType::kString:
        return Text(field);
      case FieldType::kBool:
        return Typed("boolean");
      case FieldType::kInteger:
        return Typed("integer");
      case FieldType::kStruct:
        return Struct(field.nested(), {}, keeps);
      case FieldType::kStrings:
        return List(Text(field));
      case FieldType::kStructs:
        return List(Struct(field.nested(), {}, keeps));
      case FieldType::kStringMap:
        return Map(Typed("string"));
      case FieldType::kStructsMap:
        return Map(List(Struct(field.nested(), {}, keeps)));
      case FieldType::kFree:
      case FieldType::kConditions:
        return Value::Object({});
    }
    return Value::Object({});
  }

  Value FieldSchema(const Field& field) {
    json::ObjectBuilder schema(arena_, TypeSchema(field));
    schema.Set("description", Value::String(field.doc));
    if (field.schemaless || field.type == FieldType::kFree) schema.Set(kPreserve, Value::Bool(true));
    if (!field.fallback.is_null()) schema.Set("default", field.fallback);
    if (field.max_length != 0) schema.Set("maxLength", Value::Int(field.max_length));
    if (field.min_length != 0) {
      schema.Set(field.type == FieldType::kString ? "minLength" : "minItems", Value::Int(field.min_length));
    }
    if (field.atomic) schema.Set("x-kubernetes-list-type", Value::String("atomic"));
    if (field.set) schema.Set("x-kubernetes-list-type", Value::String("set"));
    if (!field.key.empty()) {
      json::ArrayBuilder keys(arena_);
      keys.Add(Value::String(field.key));
      schema.Set("x-kubernetes-list-map-keys", keys.Build());
      schema.Set("x-kubernetes-list-type", Value::String("map"));
    }
    if (!field.format.empty()) schema.Set("format", Value::String(field.format));
    if (field.type == FieldType::kInteger && field.maximum == INT32_MAX) {
      schema.Set("format", Value::String("int32"));
    } else if (field.minimum != INT64_MIN) {
      schema.Set("minimum", Value::Int(field.minimum));
    }
    return schema.Build();
  }

  Versions version_;
  Arena& arena_;
};

}  // namespace

json::Value SchemaOf(const Table& table, Versions version, Arena& arena) {
  return SchemaMaker(version, arena).Struct(table, {}, false);
}

}  // namespace ephor::policy
