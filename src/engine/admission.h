// From the bytes of an AdmissionReview to the bytes of its answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "engine/configuration.h"
#include "engine/policy_set.h"
#include "engine/response.h"
#include "ports/world.h"

namespace ephor::engine {

// Which policies a webhook path means.
struct AdmissionTarget {
  enum class FailurePolicy : std::uint8_t { kAny, kFail, kIgnore };

  FailurePolicy failure_policy = FailurePolicy::kAny;
  // One policy, "name" or "namespace/name", all of whose rules run; "" for all policies.
  std::string_view policy_key;
};

// Told what was decided, for metrics and logs. Called on the evaluating thread, before the answer is sent;
// must be quick. All arguments are valid during the call only.
class AdmissionObserver {
 public:
  virtual ~AdmissionObserver() = default;
  virtual void OnResponse(const Request& request, const PolicyResponse& response) = 0;
  virtual void OnUnknownPolicy(std::string_view key) = 0;
};

// What came of a review. The views are valid until the next review with the same workspace.
struct AdmissionOutcome {
  int http_status = 200;   // 200: `answer` was written; else the request could not be judged
  std::string_view error;  // what is wrong with it then
  bool allowed = true;
  std::string_view kind;  // of the object, for metrics
  std::string_view namespace_;
  std::string_view operation;
};

// The memory of one thread's reviews; reused, so that reviews after the first few do not allocate.
struct AdmissionWorkspace {
  Arena arena;
  std::string scratch;
};

// Judges reviews by one set of policies. Cheap to make, immutable; what it refers to must outlive it.
class Admission {
 public:
  Admission(const PolicySet& policies, const Configuration& configuration, const ports::World& world,
            AdmissionObserver* observer = nullptr)
      : policies_(policies), configuration_(configuration), world_(world), observer_(observer) {}

  // The answer of /validate: every rule that may block runs, and those of auditing policies that want
  // warnings. The answer is appended to `answer`.
  AdmissionOutcome Validate(std::string_view body, const AdmissionTarget& target,
                            AdmissionWorkspace& workspace, std::string& answer) const;

  // The answer of /mutate: the mutate rules of one policy after another, each of which sees the object as the
  // one before has left it. The patch is the policies' patches in this order. A policy with a rule that ends
  // in an error blocks the request where its failurePolicy, or that of one before it, is Fail; else it
  // changes nothing.
  AdmissionOutcome Mutate(std::string_view body, const AdmissionTarget& target, AdmissionWorkspace& workspace,
                          std::string& answer) const;

 private:
  struct Decision;
  struct Changes;

  // AnswerReview, with decide(request, context, response).
  template <class Decide>
  AdmissionOutcome Review(std::string_view body, AdmissionWorkspace& workspace, std::string& answer,
                          Decide decide) const;

  void Judge(const Request& request, const AdmissionTarget& target, Context& context,
             Decision& decision) const;
  void JudgePolicy(const CompiledPolicy& policy, std::span<const std::uint32_t> rules, bool alone,
                   const Request& request, Context& context, Decision& decision) const;
  void ApplyPolicy(const CompiledPolicy& policy, std::span<const std::uint32_t> rules, Context& context,
                   Changes& changes) const;

  const PolicySet& policies_;
  const Configuration& configuration_;
  const ports::World& world_;
  AdmissionObserver* observer_;
};

}  // namespace ephor::engine
