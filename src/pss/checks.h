// The checks of the table in controls.cc, and what they share. A number in a name is the minor version of
// Kubernetes since which the check is as it is.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "pss/pod.h"
#include "pss/violation.h"

namespace ephor::pss {

// checks_baseline.cc
bool CheckAppArmor(const Pod& pod, Arena& arena, Violation& violation);
bool CheckCapabilitiesBaseline(const Pod& pod, Arena& arena, Violation& violation);
bool CheckHostNamespaces(const Pod& pod, Arena& arena, Violation& violation);
bool CheckHostPathVolumes(const Pod& pod, Arena& arena, Violation& violation);
bool CheckHostPorts(const Pod& pod, Arena& arena, Violation& violation);
bool CheckHostProbes(const Pod& pod, Arena& arena, Violation& violation);
bool CheckHostProcess(const Pod& pod, Arena& arena, Violation& violation);
bool CheckPrivileged(const Pod& pod, Arena& arena, Violation& violation);
bool CheckProcMount(const Pod& pod, Arena& arena, Violation& violation);
bool CheckSeLinux(const Pod& pod, Arena& arena, Violation& violation);
bool CheckSeLinux31(const Pod& pod, Arena& arena, Violation& violation);
bool CheckSeccompAnnotations(const Pod& pod, Arena& arena, Violation& violation);
bool CheckSeccompBaseline(const Pod& pod, Arena& arena, Violation& violation);
bool CheckSysctls(const Pod& pod, Arena& arena, Violation& violation);
bool CheckSysctls27(const Pod& pod, Arena& arena, Violation& violation);
bool CheckSysctls29(const Pod& pod, Arena& arena, Violation& violation);
bool CheckSysctls32(const Pod& pod, Arena& arena, Violation& violation);

// checks_restricted.cc
bool CheckAllowPrivilegeEscalation(const Pod& pod, Arena& arena, Violation& violation);
bool CheckAllowPrivilegeEscalation25(const Pod& pod, Arena& arena, Violation& violation);
bool CheckCapabilitiesRestricted(const Pod& pod, Arena& arena, Violation& violation);
bool CheckCapabilitiesRestricted25(const Pod& pod, Arena& arena, Violation& violation);
bool CheckRestrictedVolumes(const Pod& pod, Arena& arena, Violation& violation);
bool CheckRunAsNonRoot(const Pod& pod, Arena& arena, Violation& violation);
bool CheckRunAsUser(const Pod& pod, Arena& arena, Violation& violation);
bool CheckSeccompRestricted(const Pod& pod, Arena& arena, Violation& violation);
bool CheckSeccompRestricted25(const Pod& pod, Arena& arena, Violation& violation);

// ---- what the checks share ----

// Who did wrong, and the errors that say where. Nothing is allocated before the first.
struct Findings {
  std::vector<std::string> names;
  std::vector<FieldError> errors;

  bool empty() const { return names.empty(); }
  void Add(std::string_view name, const FieldError& error) {
    names.emplace_back(name);
    errors.push_back(error);
  }
};

// "spec.containers[2].securityContext.privileged" in the arena.
std::string_view FieldOf(const Container& container, std::string_view field, Arena& arena);
FieldError Forbidden(std::string_view field, json::Value bad_value = json::Value());
FieldError Required(std::string_view field);

std::string_view Plural(std::string_view singular, std::string_view plural, std::size_t count);
std::string JoinQuoted(const std::vector<std::string>& texts);
std::string Join(const std::vector<std::string>& texts, std::string_view separator);
// Sorted, each once.
std::vector<std::string> Set(std::vector<std::string> texts);
json::Value StringList(const std::vector<std::string>& texts, Arena& arena);
// "containers "a", "b"".
std::string NamedContainers(const std::vector<std::string>& names);
// "pod and containers "a", "b"".
std::string PodAndContainers(bool pod, const std::vector<std::string>& containers);
// The strings of a list.
std::vector<std::string> Strings(const json::Value* list);

std::vector<FieldError> Joined(std::vector<FieldError> first, const std::vector<FieldError>& second);

// Completes the violation; always false, which is what a check returns then.
bool Violates(Violation& violation, std::string_view reason, const std::string& detail,
              const std::vector<FieldError>& errors, Arena& arena);

// RuntimeDefault and Localhost.
bool IsSafeProfile(std::string_view type);

}  // namespace ephor::pss
