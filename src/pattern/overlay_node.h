// The compiled form of overlays, shared by the compiler and the walk. Not for other libraries.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"
#include "pattern/scalar.h"
#include "pattern/wildcard.h"

namespace ephor::pattern::overlay {

struct MapNode;

// What the pattern wants of one value.
struct Node {
  enum class Kind : std::uint8_t {
    kScalar,      // a leaf, or an array of leaves, of which the first decides
    kMap,         // an object
    kEach,        // an array whose first element is an object: each element of the resource is walked with it
    kPairs,       // an array whose first element is an array: elements are walked pairwise
    kEmptyArray,  // which nothing satisfies
  };

  Kind kind = Kind::kScalar;
  bool is_array = false;         // the pattern is written as an array: only an array fits
  ScalarPattern scalar;          // kScalar
  const MapNode* map = nullptr;  // kMap, kEach
  std::span<const Node> pairs;   // kPairs
  json::Value pattern;           // as written; of an array of leaves its first element
};

// One key of a map pattern, with what its anchor makes of it.
struct Entry {
  enum class Kind : std::uint8_t {
    kPlain,
    kPresent,  // plain, with the pattern "*": any value but null
    kConditional,
    kEquality,
    kExistence,
    kNegation,
    kGlobal,
  };

  Kind kind = Kind::kPlain;
  bool has_wildcard = false;             // a key of labels or annotations that is expanded first
  json::Key key;                         // what is looked up
  std::string_view written;              // the key with its anchor
  std::uint32_t slot = 0;                // kConditional, kExistence: the number of `written` among their kind
  Wildcard wildcard;                     // of an expanded key
  Node node;                             // the value; unused by kExistence
  std::span<const MapNode* const> some;  // kExistence: each must match some element
  // kExistence: why the anchor's value is not a list of objects; empty where it is. What stands before the
  // first element that is no object is still looked at.
  std::string_view malformed;
};

struct MapNode {
  // Conditional, equality, existence and negation anchors in order of their written keys; then all others in
  // the order in which they are looked at (see compile).
  std::span<const Entry> anchors;
  std::span<const Entry> others;
  bool expands = false;  // some key has a wildcard that is expanded by the object's keys
};

// `slots` is set to the number of different conditional and existence anchors.
Result<const Node*> Compile(const json::Value& pattern, Arena& arena, std::uint32_t& slots);

}  // namespace ephor::pattern::overlay
