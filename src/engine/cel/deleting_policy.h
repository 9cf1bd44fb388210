// DeletingPolicy and NamespacedDeletingPolicy.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/cron.h"
#include "base/result.h"
#include "engine/cel/exceptions.h"
#include "engine/cel/match_constraints.h"
#include "engine/policy_identity.h"
#include "engine/request.h"
#include "policy/cel_policy_types.h"
#include "ports/world.h"

namespace ephor::engine {

enum class Deletion : std::uint8_t {
  kNotSelected,  // the policy is not about such objects
  kKeep,
  kDelete,
};

// Immutable, safe from any thread.
class CompiledDeletingPolicy : public PolicyIdentity {
 public:
  // Fails with kInvalidPolicy and the reference's list of what is wrong in the policy or the exceptions that
  // name it.
  static Result<std::shared_ptr<const CompiledDeletingPolicy>> Compile(
      std::shared_ptr<const policy::DeletingPolicy> source, CelExceptionList exceptions,
      SpecErrors* errors = nullptr);

  const policy::DeletingPolicy& source() const { return *source_; }
  // When it is due.
  const CronSchedule& schedule() const { return *schedule_; }

  std::string_view report_source() const override { return "kyverno"; }
  bool in_background() const override { return false; }
  bool in_admission() const override { return false; }
  bool Enforces(std::string_view, const json::Value&) const override { return true; }

  // What becomes of an object, described as the request that creates it. All conditions must hold; where no
  // exception applies and there are no conditions, it is deleted. Allocates from the arena only, but for
  // errors.
  Result<Deletion> Judge(const Request& request, const ports::World& world, Arena& arena) const;
  // The same for any JSON, which is always selected.
  Result<Deletion> JudgeJson(const json::Value& payload, const ports::World& world, Arena& arena,
                             Observer* observer = nullptr) const;

 private:
  explicit CompiledDeletingPolicy(std::shared_ptr<const policy::DeletingPolicy> source);
  Result<void> CompileSpec(CelExceptionList exceptions, SpecErrors* errors);
  Result<Deletion> Evaluate(const CelInput& input, const ports::World& world, Arena& arena) const;

  std::shared_ptr<const policy::DeletingPolicy> source_;
  std::optional<CronSchedule> schedule_;
  std::optional<MatchConstraints> constraints_;  // without any, nothing is selected
  CelScope scope_;
  std::vector<CelExpression> conditions_;
  CelExceptions exceptions_;
};

}  // namespace ephor::engine
