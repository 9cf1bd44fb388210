// The walk of an overlay over an object, for one observer. Not for other libraries.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "base/arena.h"
#include "json/find_member.h"
#include "json/value.h"
#include "pattern/anchor.h"
#include "pattern/overlay_node.h"
#include "pattern/text.h"

namespace ephor::pattern::overlay {

enum class Outcome : std::uint8_t {
  kPass,
  kFail,
  kNegated,     // a fail because a forbidden key is there: decided even where other anchors' keys are not
  kSkip,        // a conditional or global anchor does not hold
  kNestedSkip,  // skips below were collected into one: the object around may still go on without them
};

inline bool IsSkip(Outcome outcome) {
  return outcome == Outcome::kSkip || outcome == Outcome::kNestedSkip;
}

// What an observer is told when a node of the pattern begins and ends, and does not care for.
struct Unwatched {
  void Begin(const Entry&, const json::Key&, const json::Value*) {}
  void BeginElement(std::uint32_t /*of the pattern*/, std::uint32_t /*of the array*/, const json::Value&) {}
  void End(Outcome) {}
};

// Decides, and remembers where it failed, but says nothing about why. Another observer of the same shape
// builds messages (overlay.cc). What an observer has and is told:
//
//   Place                     where in the object the walk is; At(parent, key or index) makes a child
//   Enter(map, object)        an object meets a map pattern; EnterExpanded(entry, replaced) one of its
//                             wildcard keys
//   Fails(place, ...)         a failure with its text, in parts: texts, values and places
//   FailsNowhere(n, m)        the one failure without a place: arrays of n and m elements cannot be paired
//   Wraps(prefix)             the latest failure became one of an anchor
//   Begin, BeginElement, End a key or an element of the pattern meets what stands there; what came of it
//   Within(outcome, step)     the outcome of a child, which is given on
//   Skips                     collects the skips of siblings: Add() the latest, Join(place) makes all of them
//                             the latest
//
// The path is put together from the failure upwards, so that a pass pays nothing for it.
class Locate : public Unwatched {
 public:
  struct Place {};
  struct Step {
    static constexpr std::uint32_t kIsKey = ~0u;

    std::string_view key;
    std::uint32_t index = kIsKey;
  };
  template <class Child>
  static Place At(const Place&, const Child&) {
    return {};
  }
  struct Skips {
    explicit Skips(Locate& locate) : locate_(locate) {}
    void Add() {}
    void Join(const Place& place) { locate_.Fails(place); }

   private:
    Locate& locate_;
  };
  Locate() {}  // leaves the steps uninitialized

  void Enter(const MapNode&, const json::Value&) {}
  void EnterExpanded(const Entry&, bool) {}
  template <class... Parts>
  void Fails(const Place&, const Parts&...) {
    known_ = true;
    size_ = 0;
  }
  void FailsNowhere(std::size_t, std::size_t) { known_ = false; }
  void Wraps(std::string_view) {}
  Outcome Within(Outcome outcome, std::string_view key) {
    if (outcome != Outcome::kPass) Push({key});
    return outcome;
  }
  Outcome Within(Outcome outcome, std::uint32_t index) {
    if (outcome != Outcome::kPass) Push({{}, index});
    return outcome;
  }

  // Whether the latest failure has a path and it was short enough to be remembered.
  bool known() const { return known_; }
  // From the failure to the root.
  std::span<const Step> steps() const { return {steps_, size_}; }

 private:
  static constexpr std::size_t kMaxSteps = 24;

  void Push(const Step& step) {
    if (size_ == kMaxSteps) {
      known_ = false;
    } else {
      new (&steps_[size_++]) Step(step);
    }
  }

  bool known_ = false;
  std::size_t size_ = 0;
  union {  // not initialized
    Step steps_[kMaxSteps];
  };
};

template <class Observer>
class Walk {
 public:
  using Place = typename Observer::Place;

  Walk(Observer& observer, Arena& arena) : observer_(observer), arena_(arena) {}

  Outcome Value(const Node& node, const json::Value& value, const Place& place) {
    switch (node.kind) {
      case Node::Kind::kScalar:
        if (node.is_array && !value.is_array()) return NotAnArray(place);
        return Leaf(node, value, place);
      case Node::Kind::kMap:
        return Map(*node.map, value, place);
      case Node::Kind::kEach:
        if (!value.is_array()) return NotAnArray(place);
        return Each(*node.map, value, place);
      case Node::Kind::kPairs:
        if (!value.is_array()) return NotAnArray(place);
        return Pairs(node, value, place);
      case Node::Kind::kEmptyArray:
        if (!value.is_array()) return NotAnArray(place);
        observer_.Fails(place, "pattern Array empty");
        return Outcome::kFail;
    }
    return Outcome::kFail;
  }

 private:
  // A key of labels or annotations after its wildcards were replaced by what is there.
  struct Expanded {
    const Entry* entry;
    json::Key key;
    std::string_view written;
  };

  // What the anchors of one object decided together.
  struct Verdict {
    int applied = 0;
    bool skipped = false;
    bool skipped_here = false;  // by an anchor of this object, not by what lies below one
  };

  Outcome NotAnArray(const Place& place) {
    observer_.Fails(place, "validation rule failed at path ", place,
                    ", resource does not satisfy the expected overlay pattern");
    return Outcome::kFail;
  }

  Outcome Mismatch(const Node& node, const json::Value& value, const Place& place) {
    observer_.Fails(place, "resource value '", value, "' does not match '", node.pattern, "' at path ",
                    place);
    return Outcome::kFail;
  }

  // A leaf fits an array where it fits every element.
  Outcome Leaf(const Node& node, const json::Value& value, const Place& place) {
    if (!value.is_array()) {
      return node.scalar.Matches(value) ? Outcome::kPass : Mismatch(node, value, place);
    }
    for (const json::Value& item : value.items()) {
      if (!node.scalar.Matches(item)) return Mismatch(node, value, place);
    }
    return Outcome::kPass;
  }

  // One pattern for each element.
  Outcome Each(const MapNode& map, const json::Value& array, const Place& place) {
    return Elements(array.size(), place, [&](std::uint32_t i, const Place& at) {
      observer_.BeginElement(0, i, array.items()[i]);
      return Map(map, array.items()[i], at);
    });
  }

  // A pattern of its own for each of the first elements.
  Outcome Pairs(const Node& node, const json::Value& array, const Place& place) {
    if (array.size() < node.pairs.size()) {
      observer_.FailsNowhere(array.size(), node.pairs.size());
      return Outcome::kFail;
    }
    return Elements(node.pairs.size(), place, [&](std::uint32_t i, const Place& at) {
      observer_.BeginElement(i, i, array.items()[i]);
      return Value(node.pairs[i], array.items()[i], at);
    });
  }

  // Passes if no element fails and, where some are skipped, at least one passes.
  template <class Judge>
  Outcome Elements(std::size_t count, const Place& place, Judge judge) {
    typename Observer::Skips skips(observer_);
    std::size_t applied = 0, skipped = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      const Outcome outcome = judge(i, Observer::At(place, i));
      observer_.End(outcome);
      if (outcome == Outcome::kPass) {
        ++applied;
      } else if (IsSkip(outcome)) {
        ++skipped;
        skips.Add();
      } else {
        return observer_.Within(outcome, i);
      }
    }
    if (applied > 0 || skipped == 0) return Outcome::kPass;
    skips.Join(place);
    return Outcome::kNestedSkip;
  }

  Outcome Map(const MapNode& map, const json::Value& object, const Place& place) {
    if (!object.is_object()) {
      observer_.Fails(place, "pattern and resource have different structures. Path: ", place,
                      ". Expected map[string]interface {}, found ", GoTypeName(object));
      return Outcome::kFail;
    }
    observer_.Enter(map, object);
    if (map.expands) [[unlikely]]
      return MapWithWildcards(map, object, place);

    typename Observer::Skips skips(observer_);
    Verdict verdict;
    for (const Entry& entry : map.anchors) {
      const Outcome outcome = Anchored(entry, entry.key, object, place);
      if (Decides(outcome, verdict, skips)) return outcome;
    }
    if (Leaves(verdict)) {
      skips.Join(place);
      return Outcome::kNestedSkip;
    }
    for (const Entry& entry : map.others) {
      const Outcome outcome = Other(entry, entry.key, object, place);
      if (outcome != Outcome::kPass) return outcome;
    }
    return Outcome::kPass;
  }

  // The same for labels and annotations with wildcard keys, in the order that the replaced keys have.
  Outcome MapWithWildcards(const MapNode& map, const json::Value& object, const Place& place) {
    typename Observer::Skips skips(observer_);
    Verdict verdict;
    for (const Expanded& e : Expand(map.anchors, object)) {
      const Outcome outcome = Anchored(*e.entry, e.key, object, place);
      if (Decides(outcome, verdict, skips)) return outcome;
    }
    if (Leaves(verdict)) {
      skips.Join(place);
      return Outcome::kNestedSkip;
    }
    const std::span<const Expanded> others = Expand(map.others, object);
    for (std::size_t i = others.size(); i-- > 0;) {
      if (others[i].entry->kind != Entry::Kind::kGlobal) continue;
      const Outcome outcome = Other(*others[i].entry, others[i].key, object, place);
      if (outcome != Outcome::kPass) return outcome;
    }
    for (const Expanded& e : others) {
      if (e.entry->kind == Entry::Kind::kGlobal) continue;
      const Outcome outcome = Other(*e.entry, e.key, object, place);
      if (outcome != Outcome::kPass) return outcome;
    }
    return Outcome::kPass;
  }

  // Each wildcard key is replaced by the smallest key that it matches and that has a text; one that matches
  // none stays as it is, and is then missing. In the order of the written keys.
  std::span<const Expanded> Expand(std::span<const Entry> entries, const json::Value& object) {
    const auto expanded = arena_.NewArray<Expanded>(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const Entry& entry = entries[i];
      new (&expanded[i]) Expanded{&entry, entry.key, entry.written};
      if (!entry.has_wildcard) continue;
      for (const json::Member& member : object.members()) {
        if (!member.value.is_string() || !entry.wildcard.Matches(member.key())) continue;
        expanded[i].key = json::Key(member.key());
        expanded[i].written = Written(entry, member.key());
        break;
      }
      observer_.EnterExpanded(entry, expanded[i].key.text != entry.key.text);
    }
    std::sort(expanded.begin(), expanded.end(),
              [](const Expanded& a, const Expanded& b) { return a.written < b.written; });
    return expanded;
  }

  std::string_view Written(const Entry& entry, std::string_view key) {
    const auto anchor = ParseAnchor(entry.written);
    if (!anchor) return key;
    return ArenaText(arena_).Append(AnchorSign(anchor->kind)).Append("(").Append(key).Append(")").view();
  }

  // Whether an anchor's outcome is the whole object's. A failure beside a skip of this object's own is not:
  // the object is none of the pattern's business then.
  bool Decides(Outcome outcome, Verdict& verdict, typename Observer::Skips& skips) {
    if (outcome == Outcome::kPass) {
      ++verdict.applied;
      return false;
    }
    if (IsSkip(outcome)) {
      verdict.skipped = true;
      verdict.skipped_here |= outcome == Outcome::kSkip;
      skips.Add();
      return false;
    }
    return !verdict.skipped_here;
  }

  // Whether the pattern does not apply to the object.
  static bool Leaves(const Verdict& verdict) {
    return verdict.skipped && (verdict.applied == 0 || verdict.skipped_here);
  }

  Outcome Anchored(const Entry& entry, const json::Key& key, const json::Value& object, const Place& place) {
    const json::Value* value = json::FindMember(object, key);
    observer_.Begin(entry, key, value);
    const Outcome outcome = AnchoredValue(entry, key, value, Observer::At(place, key.text));
    observer_.End(outcome);
    return outcome;
  }

  Outcome AnchoredValue(const Entry& entry, const json::Key& key, const json::Value* value, const Place& at) {
    switch (entry.kind) {
      case Entry::Kind::kConditional:
        if (value == nullptr) {
          observer_.Fails(
              at, "conditional anchor mismatch: conditional anchor key doesn't exist in the resource");
          return Outcome::kSkip;
        }
        if (Value(entry.node, *value, at) == Outcome::kPass) return Outcome::kPass;
        observer_.Wraps("conditional anchor mismatch: ");
        return Outcome::kSkip;
      case Entry::Kind::kEquality:
        if (value == nullptr) return Outcome::kPass;
        return observer_.Within(Value(entry.node, *value, at), key.text);
      case Entry::Kind::kExistence:
        if (value == nullptr) return Outcome::kPass;
        return observer_.Within(Exists(entry, *value, at), key.text);
      default:
        break;
    }
    if (value == nullptr) return Outcome::kPass;
    observer_.Fails(at, "negation anchor matched in resource: ", at, " is not allowed");
    return observer_.Within(Outcome::kNegated, key.text);
  }

  Outcome Exists(const Entry& entry, const json::Value& array, const Place& place) {
    if (!array.is_array()) {
      observer_.Fails(place, "invalid resource type ", GoTypeName(array),
                      ": Existence ^ () anchor can be used only on list/array type resource");
      return Outcome::kFail;
    }
    for (std::uint32_t n = 0; n < entry.some.size(); ++n) {
      bool found = false;
      for (std::uint32_t i = 0; i < array.size() && !found; ++i) {
        observer_.BeginElement(n, i, array.items()[i]);
        const Outcome outcome = Map(*entry.some[n], array.items()[i], Observer::At(place, i));
        observer_.End(outcome);
        found = outcome == Outcome::kPass;
      }
      if (!found) {
        observer_.Fails(place, "existence anchor validation failed at path ", place);
        return Outcome::kFail;
      }
    }
    if (entry.malformed.empty()) return Outcome::kPass;
    observer_.Fails(place, entry.malformed);
    return Outcome::kFail;
  }

  Outcome Other(const Entry& entry, const json::Key& key, const json::Value& object, const Place& place) {
    const json::Value* found = json::FindMember(object, key);
    observer_.Begin(entry, key, found);
    const Outcome outcome = OtherValue(entry, key, found, place);
    observer_.End(outcome);
    return outcome;
  }

  Outcome OtherValue(const Entry& entry, const json::Key& key, const json::Value* found, const Place& place) {
    static constexpr json::Value kMissing = json::Value::Null();
    const json::Value& value = found != nullptr ? *found : kMissing;
    if (entry.kind == Entry::Kind::kPresent) {
      if (!value.is_null()) return Outcome::kPass;
      // The path of the object around it, and the key after a second slash: as the reference prints it.
      observer_.Fails(place, place, "/", key.text, " not found");
      return Outcome::kFail;
    }
    if (entry.kind == Entry::Kind::kPlain) {
      return observer_.Within(Value(entry.node, value, Observer::At(place, key.text)), key.text);
    }
    if (found == nullptr || Value(entry.node, value, Observer::At(place, key.text)) == Outcome::kPass) {
      return Outcome::kPass;
    }
    observer_.Wraps("global anchor mismatch: ");
    return Outcome::kSkip;
  }

  Observer& observer_;
  Arena& arena_;
};

}  // namespace ephor::pattern::overlay
