// The body of a validate rule or of one entry of its foreach: context, preconditions, and one way to judge.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "engine/conditions.h"
#include "engine/entries.h"
#include "engine/message.h"
#include "engine/run.h"
#include "engine/validate/deny_rule.h"
#include "engine/validate/pattern_rule.h"

namespace ephor::engine {

class ForEachRule;

// What the bodies of one rule share. The views and the message outlive the bodies.
struct BodyContext {
  std::string_view policy_namespace;
  std::string_view rule_name;
  const Message& message;
};

// Immutable, safe from any thread.
class Body {
 public:
  // Of a rule, whose own context and preconditions its frame has dealt with.
  Body(const policy::Validation& source, const BodyContext& context);
  // Of a foreach entry.
  Body(const policy::ForEachValidation& source, const BodyContext& context);
  ~Body();

  // Context, preconditions, then Judge. Nothing where the body has nothing to say.
  std::optional<Outcome> Evaluate(const Run& run) const;
  // Only the judgement. The substituted pattern is left in `prepared`, and taken from there where it is set:
  // the reference judges the old object of an update by the pattern of the new one.
  std::optional<Outcome> Judge(const Run& run, std::optional<PatternRule::Prepared>& prepared) const;

 private:
  std::optional<Outcome> JudgePattern(const Run& run, std::optional<PatternRule::Prepared>& prepared) const;

  Entries entries_;
  std::optional<Conditions> preconditions_;
  std::optional<DenyRule> deny_;
  std::optional<PatternRule> pattern_;
  std::unique_ptr<const ForEachRule> foreach_;
};

// "preconditions not met", with the messages of the conditions that did not hold.
Outcome PreconditionsNotMet(std::string_view messages, Arena& arena);

}  // namespace ephor::engine
