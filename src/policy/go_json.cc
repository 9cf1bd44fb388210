#include "policy/go_json.h"

#include "json/write.h"

namespace ephor::policy {
namespace {

using json::Value;

class GoWriter {
 public:
  explicit GoWriter(Versions version) : version_(version) {}

  void WriteStruct(const Value& written, const Table& table) {
    out_ += '{';
    bool first = true;
    WriteFields(written, table, first);
    out_ += '}';
  }

  std::string&& text() && { return std::move(out_); }

 private:
  void WriteFields(const Value& written, const Table& table, bool& first) {
    for (const Field& field : table.fields) {
      if ((field.versions & version_) == 0) continue;
      if (field.inlined != nullptr) {
        WriteFields(written, field.nested(), first);
        continue;
      }
      const Value* found = written.Find(field.name);
      if (found == nullptr || found->is_null()) {
        if (!field.fallback.is_null()) {
          found = &field.fallback;
        } else if (!field.required && !field.always) {
          continue;
        }
      } else if (!field.required && !field.always && !field.nullable && IsEmpty(*found)) {
        continue;
      }
      out_ += first ? "\"" : ",\"";
      first = false;
      out_.append(field.name.text).append("\":");
      if (found == nullptr || found->is_null()) {
        WriteZero(field);
      } else {
        WriteValue(*found, field);
      }
    }
  }

  // What a field that is no pointer leaves out.
  static bool IsEmpty(const Value& value) {
    if (value.is_bool()) return !value.as_bool();
    if (value.is_int()) return value.as_int() == 0;
    return value.size() == 0 && !value.is_double();
  }

  void WriteZero(const Field& field) {
    switch (field.type) {
      case FieldType::kString:
        out_ += "\"\"";
        return;
      case FieldType::kBool:
        out_ += "false";
        return;
      case FieldType::kInteger:
        out_ += '0';
        return;
      case FieldType::kStruct:
        WriteStruct(Value::Object({}), field.nested());
        return;
      default:
        out_ += "null";
        return;
    }
  }

  void WriteValue(const Value& value, const Field& field) {
    switch (field.type) {
      case FieldType::kStruct:
        if (value.is_object()) return WriteStruct(value, field.nested());
        break;
      case FieldType::kStructs:
        if (value.is_array()) return WriteList(value, field.nested());
        break;
      case FieldType::kStructsMap:
        if (value.is_object()) return WriteMap(value, field.nested());
        break;
      case FieldType::kConditions:
        if (value.is_array()) return WriteList(value, TableOf<Condition>());
        if (value.is_object()) return WriteStruct(value, TableOf<Conditions>());
        break;
      default:
        break;
    }
    json::Write(value, out_, {.escape_html = true});
  }

  void WriteList(const Value& list, const Table& table) {
    out_ += '[';
    for (std::size_t i = 0; i < list.items().size(); ++i) {
      if (i > 0) out_ += ',';
      WriteStruct(list.items()[i], table);
    }
    out_ += ']';
  }

  void WriteMap(const Value& map, const Table& table) {
    out_ += '{';
    for (std::size_t i = 0; i < map.members().size(); ++i) {
      if (i > 0) out_ += ',';
      json::WriteString(map.members()[i].key(), out_, true);
      out_ += ':';
      WriteList(map.members()[i].value, table);
    }
    out_ += '}';
  }

  std::string out_;
  Versions version_;
};

}  // namespace

std::string GoJson(const Value& written, const Table& table, Versions version) {
  GoWriter writer(version);
  writer.WriteStruct(written, table);
  return std::move(writer).text();
}

std::string InvalidStruct(std::string_view path, const Value& written, const Table& table,
                          std::string_view detail, Versions version) {
  return std::string(path)
      .append(": Invalid value: ")
      .append(GoJson(written, table, version))
      .append(": ")
      .append(detail);
}

}  // namespace ephor::policy
