// `validate.podSecurity`.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/run.h"
#include "policy/types.h"
#include "pss/standard.h"

namespace ephor::engine {

class CompiledException;

// Immutable, safe from any thread; the policy must outlive it.
class PodSecurityRule {
 public:
  // The `podSecurity` part of a rule as it is written.
  PodSecurityRule(const json::Value& source, std::string_view rule_name);

  // No outcome for a deleted object. An exception without podSecurity entries skips the rule; the entries of
  // others forgive single violations.
  std::optional<Outcome> Evaluate(const Run& run, std::span<const CompiledException* const> exceptions) const;

 private:
  // What the exceptions left, or that they left nothing.
  std::optional<Outcome> Except(pss::Evaluation& evaluation,
                                std::span<const CompiledException* const> exceptions, Arena& arena) const;

  std::unique_ptr<Arena> arena_ = std::make_unique<Arena>(2 << 10);
  pss::Standard standard_;
  std::string_view rule_name_;
  std::string passed_;
};

}  // namespace ephor::engine
