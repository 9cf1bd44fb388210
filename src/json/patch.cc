#include "json/patch.h"

#include <algorithm>
#include <iterator>

#include "json/builder.h"
#include "json/pointer.h"
#include "json/write.h"

namespace ephor::json {
namespace {

struct Name {
  std::string_view text;
  PatchOp op;
};

constexpr Name kNames[] = {
    {"add", PatchOp::kAdd},   {"remove", PatchOp::kRemove}, {"replace", PatchOp::kReplace},
    {"move", PatchOp::kMove}, {"copy", PatchOp::kCopy},     {"test", PatchOp::kTest},
};

std::string_view NameOf(PatchOp op) {
  for (const Name& name : kNames) {
    if (name.op == op) return name.text;
  }
  return "";
}

bool HasValue(PatchOp op) {
  return op == PatchOp::kAdd || op == PatchOp::kReplace || op == PatchOp::kTest;
}

bool HasFrom(PatchOp op) {
  return op == PatchOp::kMove || op == PatchOp::kCopy;
}

std::string_view GoKind(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return "bool";
    case Kind::kInt:
    case Kind::kDouble:
      return "number";
    case Kind::kString:
      return "string";
    case Kind::kArray:
      return "array";
    case Kind::kObject:
      return "object";
  }
  return "";
}

std::string CannotUnmarshal(const Value& value, std::string_view type) {
  return "json: cannot unmarshal " + std::string(GoKind(value)) + " into Go value of type " +
         std::string(type);
}

// A member that must be a string; the error is what the library says of one that is not.
Result<std::string_view> StringMember(const Value& operation, std::string_view name,
                                      std::string_view missing) {
  const Value* const member = operation.Find(name);
  if (member == nullptr || member->is_null()) return InvalidInput(std::string(missing) + ": missing value");
  if (!member->is_string()) return InvalidInput(CannotUnmarshal(*member, "string"));
  return member->as_string();
}

Result<Operation> DecodeOperation(const Value& value) {
  const std::string_view op = value.StringAt("op");
  const Name* const name =
      std::find_if(std::begin(kNames), std::end(kNames), [op](const Name& n) { return n.text == op; });
  if (name == std::end(kNames)) return InvalidInput("unsupported operation");
  Operation operation{.op = name->op};
  if (HasFrom(operation.op)) {
    auto from = StringMember(value, "from", "operation, missing from field");
    if (!from) return std::unexpected(std::move(from).error().Within("failed to decode 'from'"));
    operation.from = *from;
  }
  if (const Value* const member = value.Find("value"); member != nullptr) {
    operation.value = *member;
  } else if (operation.op == PatchOp::kAdd || operation.op == PatchOp::kReplace) {
    return InvalidInput("failed to decode 'value': operation, missing value field: missing value");
  }
  auto path = StringMember(value, "path", "operation missing path field");
  if (!path) return std::unexpected(std::move(path).error().Within("failed to decode 'path'"));
  operation.path = *path;
  return operation;
}

// Collects the operations that lead from one value to another.
class Differ {
 public:
  explicit Differ(Arena& arena) : arena_(arena), patch_(arena) {}

  void Values(const Value& from, const Value& to) {
    if (from.is_object() && to.is_object()) return Objects(from, to);
    if (from.is_array() && to.is_array()) return Arrays(from, to);
    if (!Equal(from, to)) Add(PatchOp::kReplace, to);
  }

  std::span<const Operation> patch() { return patch_.span(); }

 private:
  void Objects(const Value& from, const Value& to) {
    const std::size_t base = path_.size();
    for (const Member& member : to.members()) {
      AppendToken(member.key(), path_);
      const Value* const before = from.Find(KeyOf(member));
      if (before == nullptr) {
        Add(PatchOp::kAdd, member.value);
      } else {
        Values(*before, member.value);
      }
      path_.resize(base);
    }
    for (const Member& member : from.members()) {
      if (to.Find(KeyOf(member)) != nullptr) continue;
      AppendToken(member.key(), path_);
      Add(PatchOp::kRemove, Value());
      path_.resize(base);
    }
  }

  void Arrays(const Value& from, const Value& to) {
    const std::uint32_t common = std::min(from.size(), to.size());
    for (std::uint32_t i = from.size(); i > common; --i) AtIndex(i - 1, PatchOp::kRemove, Value());
    for (std::uint32_t i = common; i < to.size(); ++i) AtIndex(i, PatchOp::kAdd, to.items()[i]);
    for (std::uint32_t i = 0; i < common; ++i) {
      const std::size_t base = path_.size();
      path_ += '/' + std::to_string(i);
      Values(from.items()[i], to.items()[i]);
      path_.resize(base);
    }
  }

  void AtIndex(std::uint32_t index, PatchOp op, const Value& value) {
    const std::size_t base = path_.size();
    path_ += '/' + std::to_string(index);
    Add(op, value);
    path_.resize(base);
  }

  void Add(PatchOp op, const Value& value) {
    patch_.push_back({.op = op, .path = arena_.Copy(path_), .value = value});
  }

  static Key KeyOf(const Member& member) {
    Key key;
    key.text = member.key();
    key.hash = member.hash;
    return key;
  }

  Arena& arena_;
  ArenaVector<Operation> patch_;
  std::string path_;
};

}  // namespace

Result<std::span<const Operation>> DecodePatch(const Value& patch, Arena& arena) {
  if (patch.is_null()) return std::span<const Operation>();
  if (!patch.is_array()) return InvalidInput(CannotUnmarshal(patch, "jsonpatch.Patch"));
  ArenaVector<Operation> operations(arena, patch.size());
  for (const Value& item : patch.items()) {
    if (!item.is_object() && !item.is_null())
      return InvalidInput(CannotUnmarshal(item, "jsonpatch.Operation"));
    auto operation = DecodeOperation(item);
    if (!operation) {
      return std::unexpected(
          std::move(operation).error().Within("invalid operation " + ToString(item, {.escape_html = true})));
    }
    operations.push_back(*operation);
  }
  return std::span<const Operation>(operations.span());
}

std::span<const Operation> Diff(const Value& from, const Value& to, Arena& arena) {
  Differ differ(arena);
  differ.Values(from, to);
  return differ.patch();
}

void WritePatch(std::span<const Operation> patch, std::string& out, bool escape_html) {
  out += '[';
  bool first = true;
  for (const Operation& operation : patch) {
    if (!first) out += ',';
    first = false;
    out += '{';
    if (HasFrom(operation.op)) {
      out += "\"from\":";
      WriteString(operation.from, out, escape_html);
      out += ',';
    }
    out += "\"op\":\"";
    out += NameOf(operation.op);
    out += "\",\"path\":";
    WriteString(operation.path, out, escape_html);
    if (HasValue(operation.op)) {
      out += ",\"value\":";
      Write(operation.value, out, {.escape_html = escape_html});
    }
    out += '}';
  }
  out += ']';
}

Value EncodePatch(std::span<const Operation> patch, Arena& arena) {
  ArrayBuilder array(arena, patch.size());
  for (const Operation& operation : patch) {
    ObjectBuilder object(arena, 4);
    if (HasFrom(operation.op)) object.Set("from", Value::String(operation.from));
    object.Set("op", Value::String(NameOf(operation.op)));
    object.Set("path", Value::String(operation.path));
    if (HasValue(operation.op)) object.Set("value", operation.value);
    array.Add(object.Build());
  }
  return array.Build();
}

}  // namespace ephor::json
