// `validate.deny`.
#pragma once

#include <optional>
#include <string>

#include "engine/conditions.h"
#include "engine/message.h"
#include "engine/run.h"

namespace ephor::engine {

// Immutable, safe from any thread.
class DenyRule {
 public:
  DenyRule(const policy::Deny& source, std::string_view rule_name, const Message& message);

  // Fails where the conditions hold; without conditions, always.
  Outcome Evaluate(Context& context) const;

 private:
  std::string_view FailureText(std::string_view condition_messages, Context& context) const;

  std::optional<Conditions> conditions_;
  const Message* message_;
  std::string passed_;
  std::string failed_;  // where nothing else is to be said
};

}  // namespace ephor::engine
