// What policies decided of one object, and how two such decisions differ.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "engine/response.h"
#include "json/value.h"

namespace ephor::report {

// Of one rule.
struct Decision {
  std::string_view policy;  // key
  std::string_view rule;
  std::string_view result;  // "pass", "fail (blocks)", "fail (audits)", ...
  std::string_view message;
  std::string_view patch;      // of the policy's rules together, at its last rule: a JSON patch; "" for none
  std::string_view generated;  // the objects that the rule makes, as JSON; "" for none
};

// In the order of policy and rule. `mutated` are the places of the responses of policies that change the
// object, one after another. Views into the responses and the arena.
std::span<const Decision> DecisionsOf(std::span<const engine::PolicyResponse> responses,
                                      std::span<const std::size_t> mutated, const json::Value& object,
                                      const json::Value& namespace_labels, Arena& arena);

// The views are those of the decisions.
struct Change {
  enum class Kind : std::uint8_t { kResult, kPatch, kGenerated, kMessage };

  Kind kind = Kind::kResult;
  std::string_view policy;
  std::string_view rule;
  std::string_view before, after;  // results; "nothing" where the rule says nothing of the object
  // What differs besides: the message of the new result, or the two patches, objects or messages.
  std::string_view old_text, new_text;
};

// In the order of policy and rule; at most one of each kind for a rule.
std::vector<Change> ChangesBetween(std::span<const Decision> before, std::span<const Decision> after);

// How often each rule changed in which way; grows with the rules, not with the objects.
class ChangeSummary {
 public:
  // One more object, which these changes concern.
  void CountObject(std::span<const Change> changes);
  void Add(const ChangeSummary& other);

  bool empty() const { return counts_.empty(); }
  std::size_t objects() const { return objects_; }
  std::size_t changed_objects() const { return changed_objects_; }

  struct Row {
    std::string policy;
    std::string rule;
    std::string change;  // "pass -> fail (blocks)", "another patch", ...
    auto operator<=>(const Row&) const = default;
  };
  const std::map<Row, std::size_t>& counts() const { return counts_; }

 private:
  std::map<Row, std::size_t> counts_;
  std::size_t objects_ = 0;
  std::size_t changed_objects_ = 0;
};

// "pass -> fail (blocks)", "another message", "another patch", "other objects generated".
std::string DescribeChange(const Change& change);

}  // namespace ephor::report
