#include "engine/mutate/strategic_overlay.h"

#include <algorithm>

#include "engine/mutate/node_kind.h"
#include "json/builder.h"
#include "json/write.h"
#include "pattern/anchor.h"
#include "pattern/overlay.h"

namespace ephor::engine {
namespace strategic {

using json::Value;

// `(key)` or `<(key)` of an object.
struct Condition {
  json::Key key;
  bool global = false;
  bool resolves = false;  // its value has `+()` members: it holds wherever the key is there
  bool as_text = false;   // scalars are compared as texts
  const pattern::Overlay* pattern = nullptr;
  const Node* kept = nullptr;  // what of its value stays in the patch; nullptr for nothing
};

struct Field {
  json::Key key;
  bool if_absent = false;
  const Node* node = nullptr;
};

struct Element {
  const Node* node = nullptr;
  bool anchored = false;
  bool global = false;  // has a global anchor somewhere
};

struct Node {
  enum class Kind : std::uint8_t {
    kConstant,  // stays as it is
    kObject,
    kList,  // with anchored elements
  };
  Kind kind = Kind::kConstant;
  Value value;  // kConstant
  std::span<const Condition> conditions;
  std::span<const Field> fields;
  std::span<const Element> elements;
};

}  // namespace strategic

namespace {

using json::Value;
using pattern::AnchorKind;
using strategic::Condition;
using strategic::Element;
using strategic::Field;
using strategic::Node;

std::optional<pattern::Anchor> AnchorOf(std::string_view written) {
  const auto anchor = pattern::ParseAnchor(written);
  if (!anchor) return std::nullopt;
  const bool known = anchor->kind == AnchorKind::kConditional || anchor->kind == AnchorKind::kGlobal ||
                     anchor->kind == AnchorKind::kAddIfAbsent;
  return known ? anchor : std::nullopt;
}

bool IsCondition(const std::optional<pattern::Anchor>& anchor) {
  return anchor && anchor->kind != AnchorKind::kAddIfAbsent;
}

bool HasAddition(const Value& value) {
  return value.is_object() && std::ranges::any_of(value.members(), [](const json::Member& member) {
           const auto anchor = AnchorOf(member.key());
           return anchor && anchor->kind == AnchorKind::kAddIfAbsent;
         });
}

// Whether some key below is an anchor, or some text looks like a condition: the reference does not tell them
// apart.
bool HasAnchors(const Value& value) {
  switch (value.kind()) {
    case json::Kind::kObject:
      return std::ranges::any_of(value.members(), [](const json::Member& member) {
        return AnchorOf(member.key()) || HasAnchors(member.value);
      });
    case json::Kind::kArray:
      return std::ranges::any_of(value.items(), HasAnchors);
    case json::Kind::kString:
      return IsCondition(AnchorOf(value.as_string()));
    default:
      return false;
  }
}

bool HasGlobal(const Value& value) {
  if (value.is_array()) return std::ranges::any_of(value.items(), HasGlobal);
  if (value.is_string()) return IsCondition(AnchorOf(value.as_string()));
  if (!value.is_object()) return false;
  return std::ranges::any_of(value.members(), [](const json::Member& member) {
    const auto anchor = AnchorOf(member.key());
    return (anchor && anchor->kind == AnchorKind::kGlobal) || HasGlobal(member.value);
  });
}

bool WithinDepth(const Value& value, int depth) {
  if (depth == 0) return false;
  const auto within = [depth](const Value& child) { return WithinDepth(child, depth - 1); };
  if (value.is_array()) return std::ranges::all_of(value.items(), within);
  if (!value.is_object()) return true;
  return std::ranges::all_of(value.members(),
                             [&](const json::Member& member) { return within(member.value); });
}

class Compiler {
 public:
  explicit Compiler(Arena& arena) : arena_(arena) {}

  // Of a value that is walked together with the object's. nullptr where nothing of it can be left.
  Result<const Node*> Walked(const Value& value, bool is_root = false) {
    if (!HasAnchors(value)) return Constant(value);
    if (value.is_object()) return Object(value, is_root);
    if (value.is_array() && value.items()[0].is_object()) return List(value);
    return Cleaned(value, false);
  }

 private:
  const Node* Constant(const Value& value) {
    Node* const node = arena_.New<Node>();
    node->value = value;
    return node;
  }

  Result<const Node*> Object(const Value& value, bool is_root) {
    ArenaVector<Condition> conditions(arena_);
    ArenaVector<Field> fields(arena_, value.size());
    for (const bool global : {true, false}) {
      for (const json::Member& member : value.members()) {
        const auto anchor = AnchorOf(member.key());
        if (!IsCondition(anchor) || (anchor->kind == AnchorKind::kGlobal) != global) continue;
        EPHOR_ASSIGN(Condition condition, MakeCondition(*anchor, member.value));
        // At the top the reference would leave the anchor itself in the object.
        if (is_root) condition.kept = nullptr;
        conditions.push_back(condition);
      }
    }
    for (const json::Member& member : value.members()) {
      const auto anchor = AnchorOf(member.key());
      if (IsCondition(anchor)) continue;
      EPHOR_ASSIGN(const Node* const node, Walked(member.value));
      if (node == nullptr) continue;
      const json::Key key(anchor ? anchor->key : member.key());
      fields.push_back({key, anchor.has_value(), node});
    }
    Node* const node = arena_.New<Node>();
    node->kind = Node::Kind::kObject;
    node->conditions = conditions.span();
    node->fields = fields.span();
    return node;
  }

  Result<const Node*> List(const Value& value) {
    ArenaVector<Element> elements(arena_, value.size());
    for (const Value& item : value.items()) {
      if (!HasAnchors(item)) {
        elements.push_back({Constant(item), false, false});
        continue;
      }
      if (!item.is_object()) continue;
      EPHOR_ASSIGN(const Node* const node, Walked(item));
      if (node != nullptr) elements.push_back({node, true, HasGlobal(item)});
    }
    Node* const node = arena_.New<Node>();
    node->kind = Node::Kind::kList;
    node->elements = elements.span();
    return node;
  }

  Result<Condition> MakeCondition(const pattern::Anchor& anchor, const Value& value) {
    Condition condition{.key = json::Key(anchor.key), .global = anchor.kind == AnchorKind::kGlobal};
    if (HasAddition(value)) {
      condition.resolves = true;
      condition.kept = WithAdditions(value);
      return condition;
    }
    condition.as_text = !value.is_object() && !value.is_array();
    const Value* const pattern = arena_.New<Value>(condition.as_text ? AsText(value, arena_) : value);
    EPHOR_ASSIGN(const pattern::Overlay overlay, pattern::Overlay::Compile(*pattern, arena_));
    condition.pattern = arena_.New<pattern::Overlay>(overlay);
    condition.kept = Cleaned(value, true);
    return condition;
  }

  // A condition's value with its own `+()` members still to be decided.
  const Node* WithAdditions(const Value& value) {
    ArenaVector<Field> fields(arena_, value.size());
    for (const json::Member& member : value.members()) {
      const auto anchor = AnchorOf(member.key());
      const Node* const node = Cleaned(member.value, IsCondition(anchor));
      if (node == nullptr) continue;
      const bool if_absent = anchor && anchor->kind == AnchorKind::kAddIfAbsent;
      fields.push_back({json::Key(anchor ? anchor->key : member.key()), if_absent, node});
    }
    Node* const node = arena_.New<Node>();
    node->kind = Node::Kind::kObject;
    node->fields = fields.span();
    return node;
  }

  // What is left of a value that is not walked when its conditions are removed.
  const Node* Cleaned(const Value& value, bool of_condition) {
    const auto left = Clean(value, of_condition);
    return left ? Constant(*left) : nullptr;
  }

  std::optional<Value> Clean(const Value& value, bool of_condition) {
    if (!value.is_object() && !value.is_array()) {
      return of_condition ? std::nullopt : std::optional(value);
    }
    if (!HasAnchors(value)) return value;
    if (value.is_array()) {
      json::ArrayBuilder items(arena_, value.size());
      for (const Value& item : value.items()) {
        if (!HasAnchors(item)) items.Add(item);
      }
      return items.size() == 0 ? std::nullopt : std::optional(items.Build());
    }
    json::ObjectBuilder members(arena_, value.size());
    for (const json::Member& member : value.members()) {
      const auto anchor = AnchorOf(member.key());
      const bool condition = IsCondition(anchor);
      const auto left = Clean(member.value, condition);
      if (left) members.Set(json::Key(condition ? anchor->key : member.key()), *left);
    }
    return members.empty() ? std::nullopt : std::optional(members.Build());
  }

  friend class Resolver;
  static Value AsText(const Value& value, Arena& arena) {
    return value.is_string() ? value : Value::String(arena.Copy(json::ToString(value)));
  }

  Arena& arena_;
};

// One patch on one object.
class Resolver {
 public:
  explicit Resolver(Arena& arena) : arena_(arena) {}

  enum class Verdict : std::uint8_t { kHolds, kConditionFailed, kGlobalFailed };
  struct Resolved {
    Verdict verdict = Verdict::kHolds;
    std::optional<Value> value;  // nothing where nothing is left
  };

  // `object` is what stands in the object at the node's place, or nullptr.
  Result<Resolved> Resolve(const Node& node, const Value* object) {
    switch (node.kind) {
      case Node::Kind::kConstant:
        break;
      case Node::Kind::kObject:
        return ResolveObject(node, object);
      case Node::Kind::kList:
        return ResolveList(node, object);
    }
    return Resolved{Verdict::kHolds, node.value};
  }

 private:
  static const Value* Find(const Value* object, const json::Key& key) {
    return object == nullptr ? nullptr : object->Find(key);
  }

  bool Holds(const Condition& condition, const Value* object) {
    const Value* const value = Find(object, condition.key);
    if (value == nullptr) return false;
    if (condition.resolves) return true;
    const bool as_text = condition.as_text || (!value->is_object() && !value->is_array());
    const Value subject =
        as_text && !value->is_object() && !value->is_array() ? Compiler::AsText(*value, arena_) : *value;
    return condition.pattern->Passes(subject, arena_);
  }

  Result<Resolved> ResolveObject(const Node& node, const Value* object) {
    for (const Condition& condition : node.conditions) {
      if (Holds(condition, object)) continue;
      return Resolved{condition.global ? Verdict::kGlobalFailed : Verdict::kConditionFailed, {}};
    }
    json::ObjectBuilder members(arena_, node.fields.size() + node.conditions.size());
    for (const Condition& condition : node.conditions) {
      if (condition.kept == nullptr) continue;
      EPHOR_ASSIGN(const Resolved kept, Resolve(*condition.kept, Find(object, condition.key)));
      if (kept.value) members.Set(condition.key, *kept.value);
    }
    for (const Field& field : node.fields) {
      const Value* const present = Find(object, field.key);
      if (field.if_absent && present != nullptr) continue;
      EPHOR_ASSIGN(const Resolved resolved, Resolve(*field.node, present));
      if (resolved.verdict != Verdict::kHolds) return resolved;
      if (resolved.value) members.Set(field.key, *resolved.value);
    }
    if (members.empty()) return Resolved{};
    return Resolved{Verdict::kHolds, members.Build()};
  }

  Result<Resolved> ResolveList(const Node& node, const Value* object) {
    if (object != nullptr && object->is_null()) object = nullptr;
    if (object != nullptr && !object->is_array()) return WrongKind("SequenceNode", *object);
    ArenaVector<Value> items(arena_, node.elements.size());
    for (const Element& element : node.elements) {
      if (!element.anchored) items.push_back(element.node->value);
    }
    for (const Element& element : node.elements) {
      if (!element.anchored) continue;
      EPHOR_ASSIGN(const Verdict verdict, Expand(element, object, items));
      if (verdict == Verdict::kGlobalFailed) return Resolved{verdict, {}};
    }
    if (items.empty()) return Resolved{};
    return Resolved{Verdict::kHolds, Value::Array(items.span())};
  }

  // Adds what an anchored element becomes. A condition that fails concerns one element of the object's list;
  // a global one fails the whole unless it holds for some element. Where something is left for some elements
  // of the object and nothing for others, these are named too, so that merging keeps the order.
  Result<Verdict> Expand(const Element& element, const Value* list, ArenaVector<Value>& items) {
    static constexpr json::Key kName("name");
    if (list == nullptr) {
      EPHOR_ASSIGN(const Resolved resolved, Resolve(*element.node, nullptr));
      return resolved.verdict == Verdict::kGlobalFailed ? resolved.verdict : Verdict::kHolds;
    }
    const std::size_t before = items.size();
    bool global_failed = false, global_held = false, something_left = false;
    for (const Value& item : list->items()) {
      EPHOR_ASSIGN(const Resolved resolved, Resolve(*element.node, &item));
      if (resolved.verdict == Verdict::kGlobalFailed) global_failed = true;
      if (resolved.verdict != Verdict::kHolds) continue;
      if (element.global) {
        global_held = true;
        continue;
      }
      const Value* const name = item.Find(kName);
      if (name == nullptr || name->is_null() || (name->is_string() && name->size() == 0)) continue;
      something_left |= resolved.value.has_value();
      items.push_back(json::WithMember(resolved.value.value_or(Value::Object({})), kName, *name, arena_));
    }
    if (!something_left) items.resize_down(before);
    return global_failed && !global_held ? Verdict::kGlobalFailed : Verdict::kHolds;
  }

  Arena& arena_;
};

}  // namespace

Result<StrategicOverlay> StrategicOverlay::Compile(const Value& patch, Arena& arena) {
  if (!WithinDepth(patch, kMaxDepth)) {
    return Fail(ErrorCode::kInvalidPolicy,
                "the patch is nested deeper than " + std::to_string(kMaxDepth) + " levels");
  }
  if (!patch.is_object()) return WrongKind("MappingNode", patch);
  EPHOR_ASSIGN(const Node* const root, Compiler(arena).Walked(patch, true));
  return StrategicOverlay(root);
}

Result<std::optional<Value>> StrategicOverlay::Resolve(const Value& object, Arena& arena) const {
  if (root_ == nullptr) return std::nullopt;
  EPHOR_ASSIGN(const auto resolved, Resolver(arena).Resolve(*root_, &object));
  if (resolved.verdict != Resolver::Verdict::kHolds) return std::nullopt;
  return resolved.value;
}

}  // namespace ephor::engine
