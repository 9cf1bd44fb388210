// A `validate` rule: its body, and how an update of an object that was already wrong is judged.
#pragma once

#include <memory>
#include <optional>

#include "engine/failure_action.h"
#include "engine/match.h"
#include "engine/message.h"
#include "engine/run.h"
#include "engine/validate/body.h"
#include "engine/validate/cel_rule.h"
#include "engine/validate/pod_security_rule.h"

namespace ephor::engine {

class CompiledException;

// Immutable, safe from any thread; the policy must outlive it.
class ValidateRule {
 public:
  ValidateRule(const policy::Policy& policy, const policy::Rule& rule);

  // With the exceptions that apply to the request. No outcome where the rule has nothing to say.
  std::optional<Outcome> Evaluate(const Run& run, const Match& match,
                                  std::span<const CompiledException* const> exceptions) const;

  const FailureAction& failure_action() const { return failure_action_; }
  // Whether Evaluate deals with exceptions itself; else one that applies skips the rule.
  bool judges_exceptions() const { return pod_security_ != nullptr; }

 private:
  bool OldObjectFails(const Run& run, const Match& match, std::optional<PatternRule::Prepared>& prepared,
                      std::span<const CompiledException* const> exceptions) const;
  std::optional<Outcome> Judge(const Run& run, std::optional<PatternRule::Prepared>& prepared,
                               std::span<const CompiledException* const> exceptions) const;

  Message message_;
  FailureAction failure_action_;
  bool lets_existing_violations_pass_;
  bool has_preconditions_;
  std::unique_ptr<const Body> body_;
  std::unique_ptr<const PodSecurityRule> pod_security_;
  std::unique_ptr<const CelRule> cel_;
  std::string unavailable_;  // why a rule that Ephor cannot evaluate is an error; empty for others
};

}  // namespace ephor::engine
