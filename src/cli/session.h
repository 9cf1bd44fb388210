// What all evaluations of one run of the command line share.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "cli/cel_policies.h"
#include "engine/configuration.h"
#include "engine/policy_set.h"
#include "engine/response.h"
#include "json/value.h"
#include "kube/custom_kinds.h"
#include "ports/world.h"
#include "source/policies.h"
#include "source/user_info.h"
#include "source/values.h"

namespace ephor::engine {
class CompiledCleanupPolicy;
class Observer;
}  // namespace ephor::engine

namespace ephor::cli {

// A policy, and what is known of it beforehand.
struct SessionPolicy {
  std::shared_ptr<const engine::CompiledPolicy> compiled;
  bool has_other_rules = false;  // of kinds that are not evaluated yet
};

// Filled before the first evaluation and not changed after it; may then be read from any thread.
struct Session {
  std::vector<SessionPolicy> policies;  // in load order
  std::optional<engine::PolicySet>
      set;  // the same policies and the exceptions: finds the exceptions of a rule
  CelPolicies cel;
  std::vector<std::shared_ptr<const engine::CompiledCleanupPolicy>> cleanup_policies;  // in load order
  source::Values values;
  kube::CustomKinds custom_kinds;
  // The objects at hand stand for a whole cluster: namespaces must be among them.
  bool in_cluster = false;
  std::optional<source::UserInfo> user;
  engine::Configuration configuration;
  ports::World world;
  std::vector<json::Value> targets;  // what MutatingPolicies may change besides the resources
  ports::World cel_world;            // of policies.kyverno.io, which find what the context file has
  // What generate rules copy, besides the resource that triggers them: by the policy's key.
  std::map<std::string, std::vector<json::Value>, std::less<>> clone_sources;
  // Who is told of all that is evaluated; null for nobody, and wherever more than one thread evaluates.
  engine::Observer* observer = nullptr;
};

// A policy that is left out of a run, and why.
struct InvalidPolicy {
  std::string name;
  std::string reason;
};

// Compiles the policies into the session, leaving out those of kyverno.io that are invalid, and indexes the
// exceptions.
std::vector<InvalidPolicy> SetPolicies(source::LoadedPolicies policies, source::LoadedExceptions exceptions,
                                       Session& session);

// Whether this version evaluates rules of this kind.
bool IsEvaluated(const policy::Rule& rule);

}  // namespace ephor::cli
