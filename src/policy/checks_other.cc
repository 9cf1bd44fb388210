// Checks of exceptions, cleanup policies and global context entries.
#include <algorithm>
#include <set>

#include "base/cron.h"
#include "base/duration.h"
#include "base/regex.h"
#include "jmespath/query.h"
#include "policy/checks.h"
#include "policy/field_error.h"
#include "policy/go_json.h"

namespace ephor::policy {
namespace {

void CheckNoUserInfo(const MatchResources& block, std::string_view path, Texts& errors) {
  const auto check_list = [&](std::string_view name, std::span<const ResourceFilter> filters) {
    for (std::size_t i = 0; i < filters.size(); ++i) {
      const UserInfo& user = filters[i].user;
      const std::string here = Indexed(Child(path, name), i);
      const auto forbid = [&](std::string_view part) {
        errors.push_back(ForbiddenField(Child(here, part), "Usage of user info is forbidden"));
      };
      if (!user.roles.empty()) forbid("roles");
      if (!user.cluster_roles.empty()) forbid("clusterRoles");
      if (!user.subjects.empty()) forbid("subjects");
    }
  };
  check_list("any", block.any);
  check_list("all", block.all);
}

// Nobody asks for the requester of a deletion on schedule.
void CheckCleanupMatch(const MatchResources& block, std::string_view path, bool namespaced,
                       const ClusterFacts* cluster, Texts& errors) {
  const std::size_t before = errors.size();
  CheckNoUserInfo(block, path, errors);
  if (errors.size() == before) CheckMatch(block, path, namespaced, cluster, errors);
}

bool MatchesNothing(const CleanupPolicy& policy) {
  const MatchResources* exclude = policy.exclude;
  if (exclude == nullptr || !exclude->all.empty() || !policy.match.all.empty()) return false;
  // With `any` on one side only the reference does not look further.
  if (policy.match.any.empty() || exclude->any.empty()) {
    return exclude->any.data() != nullptr || exclude->all.data() != nullptr;
  }
  std::set<std::string> excluded;
  for (const ResourceFilter& filter : exclude->any) {
    excluded.insert(GoJson(*filter.source, TableOf<ResourceFilter>()));
  }
  return std::ranges::any_of(policy.match.any, [&](const ResourceFilter& filter) {
    return excluded.contains(GoJson(*filter.source, TableOf<ResourceFilter>()));
  });
}

void CheckCleanupContext(std::span<const ContextEntry> context, Texts& errors) {
  std::string written;
  for (const ContextEntry& entry : context) {
    const char* source = entry.image_registry != nullptr ? "ImageRegistry"
                         : entry.config_map != nullptr   ? "ConfigMap"
                                                         : nullptr;
    if (source == nullptr) continue;
    if (written.empty()) {
      for (const ContextEntry& each : context) {
        written.append(written.empty() ? "[" : ",").append(GoJson(*each.source, TableOf<ContextEntry>()));
      }
      written += ']';
    }
    errors.push_back("spec.context: Invalid value: " + written + ": " + source +
                     " is not allowed in CleanUp Policy");
  }
}

Result<void> CheckCleanupPermissions(const CleanupPolicy& policy, const ValidateOptions& options) {
  if (options.cluster == nullptr || options.cleanup_account.empty()) return {};
  const auto check = [&](std::string_view kind, std::string_view name) -> Result<void> {
    for (const std::string_view verb : {"delete", "list"}) {
      if (options.cluster
              ->LacksPermission(options.cleanup_account, {&verb, 1}, kind, policy.metadata.namespace_, name,
                                "")
              .empty()) {
        continue;
      }
      return Refuse(
          std::string("cleanup controller has no permission to ").append(verb).append(" kind ").append(kind));
    }
    return {};
  };
  for (const auto filters : {policy.match.all, policy.match.any}) {
    for (const ResourceFilter& filter : filters) {
      for (const std::string_view kind : filter.resources.kinds) {
        if (filter.resources.names.empty()) EPHOR_TRY(check(kind, ""));
        for (const std::string_view name : filter.resources.names) EPHOR_TRY(check(kind, name));
      }
    }
  }
  return {};
}

Result<void> CheckCleanup(const CleanupPolicy& policy, const ValidateOptions& options) {
  Texts errors;
  if (policy.metadata.name.size() > 63) {
    errors.emplace_back("metadata.name: Too long: may not be more than 63 bytes");
  }
  CheckCleanupContext(policy.context, errors);
  if (!IsStandardCron(policy.schedule)) {
    errors.push_back(InvalidField("spec.schedule", policy.schedule,
                                  "schedule spec in the cleanupPolicy is not in proper cron format"));
  }
  const bool namespaced = policy.is_namespaced();
  CheckCleanupMatch(policy.match, "spec.match", namespaced, options.cluster, errors);
  if (policy.exclude != nullptr) {
    CheckCleanupMatch(*policy.exclude, "spec.exclude", namespaced, options.cluster, errors);
  }
  if (MatchesNothing(policy)) {
    const json::Value* spec = policy.document->Find("spec");
    errors.push_back(InvalidStruct("spec", spec != nullptr ? *spec : json::Value::Object({}),
                                   TableOf<CleanupPolicy>(), "CleanupPolicy is matching an empty set",
                                   kV2beta1));
  }
  if (!errors.empty()) return Refuse(Aggregate(errors));
  EPHOR_TRY(CheckCleanupPermissions(policy, options));
  if (policy.conditions == nullptr) return {};
  if (auto checked = CheckVariablesIn(*policy.conditions->source); !checked) {
    return Refuse(std::string("variable substitution failed for policy ").append(policy.metadata.name) +
                  ": " + checked.error().message());
  }
  return {};
}

Result<void> CheckException(const PolicyException& exception) {
  Texts errors;
  if (exception.background.value_or(true)) CheckNoUserInfo(exception.match, "spec.match", errors);
  CheckMatch(exception.match, "spec.match", false, nullptr, errors);
  for (std::size_t i = 0; i < exception.exceptions.size(); ++i) {
    if (!exception.exceptions[i].policy_name.empty()) continue;
    errors.push_back(
        RequiredField(Indexed("spec.exceptions", i) + ".policyName", "An exception requires a policy name"));
  }
  for (std::size_t i = 0; i < exception.pod_security.size(); ++i) {
    CheckPodSecurityControl(exception.pod_security[i], Indexed("spec.podSecurity", i), errors);
  }
  return errors.empty() ? Result<void>() : Refuse(Aggregate(errors));
}

// ---- global context ----

void CheckResource(const GlobalContextResource& resource, Texts& errors) {
  if (resource.group.empty() && resource.version != "v1") {
    errors.push_back(RequiredField("spec.resource.group", "A Resource entry requires a group"));
  }
  if (resource.version.empty()) {
    errors.push_back(RequiredField("spec.resource.version", "A Resource entry requires a version"));
  }
  if (resource.resource.empty()) {
    errors.push_back(RequiredField("spec.resource.resource", "A Resource entry requires a resource"));
  }
}

void CheckApiCall(const GlobalContextApiCall& call, Texts& errors) {
  const auto interval = Duration::Parse(call.refresh_interval);
  if (!interval) {
    errors.push_back(
        InvalidField("spec.apiCall.refreshInterval", call.refresh_interval, interval.error().message()));
  } else if (interval->nanoseconds == 0) {
    errors.push_back(RequiredField("spec.apiCall.refreshIntervalSeconds",
                                   "A Resource entry requires a refresh interval greater than 0 seconds"));
  }
  if ((call.call.service == nullptr) == call.call.url_path.empty()) {
    errors.push_back(
        ForbiddenField("spec.apiCall.service", "An External API call should either have Service or URLPath"));
  }
  if (call.call.data.data() != nullptr && call.call.method != "POST") {
    errors.push_back(
        ForbiddenField("spec.apiCall.method", "An External API call with data should have method as POST"));
  }
}

Result<void> CheckGlobalContext(const GlobalContextEntry& entry) {
  Texts errors;
  if ((entry.kubernetes_resource == nullptr) == (entry.api_call == nullptr)) {
    errors.push_back(
        ForbiddenField("spec.kubernetesResource",
                       "A global context entry should either have KubernetesResource or APICall"));
  }
  if (entry.kubernetes_resource != nullptr) CheckResource(*entry.kubernetes_resource, errors);
  if (entry.api_call != nullptr) CheckApiCall(*entry.api_call, errors);
  for (std::size_t i = 0; i < entry.projections.size(); ++i) {
    const GlobalContextProjection& projection = entry.projections[i];
    const std::string path = Indexed("spec.projections", i);
    if (projection.name.empty()) {
      errors.push_back(RequiredField(Child(path, "name"), "A projection entry requires a name"));
    }
    if (projection.name == entry.metadata.name) {
      errors.push_back(
          RequiredField(Child(path, "name"),
                        "A projection entry requires a name different from the global context entry name"));
    }
    if (projection.jmes_path.empty()) {
      errors.push_back(RequiredField(Child(path, "jmesPath"), "A projection entry requires a JMESPath"));
    }
    if (const auto compiled = jmespath::Query::Compile(projection.jmes_path); !compiled) {
      errors.push_back(
          InvalidField(Child(path, "jmesPath"), projection.jmes_path, compiled.error().message()));
    }
  }
  return errors.empty() ? Result<void>() : Refuse(Aggregate(errors));
}

ValidationReport ReportOf(const Object& object, Result<void> checked) {
  ValidationReport report;
  if (!checked) report.error = std::move(checked).error().At({object.line, 0});
  return report;
}

}  // namespace

ValidationReport ValidateException(const PolicyException& exception, const ExceptionOptions& options) {
  ValidationReport report = ReportOf(exception, CheckException(exception));
  if (!options.enabled) {
    report.warnings.emplace_back("PolicyException resources would not be processed until it is enabled.");
  } else if (options.namespace_.empty()) {
    report.warnings.emplace_back("The exceptionNamespace flag is not set");
  } else if (options.namespace_ != "*" && options.namespace_ != exception.metadata.namespace_) {
    report.warnings.emplace_back("PolicyException resource namespace must match the defined namespace.");
  }
  return report;
}

ValidationReport ValidateCleanupPolicy(const CleanupPolicy& policy, const ValidateOptions& options) {
  return ReportOf(policy, CheckCleanup(policy, options));
}

ValidationReport ValidateGlobalContextEntry(const GlobalContextEntry& entry) {
  return ReportOf(entry, CheckGlobalContext(entry));
}

}  // namespace ephor::policy
