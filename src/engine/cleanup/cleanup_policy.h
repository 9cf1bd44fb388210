// CleanupPolicy and ClusterCleanupPolicy: which objects are to be deleted, and when the policy runs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/cron.h"
#include "base/result.h"
#include "base/time.h"
#include "engine/conditions.h"
#include "engine/configuration.h"
#include "engine/context.h"
#include "engine/entries.h"
#include "engine/match.h"
#include "engine/policy_identity.h"
#include "policy/types.h"

namespace ephor::engine {

// Why an object is deleted or kept; the first reason to keep it counts.
enum class CleanupVerdict : std::uint8_t {
  kDelete,
  kFiltered,         // the configuration's resource filters take it out
  kProtected,        // Kyverno's own, and those are protected
  kOtherNamespace,   // a CleanupPolicy reaches its own namespace only
  kNotMatched,       // `match` is not about it
  kExcluded,         // `exclude` is
  kConditionsFalse,  // the conditions do not hold
};

// What the decision knows beside the policy and the object.
struct CleanupScene {
  const Configuration* configuration;  // of image names, and where `filters` is set, of resource filters
  json::Value namespace_labels;        // of the object's namespace; an object, or null
  bool filters = false;                // whether the resource filters count: not in the command line
  bool protects_managed = false;       // whether objects that Kyverno manages are never deleted
};

// Immutable, safe from any thread. Shares the policy. Schedules that cannot be read are found when they are
// asked for: what selects objects does not depend on them.
class CompiledCleanupPolicy final : public PolicyIdentity {
 public:
  explicit CompiledCleanupPolicy(std::shared_ptr<const policy::CleanupPolicy> source);

  const policy::CleanupPolicy& source() const { return *source_; }
  // "Foreground", "Background", "Orphan", or "" for what the API server does by itself.
  std::string_view propagation() const { return source_->deletion_propagation_policy; }
  const FilterSet& match() const { return match_; }

  // To be added to the contexts that decide: by SharedEntries for a run over many objects.
  const Entries& entries() const { return entries_; }

  // Decides on one object. `target`, `request.namespace` and `images` are set for it and are gone afterwards.
  // An error of the conditions keeps the object.
  Result<CleanupVerdict> Decide(const json::Value& object, const CleanupScene& scene, Context& context) const;

  // The first time after the last run, or where there was none, after the policy's creation, that the
  // schedule names; nothing where there is none left. The policy is due when the time has passed; runs that
  // were missed are made up for once. Fails with what is wrong in the schedule.
  Result<std::optional<Time>> NextRun(const std::optional<Time>& last_run, const Time& created) const;

  std::string_view report_source() const override { return "kyverno"; }
  bool in_background() const override { return false; }
  bool in_admission() const override { return false; }
  bool Enforces(std::string_view, const json::Value&) const override { return false; }

 private:
  std::shared_ptr<const policy::CleanupPolicy> source_;
  Result<CronSchedule> schedule_;
  Entries entries_;
  FilterSet match_;
  std::optional<FilterSet> exclude_;
  std::optional<Conditions> conditions_;
};

}  // namespace ephor::engine
