// Which requests an API server must send for policies to be evaluated.
#pragma once

#include <compare>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policy/types.h"

namespace ephor::server {

// A rule of a webhook configuration (admissionregistration.k8s.io/v1, RuleWithOperations).
struct WebhookRule {
  std::vector<std::string> groups, versions, resources, operations;  // each sorted
  std::string scope;                                                 // "Namespaced" or "*"

  bool operator==(const WebhookRule&) const = default;
};

// Which of the two configurations a rule is for.
enum class WebhookKind { kValidating, kMutating };

// Whether a rule has to see requests by such a webhook: validating for what validate rules and the checks of
// verifyImages say, mutating for what changes the object itself, or verifies its images.
bool TakesPart(const policy::Rule& rule, WebhookKind webhook);

// The order in which the reference writes rules: shorter lists first.
bool RuleLess(const WebhookRule& a, const WebhookRule& b);

// Collects what policies match, and writes it as the reference does: nothing that a wider entry covers, equal
// operations together, everything sorted.
class WebhookRules {
 public:
  // Adds what the rules of a policy match that take part; those for pod controllers included.
  void Add(const policy::Policy& policy, WebhookKind kind);

  std::vector<WebhookRule> Compact() const;
  // Kinds that Kubernetes does not have: custom resources, whose names in paths only a cluster knows. There
  // is no rule for them.
  const std::set<std::string>& unknown_kinds() const { return unknown_kinds_; }

 private:
  struct Entry {
    std::string group, version, resource, scope, operation;
    auto operator<=>(const Entry&) const = default;
  };

  void AddKind(std::string_view kind, const std::set<std::string_view>& operations, bool namespaced_policy);
  static bool Covers(const Entry& wide, const Entry& narrow);

  std::set<Entry> entries_;
  std::set<std::string> unknown_kinds_;
};

}  // namespace ephor::server
