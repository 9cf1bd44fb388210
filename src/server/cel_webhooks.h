// The webhooks by which an API server asks for the policies written in CEL.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "json/value.h"
#include "policy/cel_policy_types.h"
#include "server/webhook_rules.h"
#include "source/policies.h"

namespace ephor::server {

struct CelWebhook {
  struct Condition {
    std::string name, expression;
  };

  std::string name;
  std::string path;
  bool mutates = false;  // it belongs into the MutatingWebhookConfiguration
  bool fails_closed = true;
  bool exact = false;        // matchPolicy
  std::int64_t timeout = 0;  // in seconds; 0 is the default
  std::vector<WebhookRule> rules;
  std::vector<Condition> conditions;
  json::Value namespace_selector, object_selector;  // objects, or null
};

// As the reference registers them: a policy whose conditions Kubernetes can evaluate, or that wants an exact
// match or a timeout of its own, has a webhook of its own; the others of a kind share one for those that fail
// closed and one for the rest, as long as their selectors are the same. The selectors given, those of the
// configuration or null, are merged into each. Values are in the arena and in the policies.
std::vector<CelWebhook> CelWebhooksOf(const source::LoadedPolicies& policies,
                                      const json::Value& namespace_selector,
                                      const json::Value& object_selector, Arena& arena);

}  // namespace ephor::server
