// All that a review is judged by, as it was loaded at one moment.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "engine/cel/policy_set.h"
#include "engine/configuration.h"
#include "engine/policy_set.h"
#include "ports/world.h"
#include "server/metrics.h"
#include "source/local_cluster.h"

namespace ephor::server {

// Immutable, shared by all threads.
class PolicySnapshot {
 public:
  // The world's own cluster is replaced by the one given. New rules get their numbers from the catalog.
  PolicySnapshot(engine::PolicySet policies, engine::CelPolicySet cel_policies,
                 engine::Configuration configuration, std::shared_ptr<source::LocalCluster> cluster,
                 ports::World world, RuleCatalog& catalog);

  const engine::PolicySet& policies() const { return policies_; }
  const engine::CelPolicySet& cel_policies() const { return cel_policies_; }
  const engine::Configuration& configuration() const { return configuration_; }
  const ports::World& world() const { return world_; }

  // Whether judging may wait for services or registries.
  bool may_call_outside() const { return may_call_outside_; }

  // The catalog's number of a rule, and of a policy as a whole, of this snapshot.
  std::uint32_t NumberOf(const engine::CompiledRule& rule) const { return numbers_.at(&rule); }
  std::uint32_t NumberOf(const engine::PolicyIdentity& policy) const { return numbers_.at(&policy); }
  std::vector<std::uint32_t> AllRules() const;
  // The same of a policy that need not be in force.
  static std::uint32_t NumberOf(const engine::CompiledPolicy& policy, RuleCatalog& catalog);

 private:
  engine::PolicySet policies_;
  engine::CelPolicySet cel_policies_;
  engine::Configuration configuration_;
  std::shared_ptr<source::LocalCluster> cluster_;
  ports::World world_;
  std::unordered_map<const void*, std::uint32_t> numbers_;
  bool may_call_outside_ = false;
};

}  // namespace ephor::server
