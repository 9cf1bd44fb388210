// Policies of kyverno.io as ValidatingPolicies, MutatingPolicies and GeneratingPolicies of
// policies.kyverno.io, where both do the same.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "convert/proof.h"
#include "json/value.h"
#include "policy/types.h"

namespace ephor::convert {

struct Options {
  // Objects that both sides must agree on, beside those that are made from the rule.
  // CustomResourceDefinitions among them tell of the kinds that rules are about.
  std::span<const json::Value> resources;
  std::size_t most_generated = 4000;  // for each rule
  // Takes no type for granted but those of metadata: for objects that no API server has seen.
  bool any_types = false;
};

// What became of one rule.
struct RuleReport {
  std::string rule;
  bool converted = false;
  std::vector<std::string> policies;  // the names of the policies that say the same
  std::size_t generated = 0, given = 0,
              refused = 0;  // objects that both agreed on, and refused, changed, or made something of
  bool mutates = false, generates = false;
  std::vector<std::string> notes;  // what is different all the same
  // Why it is not converted, and where.
  std::string reason;
  SourcePosition position;
  std::optional<Counterexample> counterexample;
};

struct Conversion {
  std::vector<json::Value> documents;  // in the arena
  std::vector<RuleReport> rules;       // in the order of the policy
};

// A rule is converted where all of it can be said in CEL, and the result was compared with the rule on
// objects that are made from what the rule reads and on the given ones. One policy for each rule, or one for
// all of them where they are about the same and do the same. Never fails: what cannot be converted is
// reported. The time is bounded by the number of objects and their size, which the rule's size bounds.
Conversion Convert(std::shared_ptr<const policy::Policy> policy, const Options& options, Arena& arena);

}  // namespace ephor::convert
