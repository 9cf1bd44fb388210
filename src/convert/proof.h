// Whether rules and the policies that they were converted to decide the same.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "convert/samples.h"
#include "engine/cel/generating_policy.h"
#include "engine/cel/mutating_policy.h"
#include "engine/cel/validating_policy.h"
#include "engine/compiled_policy.h"

namespace ephor::convert {

struct Counterexample {
  std::string object;     // YAML
  std::string operation;  // and, where it matters, the subresource: "UPDATE of ephemeralcontainers"
  std::string by_rule;    // what the rule says: "pass: ...", "fail: ..."
  std::string by_policy;  // what the converted policy says
};

struct Proof {
  std::size_t generated = 0;
  std::size_t given = 0;
  std::size_t refused =
      0;  // of both, by both sides; of other rules those that both changed, or made something of
  bool reordered = false;  // a mutation left named elements of a list in another order
  std::optional<Counterexample> counterexample;
};

struct ProofInput {
  std::shared_ptr<const engine::CompiledPolicy> policy;
  std::vector<std::uint32_t> origins;  // of the rules in its spec that are compared
  std::vector<std::shared_ptr<const engine::CompiledValidatingPolicy>> converted;
  std::vector<std::shared_ptr<const engine::CompiledMutatingPolicy>> mutating;  // or these, in their order
  std::vector<std::shared_ptr<const engine::CompiledGeneratingPolicy>> generating;  // or these
  const KnownKinds& kinds;
  std::span<const json::Value> given;  // objects, each judged as being created and updated
  std::size_t most_generated = 4000;
  // ReplicationControllers are not compared where ValidatingPolicies make no policy for them.
  bool without_replication_controllers = false;
};

// Judges samples by both: first those that differ in one choice from one that fits, then others at random,
// always the same ones. An object is refused where a rule fails or is an error; refused objects must be the
// same, and where both sides fail, the policy's message must be in a rule's. An object that violated before
// its update, which some rules let pass, is not among the samples: the old object of an update is unknown to
// the rule. Rules that mutate must make the same of an object, apart from
// the order of named elements of a list, or both fail. Rules that generate: generation_proof.h; `policy` then
// has no other rules.
Proof Prove(const ProofInput& input, const SampleSpace& samples);

}  // namespace ephor::convert
