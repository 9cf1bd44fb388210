#include "pattern/overlay.h"

#include <algorithm>
#include <charconv>

#include "pattern/overlay_node.h"
#include "pattern/overlay_walk.h"
#include "pattern/text.h"

namespace ephor::pattern {
namespace overlay {
namespace {

// Finds the path and the text of the latest failure, and which anchored keys were nowhere.
class Explain : public Unwatched {
 public:
  // A step of the path, linked to the one before it.
  struct Place {
    static constexpr std::uint32_t kIsKey = ~0u;

    const Place* parent = nullptr;
    std::string_view key;
    std::uint32_t index = kIsKey;
  };
  static Place At(const Place& parent, std::string_view key) { return {&parent, key}; }
  static Place At(const Place& parent, std::uint32_t index) { return {&parent, {}, index}; }

  Explain(Arena& arena, std::uint32_t slots)
      : arena_(arena), slots_(arena.NewArray<Slot>(slots)), text_(arena) {
    std::fill(slots_.begin(), slots_.end(), Slot::kUnseen);
  }

  class Skips {
   public:
    explicit Skips(Explain& explain) : explain_(explain), text_(explain.arena_) {}
    void Add() {
      if (!text_.empty()) text_.Append("; ");
      text_.Append(explain_.text_.view());
    }
    void Join(const Place& place) { explain_.Fails(place, text_.view()); }

   private:
    Explain& explain_;
    ArenaText text_;
  };

  void Enter(const MapNode& map, const json::Value& object) {
    for (const Entry& entry : map.anchors) {
      if (!HasSlot(entry) || entry.has_wildcard) continue;
      if (object.Find(entry.key) != nullptr) {
        slots_[entry.slot] = Slot::kPresent;
      } else if (slots_[entry.slot] == Slot::kUnseen) {
        slots_[entry.slot] = Slot::kAbsent;
      }
    }
  }
  // A wildcard key counts as the key that replaced it, which is there.
  void EnterExpanded(const Entry& entry, bool replaced) {
    if (HasSlot(entry) && !replaced) slots_[entry.slot] = Slot::kAbsent;
  }

  template <class... Parts>
  void Fails(const Place& place, const Parts&... parts) {
    ArenaText text(arena_);
    (Print(parts, text), ...);
    text_ = text;
    path_ = PathOf(place);
  }
  void FailsNowhere(std::size_t resource_size, std::size_t pattern_size) {
    text_.clear();
    text_.Append("validate Array failed, array length mismatch, resource Array len is ")
        .Append(std::uint64_t{resource_size})
        .Append(" and pattern Array len is ")
        .Append(std::uint64_t{pattern_size});
    path_ = {};
  }
  void Wraps(std::string_view prefix) {
    ArenaText text(arena_);
    text.Append(prefix).Append(text_.view());
    text_ = text;
  }

  template <class Step>
  Outcome Within(Outcome outcome, const Step&) {
    return outcome;
  }

  std::string_view text() const { return text_.view(); }
  std::string_view path() const { return path_; }
  bool SomeKeyIsAbsent() const {
    return std::find(slots_.begin(), slots_.end(), Slot::kAbsent) != slots_.end();
  }

 private:
  // Of one written anchor, over all places where it stands.
  enum class Slot : std::uint8_t { kUnseen, kAbsent, kPresent };

  static bool HasSlot(const Entry& entry) {
    return entry.kind == Entry::Kind::kConditional || entry.kind == Entry::Kind::kExistence;
  }

  static void Print(std::string_view part, ArenaText& out) { out.Append(part); }
  static void Print(const json::Value& part, ArenaText& out) { AppendText(part, out); }
  static void Print(const Place& part, ArenaText& out) {
    if (part.parent == nullptr) {
      out.Append("/");
      return;
    }
    Print(*part.parent, out);
    if (part.index == Place::kIsKey) {
      out.Append(part.key);
    } else {
      out.Append(std::uint64_t{part.index});
    }
    out.Append("/");
  }
  std::string_view PathOf(const Place& place) {
    ArenaText path(arena_);
    Print(place, path);
    return path.view();
  }

  Arena& arena_;
  std::span<Slot> slots_;
  ArenaText text_;
  std::string_view path_;
};

// The walk that decides, with somebody who is told of each node.
class Tell : public Locate {
 public:
  explicit Tell(OverlayObserver& to) : to_(to) {}

  void Begin(const Entry& entry, const json::Key& key, const json::Value* value) {
    to_.Begin({.written = entry.written, .key = key.text, .value = value});
  }
  void BeginElement(std::uint32_t of_pattern, std::uint32_t of_array, const json::Value& value) {
    to_.Begin({.pattern_index = of_pattern, .index = of_array, .value = &value});
  }
  void End(Outcome outcome) {
    using Kind = MatchResult::Kind;
    to_.End(outcome == Outcome::kPass ? Kind::kPass : IsSkip(outcome) ? Kind::kSkip : Kind::kFail);
  }

 private:
  OverlayObserver& to_;
};

// "/spec/containers/0/".
std::string_view PathOf(std::span<const Locate::Step> steps, Arena& arena) {
  constexpr std::size_t kDigits = 10;
  std::size_t size = 1;
  for (const Locate::Step& step : steps) size += step.key.size() + kDigits + 1;
  char* const path = arena.NewArray<char>(size).data();
  char* to = path;
  *to++ = '/';
  for (std::size_t i = steps.size(); i-- > 0;) {
    const Locate::Step& step = steps[i];
    to = step.index == Locate::Step::kIsKey ? std::copy(step.key.begin(), step.key.end(), to)
                                            : std::to_chars(to, to + kDigits, step.index).ptr;
    *to++ = '/';
  }
  return {path, static_cast<std::size_t>(to - path)};
}

}  // namespace
}  // namespace overlay

Result<Overlay> Overlay::Compile(const json::Value& pattern, Arena& arena) {
  std::uint32_t slots = 0;
  EPHOR_ASSIGN(const overlay::Node* root, overlay::Compile(pattern, arena, slots));
  return Overlay(root, slots);
}

MatchResult Overlay::Explain(bool is_skip, bool is_negated, const json::Value& resource, Arena& arena) const {
  overlay::Explain explain(arena, slots_);
  overlay::Walk(explain, arena).Value(*root_, resource, {});
  using Kind = MatchResult::Kind;
  if (is_skip) return {Kind::kSkip, {}, explain.text()};
  // A plain failure does not count while some anchored key has not been met anywhere in the object: the
  // reference calls that an error, also where the failure has nothing to do with the anchor.
  const bool undecided = !is_negated && explain.SomeKeyIsAbsent();
  if (undecided || explain.path().empty()) return {Kind::kError, {}, explain.text()};
  return {Kind::kFail, explain.path(), explain.text()};
}

MatchResult Overlay::Match(const json::Value& resource, Arena& arena) const {
  overlay::Locate locate;
  const overlay::Outcome outcome = overlay::Walk(locate, arena).Value(*root_, resource, {});
  if (outcome == overlay::Outcome::kPass) return {};
  return Explain(overlay::IsSkip(outcome), outcome == overlay::Outcome::kNegated, resource, arena);
}

MatchResult Overlay::Find(const json::Value& resource, Arena& arena) const {
  overlay::Locate locate;
  const overlay::Outcome outcome = overlay::Walk(locate, arena).Value(*root_, resource, {});
  if (outcome == overlay::Outcome::kPass) return {};
  const bool is_negated = outcome == overlay::Outcome::kNegated;
  const bool fails = !overlay::IsSkip(outcome) && (slots_ == 0 || is_negated);
  if (fails && locate.known()) return {MatchResult::Kind::kFail, overlay::PathOf(locate.steps(), arena), {}};
  return Explain(overlay::IsSkip(outcome), is_negated, resource, arena);
}

bool Overlay::Passes(const json::Value& resource, Arena& arena) const {
  overlay::Locate locate;
  return overlay::Walk(locate, arena).Value(*root_, resource, {}) == overlay::Outcome::kPass;
}

MatchResult Overlay::Match(const json::Value& resource, Arena& arena, OverlayObserver& observer) const {
  overlay::Tell tell(observer);
  overlay::Walk(tell, arena).Value(*root_, resource, {});
  return Match(resource, arena);
}

}  // namespace ephor::pattern
