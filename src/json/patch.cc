#include "json/patch.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "json/builder.h"
#include "json/kind_name.h"
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

std::string CannotUnmarshal(const Value& value, std::string_view type) {
  return "json: cannot unmarshal " + std::string(KindName(value)) + " into Go value of type " +
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
  const std::optional<PatchOp> op = PatchOpOf(value.StringAt("op"));
  if (!op) return InvalidInput("unsupported operation");
  Operation operation{.op = *op};
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

// Whether both are one list or object, stored once.
bool IsShared(const Value& a, const Value& b) {
  if (a.is_object() && b.is_object()) return a.size() == b.size() && a.members().data() == b.members().data();
  return a.is_array() && b.is_array() && a.size() == b.size() && a.items().data() == b.items().data();
}

// Where a value stands: its token below its parent's. On the stack of the walk, and made a text only for what
// has changed.
struct Place {
  const Place* parent;
  std::string_view key;  // of a member; of an item empty
  std::int64_t index;    // of an item; of a member -1
};

// Collects the operations that lead from one value to another.
class Differ {
 public:
  explicit Differ(Arena& arena) : arena_(arena), patch_(arena) {}

  void Values(const Value& from, const Value& to, const Place* place) {
    if (IsShared(from, to)) return;
    if (from.is_object() && to.is_object()) return Objects(from, to, place);
    if (from.is_array() && to.is_array()) return Arrays(from, to, place);
    if (!Equal(from, to)) Add(PatchOp::kReplace, place, to);
  }

  std::span<const Operation> patch() { return patch_.span(); }

 private:
  void Objects(const Value& from, const Value& to, const Place* parent) {
    // Both are sorted: one pass over the two.
    const Member* old = from.members().data();
    const Member* const old_end = old + from.size();
    const auto same = [](const Member& a, const Member& b) { return a.hash == b.hash && a.key() == b.key(); };
    for (const Member& member : to.members()) {
      const Place place{parent, member.key(), -1};
      while (old != old_end && !same(*old, member) && old->key() < member.key()) ++old;
      if (old == old_end || !same(*old, member)) {
        Add(PatchOp::kAdd, &place, member.value);
      } else {
        Values(old++->value, member.value, &place);
      }
    }
    for (const Member& member : from.members()) {
      if (to.Find(KeyOf(member)) != nullptr) continue;
      const Place place{parent, member.key(), -1};
      Add(PatchOp::kRemove, &place, Value());
    }
  }

  void Arrays(const Value& from, const Value& to, const Place* parent) {
    const auto at = [parent](std::uint32_t index) { return Place{parent, {}, index}; };
    const std::uint32_t common = std::min(from.size(), to.size());
    for (std::uint32_t i = from.size(); i > common; --i) {
      const Place place = at(i - 1);
      Add(PatchOp::kRemove, &place, Value());
    }
    for (std::uint32_t i = common; i < to.size(); ++i) {
      const Place place = at(i);
      Add(PatchOp::kAdd, &place, to.items()[i]);
    }
    for (std::uint32_t i = 0; i < common; ++i) {
      const Place place = at(i);
      Values(from.items()[i], to.items()[i], &place);
    }
  }

  void Add(PatchOp op, const Place* place, const Value& value) {
    patch_.push_back({.op = op, .path = PointerTo(place), .value = value});
  }

  // The pointer's text, written from its end.
  std::string_view PointerTo(const Place* place) {
    char number[24];
    const auto token = [&number](const Place& at) -> std::string_view {
      if (at.index < 0) return at.key;
      return {number, std::to_chars(number, number + sizeof number, at.index).ptr};
    };
    std::size_t size = 0;
    for (const Place* at = place; at != nullptr; at = at->parent) {
      const std::string_view text = token(*at);
      size +=
          1 + text.size() +
          static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return c == '~' || c == '/'; }));
    }
    char* const begin = static_cast<char*>(arena_.Allocate(size, 1));
    char* end = begin + size;
    for (const Place* at = place; at != nullptr; at = at->parent) {
      const std::string_view text = token(*at);
      for (std::size_t i = text.size(); i-- > 0;) {
        const char c = text[i];
        if (c == '~' || c == '/') {
          *--end = c == '~' ? '0' : '1';
          *--end = '~';
        } else {
          *--end = c;
        }
      }
      *--end = '/';
    }
    return {begin, size};
  }

  static Key KeyOf(const Member& member) {
    Key key;
    key.text = member.key();
    key.hash = member.hash;
    return key;
  }

  Arena& arena_;
  ArenaVector<Operation> patch_;
};

}  // namespace

std::optional<PatchOp> PatchOpOf(std::string_view name) {
  for (const Name& row : kNames) {
    if (row.text == name) return row.op;
  }
  return std::nullopt;
}

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
  differ.Values(from, to, nullptr);
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
