// Whether a policy may be admitted: the checks that the API server's schema cannot make. They are those of
// the reference's policy webhook, with its texts and in its order.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "policy/types.h"

namespace ephor::policy {

// What the checks ask of a cluster. Offline there is none, and what would be asked is taken for granted.
class ClusterFacts {
 public:
  virtual ~ClusterFacts() = default;

  // Whether resources of a kind, named as "Kind" or "group/version/Kind", stand outside namespaces.
  virtual bool IsClusterScoped(std::string_view kind) const = 0;

  struct FoundKind {
    bool exists = false;
    bool has_subresource = false;  // what was found is a subresource
    std::string error;             // why it could not be looked for
  };
  // Whether webhooks may have match conditions (Kubernetes 1.27 and later).
  virtual bool HasMatchConditions() const = 0;
  // Of a kind as policies write them, with wildcards.
  virtual FoundKind FindKind(std::string_view written) const = 0;

  // What a service account lacks of the permissions for these verbs, as text; empty where it has them. The
  // kind is written as in policies.
  virtual std::string LacksPermission(std::string_view account, std::span<const std::string_view> verbs,
                                      std::string_view kind, std::string_view namespace_,
                                      std::string_view name, std::string_view subresource) const = 0;
};

struct ValidateOptions {
  const ClusterFacts* cluster = nullptr;
  const Policy* old = nullptr;  // the policy that this one replaces
  // Service accounts by their user names; asked about only where there is a cluster.
  std::string_view admission_account;
  std::string_view background_account;
  std::string_view reports_account;
  std::string_view cleanup_account;
  // Compiles the match conditions of the webhook, which are CEL, and gives the errors. Without it they are
  // taken for right.
  std::function<std::vector<std::string>(std::span<const MatchCondition>)> compile_conditions;
};

struct ValidationReport {
  std::vector<std::string> warnings;  // shown whether or not there is an error
  std::optional<Error> error;         // kInvalidPolicy
};

ValidationReport ValidatePolicy(const Policy& policy, const ValidateOptions& options = {});

// The part of it that decides whether a policy may use background scans (`background`): variables that only
// an admission request has are refused then.
Result<void> ValidateVariables(const Policy& policy, bool background);

// What the controllers do with exceptions; only warned about.
struct ExceptionOptions {
  bool enabled = true;
  std::string_view namespace_ = "*";  // the one they are taken from
};
ValidationReport ValidateException(const PolicyException& exception, const ExceptionOptions& options = {});

// Of the options the cluster and the cleanup account matter.
ValidationReport ValidateCleanupPolicy(const CleanupPolicy& policy, const ValidateOptions& options = {});
ValidationReport ValidateGlobalContextEntry(const GlobalContextEntry& entry);

// The warning that every change of an object of this kind is answered with; empty for other kinds.
std::string DeprecationWarning(std::string_view kind);

}  // namespace ephor::policy
