#include <algorithm>
#include <utility>

#include "pattern/anchor.h"
#include "pattern/overlay.h"
#include "pattern/overlay_node.h"
#include "pattern/text.h"

namespace ephor::pattern::overlay {
namespace {

// Whether a map is one of those whose wildcard keys are expanded: `labels` and `annotations` in a `metadata`.
enum class Place : std::uint8_t { kElsewhere, kMetadata, kTags };

Place PlaceOf(std::string_view bare_key, Place parent) {
  if (parent == Place::kMetadata && (bare_key == "labels" || bare_key == "annotations")) return Place::kTags;
  return bare_key == "metadata" ? Place::kMetadata : Place::kElsewhere;
}

Entry::Kind KindOf(AnchorKind kind) {
  switch (kind) {
    case AnchorKind::kConditional:
      return Entry::Kind::kConditional;
    case AnchorKind::kEquality:
      return Entry::Kind::kEquality;
    case AnchorKind::kExistence:
      return Entry::Kind::kExistence;
    case AnchorKind::kNegation:
      return Entry::Kind::kNegation;
    case AnchorKind::kGlobal:
      return Entry::Kind::kGlobal;
    case AnchorKind::kAddIfAbsent:
      break;  // means something to mutation only; here the whole is the key
  }
  return Entry::Kind::kPlain;
}

bool IsAnchorOfObject(Entry::Kind kind) {
  return kind != Entry::Kind::kPlain && kind != Entry::Kind::kPresent && kind != Entry::Kind::kGlobal;
}

class Compiler {
 public:
  explicit Compiler(Arena& arena) : arena_(arena), slotted_(arena) {}

  // Says whether there is an anchor in the value, at any depth.
  Result<bool> CompileNode(const json::Value& pattern, Place place, int depth, Node& node);

  std::uint32_t NumberSlots();

 private:
  Result<bool> CompileMap(const json::Value& pattern, Place place, int depth, const MapNode*& map);
  Result<bool> CompileArray(const json::Value& pattern, int depth, Node& node);
  Result<bool> CompileEntry(const json::Member& member, Place place, int depth, Entry& entry);
  Result<bool> CompileExistence(const json::Value& pattern, int depth, Entry& entry);

  Arena& arena_;
  ArenaVector<Entry*> slotted_;  // the conditional and existence anchors
};

Result<bool> Compiler::CompileNode(const json::Value& pattern, Place place, int depth, Node& node) {
  if (depth > Overlay::kMaxDepth) {
    return Fail(ErrorCode::kInvalidPolicy, "the pattern is nested too deeply");
  }
  node.pattern = pattern;
  if (pattern.is_object()) {
    node.kind = Node::Kind::kMap;
    return CompileMap(pattern, place, depth, node.map);
  }
  if (pattern.is_array()) return CompileArray(pattern, depth, node);
  node.scalar = ScalarPattern::Compile(pattern, arena_);
  return false;
}

// The first element decides what the whole array means. Anchors count wherever they stand, also in elements
// that are never looked at.
Result<bool> Compiler::CompileArray(const json::Value& pattern, int depth, Node& node) {
  node.is_array = true;
  if (pattern.size() == 0) {
    node.kind = Node::Kind::kEmptyArray;
    return false;
  }
  auto elements = arena_.NewArray<Node>(pattern.size());
  bool has_anchor = false;
  for (std::uint32_t i = 0; i < pattern.size(); ++i) {
    Node* element = new (&elements[i]) Node();
    EPHOR_ASSIGN(const bool anchored,
                 CompileNode(pattern.items()[i], Place::kElsewhere, depth + 1, *element));
    has_anchor |= anchored;
  }
  const Node& first = elements[0];
  if (first.is_array) {
    node.kind = Node::Kind::kPairs;
    node.pairs = elements;
  } else if (first.kind == Node::Kind::kMap) {
    node.kind = Node::Kind::kEach;
    node.map = first.map;
  } else {
    node.scalar = first.scalar;
    node.pattern = first.pattern;
  }
  return has_anchor;
}

Result<bool> Compiler::CompileExistence(const json::Value& pattern, int depth, Entry& entry) {
  if (!pattern.is_array()) {
    entry.malformed = ArenaText(arena_)
                          .Append("invalid pattern type ")
                          .Append(GoTypeName(pattern))
                          .Append(": Pattern has to be of list to compare against resource")
                          .view();
    Node unused;
    return CompileNode(pattern, Place::kElsewhere, depth + 1, unused);
  }
  auto some = arena_.NewArray<const MapNode*>(pattern.size());
  std::size_t count = 0;
  bool has_anchor = false;
  for (const json::Value& element : pattern.items()) {
    Node node;
    EPHOR_ASSIGN(const bool anchored, CompileNode(element, Place::kElsewhere, depth + 1, node));
    has_anchor |= anchored;
    if (!entry.malformed.empty()) continue;
    if (node.kind == Node::Kind::kMap) {
      some[count++] = node.map;
    } else {
      entry.malformed =
          "invalid pattern type []interface {}: Pattern has to be of type map to compare against items in "
          "resource";
    }
  }
  entry.some = some.first(count);
  return has_anchor;
}

Result<bool> Compiler::CompileEntry(const json::Member& member, Place place, int depth, Entry& entry) {
  entry.written = member.key();
  entry.key = json::Key(entry.written);
  std::string_view bare_key = entry.written;
  if (const auto anchor = ParseAnchor(entry.written)) {
    bare_key = anchor->key;
    entry.kind = KindOf(anchor->kind);
    if (entry.kind != Entry::Kind::kPlain) entry.key = json::Key(anchor->key);
  }
  if (place == Place::kTags && HasWildcard(entry.key.text)) {
    entry.has_wildcard = true;
    entry.wildcard = Wildcard(entry.key.text);
  }
  if (entry.kind == Entry::Kind::kPlain && member.value.string_or("") == "*")
    entry.kind = Entry::Kind::kPresent;
  if (entry.kind == Entry::Kind::kExistence) return CompileExistence(member.value, depth, entry);
  return CompileNode(member.value, PlaceOf(bare_key, place), depth + 1, entry.node);
}

Result<bool> Compiler::CompileMap(const json::Value& pattern, Place place, int depth, const MapNode*& map) {
  auto* result = arena_.New<MapNode>();
  map = result;
  const auto entries = arena_.NewArray<Entry>(pattern.size());  // at first in the order of the written keys
  const auto places = arena_.NewArray<std::uint32_t>(pattern.size());
  constexpr std::uint32_t kAnchor = 0, kFirst = 1, kOther = 2;
  std::uint32_t count = 0, anchors = 0, first = 0;
  bool has_anchor = false;
  for (const json::Member& member : pattern.members()) {
    // Of labels and annotations only texts take part: the reference reads them as a map of strings.
    if (place == Place::kTags && !member.value.is_string()) continue;
    Entry* entry = new (&entries[count]) Entry();
    EPHOR_ASSIGN(const bool anchored, CompileEntry(member, place, depth, *entry));
    const bool is_anchor = IsAnchorOfObject(entry->kind);
    const bool comes_first = !is_anchor && (anchored || entry->kind == Entry::Kind::kGlobal);
    places[count++] = is_anchor ? kAnchor : comes_first ? kFirst : kOther;
    anchors += is_anchor;
    first += comes_first;
    has_anchor |= anchored || is_anchor || entry->kind == Entry::Kind::kGlobal;
    result->expands |= entry->has_wildcard;
  }

  // Among the keys that are no anchors of the object, those that are global or have an anchor inside come
  // first, in the reverse of the keys' order; then the rest in order. The first failure is the one reported:
  // users see this order.
  std::uint32_t next_anchor = 0, next_first = anchors + first, next_other = anchors + first;
  for (std::uint32_t& at : places.first(count)) {
    at = at == kAnchor ? next_anchor++ : at == kFirst ? --next_first : next_other++;
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    while (places[i] != i) {
      const std::uint32_t to = places[i];
      std::swap(entries[i], entries[to]);
      std::swap(places[i], places[to]);
    }
    const Entry::Kind kind = entries[i].kind;
    if (kind == Entry::Kind::kConditional || kind == Entry::Kind::kExistence) slotted_.push_back(&entries[i]);
  }
  result->anchors = entries.first(anchors);
  result->others = entries.subspan(anchors, count - anchors);
  return has_anchor;
}

std::uint32_t Compiler::NumberSlots() {
  std::sort(slotted_.begin(), slotted_.end(),
            [](const Entry* a, const Entry* b) { return a->written < b->written; });
  std::uint32_t slots = 0;
  for (std::size_t i = 0; i < slotted_.size(); ++i) {
    if (i > 0 && slotted_[i]->written != slotted_[i - 1]->written) ++slots;
    slotted_[i]->slot = slots;
  }
  return slotted_.empty() ? 0 : slots + 1;
}

}  // namespace

Result<const Node*> Compile(const json::Value& pattern, Arena& arena, std::uint32_t& slots) {
  Compiler compiler(arena);
  Node* root = arena.New<Node>();
  EPHOR_TRY(compiler.CompileNode(pattern, Place::kElsewhere, 0, *root));
  slots = compiler.NumberSlots();
  return root;
}

}  // namespace ephor::pattern::overlay
