// Overlays: a pattern of the shape of an object, with anchors for what applies when, matched against objects.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"

namespace ephor::pattern {

struct MatchResult {
  enum class Kind : std::uint8_t {
    kPass,
    kFail,   // the object violates the pattern at `path`
    kSkip,   // a conditional or global anchor does not hold: the pattern does not concern the object
    kError,  // the pattern cannot be decided, for example because an anchored key is not there; there is no
             // path
  };

  Kind kind = Kind::kPass;
  std::string_view path;     // of a failure: "/spec/containers/0/image/"
  std::string_view message;  // the reference's text of why it is not a pass
};

// A node of a pattern where a walk meets it: a key of an object, or an element of a list.
struct OverlayStep {
  std::string_view written;            // the key as the pattern has it, with its anchor; "" for an element
  std::string_view key;                // the key that is looked up
  std::uint32_t pattern_index = 0;     // the element's place in the pattern
  std::uint32_t index = 0;             // and in the object's array
  const json::Value* value = nullptr;  // what stands there; nullptr where there is nothing

  bool is_element() const { return written.empty(); }
};

// Told of each node in the order in which it is looked at; steps nest. The verdict is the node's own: a skip
// below may be a pass of what stands around it. Arguments are valid during the call only, but for what is of
// the pattern or the object.
class OverlayObserver {
 public:
  virtual ~OverlayObserver() = default;
  virtual void Begin(const OverlayStep& step) = 0;
  virtual void End(MatchResult::Kind verdict) = 0;
};

namespace overlay {
struct Node;
}

// A compiled pattern. Immutable, trivially destructible and freely copied; it views the pattern value (its
// texts and members) and the arena it was compiled in, which must outlive it. Match may be called from any
// thread.
//
//   EPHOR_ASSIGN(const Overlay overlay, Overlay::Compile(pattern, policy_arena));
//   const MatchResult result = overlay.Match(pod, request_arena);
//   if (result.kind == MatchResult::Kind::kFail) Deny(rule, result.path);
class Overlay {
 public:
  static constexpr int kMaxDepth = 256;

  // Variables must have been substituted. The cost is proportional to the pattern: cheap enough for a
  // request, where the pattern had variables. Allocates in the arena only. Fails (kInvalidPolicy) on a
  // pattern nested deeper than kMaxDepth.
  static Result<Overlay> Compile(const json::Value& pattern, Arena& arena);

  // A pass allocates nothing, but for the wildcard keys of labels and annotations, which take room in the
  // arena for their expansion. Anything else walks a second time to find the path and the text, which are put
  // in the arena. Time is proportional to what the pattern covers of the object, times the pattern's elements
  // under existence anchors.
  MatchResult Match(const json::Value& resource, Arena& arena) const;
  // The same, but a failure has its path only: that mostly spares the second walk.
  MatchResult Find(const json::Value& resource, Arena& arena) const;
  // Whether it is a pass; always one walk.
  bool Passes(const json::Value& resource, Arena& arena) const;
  // The same, told node by node.
  MatchResult Match(const json::Value& resource, Arena& arena, OverlayObserver& observer) const;

 private:
  Overlay(const overlay::Node* root, std::uint32_t slots) : root_(root), slots_(slots) {}

  MatchResult Explain(bool is_skip, bool is_negated, const json::Value& resource, Arena& arena) const;

  const overlay::Node* root_;
  std::uint32_t slots_;  // different conditional and existence anchors
};

}  // namespace ephor::pattern
