// The evaluation of a policy written in CEL as a step for who watches.
#pragma once

#include "cli/session.h"
#include "engine/observe/observed_rule.h"
#include "engine/policy_identity.h"
#include "engine/response.h"

namespace ephor::cli {

// What `evaluate` gives: the policy's response.
template <class Evaluate>
engine::PolicyResponse Watch(const Session& session, const engine::PolicyIdentity& policy,
                             Evaluate evaluate) {
  engine::Watched watched(
      session.observer,
      {.kind = engine::StepKind::kPolicy, .source = policy.object().document, .name = policy.key()});
  const engine::PolicyResponse response = evaluate();
  if (response.rules.empty()) {
    watched.Conclude(engine::Verdict::kNone, "does not concern this object");
  } else {
    watched.Conclude(engine::VerdictOf(response.rules[0].status), response.rules[0].message);
  }
  return response;
}

}  // namespace ephor::cli
