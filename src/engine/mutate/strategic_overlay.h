// A strategic merge patch with anchors: what is left of it for one object.
#pragma once

#include <optional>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"

namespace ephor::engine {

namespace strategic {
struct Node;
}

// A patch compiled for its anchors: `(key)` and `<(key)` are conditions on the object, `+(key)` sets what is
// not there. All other keys, those of the anchors that only validation knows among them, are plain.
// Immutable, trivially destructible and freely copied; it views the patch and the arena it was compiled in,
// which must outlive it.
//
// A list whose first element is an object may have elements with anchors. Each stands for the elements of the
// object's list that meet its conditions: for each of them that has a name, the element without its anchors
// is added to the patch under that name.
class StrategicOverlay {
 public:
  static constexpr int kMaxDepth = 256;

  // Variables must have been substituted. Cheap for a patch without anchors: one pass, no memory. Fails
  // (kInvalidPolicy) on a patch nested deeper than kMaxDepth.
  static Result<StrategicOverlay> Compile(const json::Value& patch, Arena& arena);

  // The patch to merge: conditions removed, and what was empty without them, and lists of anchored elements
  // expanded. Nothing where a condition does not hold, so that the object stays as it is. An error where an
  // anchored list meets something else in the object.
  Result<std::optional<json::Value>> Resolve(const json::Value& object, Arena& arena) const;

 private:
  explicit StrategicOverlay(const strategic::Node* root) : root_(root) {}

  const strategic::Node* root_;
};

}  // namespace ephor::engine
