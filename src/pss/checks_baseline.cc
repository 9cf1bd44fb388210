#include <algorithm>
#include <iterator>
#include <utility>

#include "base/quote.h"
#include "pss/checks.h"

namespace ephor::pss {
namespace {

using json::Value;

template <std::size_t N>
bool IsOneOf(std::string_view text, const std::string_view (&allowed)[N]) {
  return std::find(std::begin(allowed), std::end(allowed), text) != std::end(allowed);
}

std::string_view AnnotationField(std::string_view key, Arena& arena) {
  return arena.Copy("metadata.annotations[" + std::string(key) + "]");
}

bool IsSafeAppArmorAnnotation(std::string_view profile) {
  return profile.empty() || profile == "runtime/default" || profile.starts_with("localhost/");
}

bool IsSafeSeccompAnnotation(std::string_view profile) {
  return profile == "runtime/default" || profile == "docker/default" || profile.starts_with("localhost/");
}

// Both the AppArmor and the seccomp profile: what pod and containers set that is not safe.
struct Profiles {
  Findings pod;
  Findings containers;
  std::vector<std::string> values;
};

Profiles UnsafeProfiles(const Pod& pod, std::string_view profile, Arena& arena) {
  Profiles unsafe;
  const std::string field = "securityContext." + std::string(profile) + ".type";
  if (const Value* const set = Present(pod.security_context, profile);
      set != nullptr && !IsSafeProfile(Text(set, "type"))) {
    const std::string_view type = Text(set, "type");
    unsafe.pod.Add("pod", Forbidden(arena.Copy("spec." + field), Value::String(type)));
    unsafe.values.emplace_back(type);
  }
  for (const Container& container : pod.containers) {
    const Value* const set = Present(container.security_context, profile);
    if (set == nullptr || IsSafeProfile(Text(set, "type"))) continue;
    const std::string_view type = Text(set, "type");
    unsafe.containers.Add(container.name, Forbidden(FieldOf(container, field, arena), Value::String(type)));
    unsafe.values.emplace_back(type);
  }
  return unsafe;
}

bool HasUnsafeProfile(const Pod& pod, std::string_view profile) {
  const auto unsafe = [profile](const Value* security_context) {
    const Value* const set = Present(security_context, profile);
    return set != nullptr && !IsSafeProfile(Text(set, "type"));
  };
  return unsafe(pod.security_context) ||
         std::any_of(pod.containers.begin(), pod.containers.end(),
                     [&](const Container& container) { return unsafe(container.security_context); });
}

constexpr std::string_view kAppArmorAnnotation = "container.apparmor.security.beta.kubernetes.io/";
constexpr std::string_view kSeccompPodAnnotation = "seccomp.security.alpha.kubernetes.io/pod";
constexpr std::string_view kSeccompContainerAnnotation = "container.seccomp.security.alpha.kubernetes.io/";

bool IsUnsafeAppArmorAnnotation(const json::Member& annotation) {
  return annotation.key().starts_with(kAppArmorAnnotation) &&
         !IsSafeAppArmorAnnotation(annotation.value.string_or(""));
}

std::span<const json::Member> Annotations(const Pod& pod) {
  if (pod.annotations == nullptr || !pod.annotations->is_object()) return {};
  return pod.annotations->members();
}

constexpr std::string_view kSafeCapabilities[] = {
    "AUDIT_WRITE",      "CHOWN",   "DAC_OVERRIDE", "FOWNER",  "FSETID", "KILL",       "MKNOD",
    "NET_BIND_SERVICE", "SETFCAP", "SETGID",       "SETPCAP", "SETUID", "SYS_CHROOT",
};

constexpr std::string_view kSafeTypes[] = {"", "container_t", "container_init_t", "container_kvm_t"};

bool SeLinux(const Pod& pod, Arena& arena, Violation& violation, bool engine_type_is_safe) {
  const auto is_safe_type = [engine_type_is_safe](std::string_view type) {
    return IsOneOf(type, kSafeTypes) || (engine_type_is_safe && type == "container_engine_t");
  };
  Findings pod_findings, container_findings;
  std::vector<std::string> types;
  bool sets_user = false, sets_role = false;
  // The field is where the options are, without their own name.
  const auto look_at = [&](const Value* security_context, std::string_view name, const auto& field,
                           Findings& findings) {
    const Value* const options = Present(security_context, "seLinuxOptions");
    if (options == nullptr) return;
    const std::string_view type = Text(options, "type"), user = Text(options, "user"),
                           role = Text(options, "role");
    if (is_safe_type(type) && user.empty() && role.empty()) return;
    findings.names.emplace_back(name);
    if (!is_safe_type(type)) {
      types.emplace_back(type);
      findings.errors.push_back(Forbidden(field("securityContext.seLinuxOptions.type"), Value::String(type)));
    }
    if (!user.empty()) {
      sets_user = true;
      findings.errors.push_back(Forbidden(field("securityContext.seLinuxOptions.user"), Value::String(user)));
    }
    if (!role.empty()) {
      sets_role = true;
      findings.errors.push_back(Forbidden(field("securityContext.seLinuxOptions.role"), Value::String(role)));
    }
  };
  look_at(
      pod.security_context, "pod",
      [&arena](std::string_view field) { return arena.Copy("spec." + std::string(field)); }, pod_findings);
  for (const Container& container : pod.containers) {
    look_at(
        container.security_context, container.name,
        [&](std::string_view field) { return FieldOf(container, field, arena); }, container_findings);
  }
  if (pod_findings.empty() && container_findings.empty()) return true;

  std::vector<std::string> bad;
  if (types = Set(std::move(types)); !types.empty()) {
    bad.push_back(std::string(Plural("type", "types", types.size())) + " " + JoinQuoted(types));
  }
  if (sets_user) bad.emplace_back("user may not be set");
  if (sets_role) bad.emplace_back("role may not be set");
  return Violates(violation, "seLinuxOptions",
                  PodAndContainers(!pod_findings.empty(), container_findings.names) +
                      " set forbidden securityContext.seLinuxOptions: " + Join(bad, "; "),
                  Joined(pod_findings.errors, container_findings.errors), arena);
}

struct SafeSysctl {
  std::string_view name;
  int since;
};

constexpr SafeSysctl kSafeSysctls[] = {
    {"kernel.shm_rmid_forced", 0},
    {"net.ipv4.ip_local_port_range", 0},
    {"net.ipv4.tcp_syncookies", 0},
    {"net.ipv4.ping_group_range", 0},
    {"net.ipv4.ip_unprivileged_port_start", 0},
    {"net.ipv4.ip_local_reserved_ports", 27},
    {"net.ipv4.tcp_keepalive_time", 29},
    {"net.ipv4.tcp_fin_timeout", 29},
    {"net.ipv4.tcp_keepalive_intvl", 29},
    {"net.ipv4.tcp_keepalive_probes", 29},
    {"net.ipv4.tcp_rmem", 32},
    {"net.ipv4.tcp_wmem", 32},
};

bool Sysctls(const Pod& pod, Arena& arena, Violation& violation, int version) {
  const Value* const sysctls = Present(pod.security_context, "sysctls");
  if (sysctls == nullptr || !sysctls->is_array()) return true;
  Findings findings;
  for (std::uint32_t i = 0; i < sysctls->size(); ++i) {
    const std::string_view name = Text(&sysctls->items()[i], "name");
    const bool safe = std::any_of(
        std::begin(kSafeSysctls), std::end(kSafeSysctls),
        [name, version](const SafeSysctl& sysctl) { return sysctl.name == name && sysctl.since <= version; });
    if (safe) continue;
    const std::string field = "spec.securityContext.sysctls[" + std::to_string(i) + "].name";
    findings.Add(name, Forbidden(arena.Copy(field), Value::String(name)));
  }
  if (findings.empty()) return true;
  return Violates(violation, "forbidden sysctls", Join(findings.names, ", "), findings.errors, arena);
}

// The hosts that a probe or a handler connects to.
void AppendHosts(const Value* handler, std::vector<std::string>& hosts) {
  for (const std::string_view action : {"httpGet", "tcpSocket"}) {
    const std::string_view host = Text(Present(handler, action), "host");
    if (!host.empty()) hosts.emplace_back(host);
  }
}

}  // namespace

bool CheckAppArmor(const Pod& pod, Arena& arena, Violation& violation) {
  const auto annotations = Annotations(pod);
  if (!HasUnsafeProfile(pod, "appArmorProfile") &&
      std::none_of(annotations.begin(), annotations.end(), IsUnsafeAppArmorAnnotation)) {
    return true;
  }
  const Profiles unsafe = UnsafeProfiles(pod, "appArmorProfile", arena);
  std::vector<std::string> setters;
  if (!unsafe.pod.empty() || !unsafe.containers.empty()) {
    setters.push_back(PodAndContainers(!unsafe.pod.empty(), unsafe.containers.names));
  }
  std::vector<FieldError> errors = Joined(unsafe.pod.errors, unsafe.containers.errors);
  std::vector<std::string> values = Set(unsafe.values);
  std::vector<std::string> annotated;
  for (const json::Member& annotation : annotations) {
    if (!IsUnsafeAppArmorAnnotation(annotation)) continue;
    const std::string_view value = annotation.value.string_or("");
    annotated.push_back(std::string(annotation.key()) + "=" + GoQuote(value));
    errors.push_back(Forbidden(AnnotationField(annotation.key(), arena), Value::String(value)));
  }
  if (!annotated.empty()) {
    setters.emplace_back(Plural("annotation", "annotations", annotated.size()));
    values.insert(values.end(), annotated.begin(), annotated.end());
  }
  return Violates(
      violation, Plural("forbidden AppArmor profile", "forbidden AppArmor profiles", values.size()),
      Join(setters, " and ") + " must not set AppArmor profile type to " + JoinQuoted(values), errors, arena);
}

bool CheckCapabilitiesBaseline(const Pod& pod, Arena& arena, Violation& violation) {
  Findings findings;
  std::vector<std::string> all;
  for (const Container& container : pod.containers) {
    const Value* const added = Present(Present(container.security_context, "capabilities"), "add");
    if (added == nullptr || !added->is_array()) continue;
    std::vector<std::string> bad;
    for (const Value& capability : added->items()) {
      if (!IsOneOf(capability.string_or(""), kSafeCapabilities)) bad.emplace_back(capability.string_or(""));
    }
    if (bad.empty()) continue;
    bad = Set(std::move(bad));
    findings.Add(container.name, Forbidden(FieldOf(container, "securityContext.capabilities.add", arena),
                                           StringList(bad, arena)));
    all.insert(all.end(), bad.begin(), bad.end());
  }
  if (findings.empty()) return true;
  return Violates(violation, "non-default capabilities",
                  NamedContainers(findings.names) + " must not include " + JoinQuoted(Set(std::move(all))) +
                      " in securityContext.capabilities.add",
                  findings.errors, arena);
}

bool CheckHostNamespaces(const Pod& pod, Arena& arena, Violation& violation) {
  constexpr std::pair<json::Key, std::string_view> kFields[] = {
      {"hostNetwork", "spec.hostNetwork"}, {"hostPID", "spec.hostPID"}, {"hostIPC", "spec.hostIPC"}};
  Findings findings;
  for (const auto& [key, field] : kFields) {
    if (!IsTrue(pod.spec, key)) continue;
    findings.Add(std::string(key.text) + "=true", Forbidden(field, Value::Bool(true)));
  }
  if (findings.empty()) return true;
  return Violates(violation, "host namespaces", Join(findings.names, ", "), findings.errors, arena);
}

bool CheckHostPathVolumes(const Pod& pod, Arena& arena, Violation& violation) {
  const Value* const volumes = Present(pod.spec, "volumes");
  if (volumes == nullptr || !volumes->is_array()) return true;
  Findings findings;
  for (std::uint32_t i = 0; i < volumes->size(); ++i) {
    const Value& volume = volumes->items()[i];
    const Value* const host_path = Present(&volume, "hostPath");
    if (host_path == nullptr) continue;
    findings.Add(Text(&volume, "name"),
                 Forbidden(arena.Copy("spec.volumes[" + std::to_string(i) + "].hostPath"),
                           Value::String(Text(host_path, "path"))));
  }
  if (findings.empty()) return true;
  return Violates(
      violation, "hostPath volumes",
      std::string(Plural("volume", "volumes", findings.names.size())) + " " + JoinQuoted(findings.names),
      findings.errors, arena);
}

bool CheckHostPorts(const Pod& pod, Arena& arena, Violation& violation) {
  Findings findings;
  std::vector<std::string> numbers;
  for (const Container& container : pod.containers) {
    const Value* const ports = Present(container.object, "ports");
    if (ports == nullptr || !ports->is_array()) continue;
    bool bad = false;
    for (std::uint32_t i = 0; i < ports->size(); ++i) {
      const Value* const host_port = Present(&ports->items()[i], "hostPort");
      if (host_port == nullptr || !host_port->is_number() || host_port->as_double() == 0) continue;
      bad = true;
      const auto number = static_cast<std::int64_t>(host_port->as_double());
      numbers.push_back(std::to_string(number));
      findings.errors.push_back(Forbidden(
          FieldOf(container, "ports[" + std::to_string(i) + "].hostPort", arena), Value::Int(number)));
    }
    if (bad) findings.names.emplace_back(container.name);
  }
  if (findings.empty()) return true;
  numbers = Set(std::move(numbers));
  return Violates(
      violation, "hostPort",
      NamedContainers(findings.names) + " " + std::string(Plural("uses", "use", findings.names.size())) +
          " " + std::string(Plural("hostPort", "hostPorts", numbers.size())) + " " + Join(numbers, ", "),
      findings.errors, arena);
}

bool CheckHostProbes(const Pod& pod, Arena& arena, Violation& violation) {
  std::vector<std::string> names, hosts;
  for (const Container& container : pod.containers) {
    const std::size_t before = hosts.size();
    for (const std::string_view probe : {"livenessProbe", "readinessProbe", "startupProbe"}) {
      AppendHosts(Present(container.object, probe), hosts);
    }
    const Value* const lifecycle = Present(container.object, "lifecycle");
    for (const std::string_view hook : {"postStart", "preStop"}) AppendHosts(Present(lifecycle, hook), hosts);
    if (hosts.size() > before) names.emplace_back(container.name);
  }
  if (names.empty()) return true;
  names = Set(std::move(names));
  hosts = Set(std::move(hosts));
  Violates(violation, "probe or lifecycle host",
           NamedContainers(names) + " " + std::string(Plural("uses", "use", names.size())) + " " +
               std::string(Plural("probe or lifecycle host", "probe or lifecycle hosts", hosts.size())) +
               " " + JoinQuoted(hosts),
           {}, arena);
  violation.has_errors = false;
  return false;
}

bool CheckHostProcess(const Pod& pod, Arena& arena, Violation& violation) {
  const bool pod_sets = IsTrue(Present(pod.security_context, "windowsOptions"), "hostProcess");
  Findings findings;
  for (const Container& container : pod.containers) {
    if (!IsTrue(Present(container.security_context, "windowsOptions"), "hostProcess")) continue;
    findings.Add(container.name,
                 Forbidden(FieldOf(container, "securityContext.windowsOptions.hostProcess", arena),
                           Value::Bool(true)));
  }
  if (!pod_sets && findings.empty()) return true;
  std::vector<FieldError> errors;
  if (pod_sets)
    errors.push_back(Forbidden("spec.securityContext.windowsOptions.hostProcess", Value::Bool(true)));
  return Violates(violation, "hostProcess",
                  PodAndContainers(pod_sets, findings.names) +
                      " must not set securityContext.windowsOptions.hostProcess=true",
                  Joined(errors, findings.errors), arena);
}

bool CheckPrivileged(const Pod& pod, Arena& arena, Violation& violation) {
  Findings findings;
  for (const Container& container : pod.containers) {
    if (!IsTrue(container.security_context, "privileged")) continue;
    findings.Add(container.name,
                 Forbidden(FieldOf(container, "securityContext.privileged", arena), Value::Bool(true)));
  }
  if (findings.empty()) return true;
  return Violates(violation, "privileged",
                  NamedContainers(findings.names) + " must not set securityContext.privileged=true",
                  findings.errors, arena);
}

bool CheckProcMount(const Pod& pod, Arena& arena, Violation& violation) {
  Findings findings;
  std::vector<std::string> types;
  for (const Container& container : pod.containers) {
    const Value* const proc_mount = Present(container.security_context, "procMount");
    if (proc_mount == nullptr || proc_mount->string_or("") == "Default") continue;
    const std::string_view type = proc_mount->string_or("");
    findings.Add(container.name,
                 Forbidden(FieldOf(container, "securityContext.procMount", arena), Value::String(type)));
    types.emplace_back(type);
  }
  if (findings.empty()) return true;
  return Violates(violation, "procMount",
                  NamedContainers(findings.names) + " must not set securityContext.procMount to " +
                      JoinQuoted(Set(std::move(types))),
                  findings.errors, arena);
}

bool CheckSeLinux(const Pod& pod, Arena& arena, Violation& violation) {
  return SeLinux(pod, arena, violation, false);
}

bool CheckSeLinux31(const Pod& pod, Arena& arena, Violation& violation) {
  return SeLinux(pod, arena, violation, true);
}

bool CheckSeccompAnnotations(const Pod& pod, Arena& arena, Violation& violation) {
  if (Annotations(pod).empty()) return true;
  Findings findings;
  const auto look_at = [&](std::string_view key) {
    const Value* const annotation = pod.annotations->Find(key);
    if (annotation == nullptr || IsSafeSeccompAnnotation(annotation->string_or(""))) return;
    const std::string_view value = annotation->string_or("");
    findings.names.push_back(std::string(key) + "=" + GoQuote(value));
    findings.errors.push_back(Forbidden(AnnotationField(key, arena), Value::String(value)));
  };
  for (const Container& container : pod.containers) {
    look_at(std::string(kSeccompContainerAnnotation) + std::string(container.name));
  }
  look_at(kSeccompPodAnnotation);
  if (findings.empty()) return true;
  const std::vector<std::string> annotations = Set(findings.names);
  return Violates(violation, "seccompProfile",
                  "forbidden " + std::string(Plural("annotation", "annotations", annotations.size())) + " " +
                      Join(annotations, ", "),
                  findings.errors, arena);
}

bool CheckSeccompBaseline(const Pod& pod, Arena& arena, Violation& violation) {
  if (!HasUnsafeProfile(pod, "seccompProfile")) return true;
  const Profiles unsafe = UnsafeProfiles(pod, "seccompProfile", arena);
  return Violates(violation, "seccompProfile",
                  PodAndContainers(!unsafe.pod.empty(), unsafe.containers.names) +
                      " must not set securityContext.seccompProfile.type to " +
                      JoinQuoted(Set(unsafe.values)),
                  Joined(unsafe.pod.errors, unsafe.containers.errors), arena);
}

bool CheckSysctls(const Pod& pod, Arena& arena, Violation& violation) {
  return Sysctls(pod, arena, violation, 0);
}

bool CheckSysctls27(const Pod& pod, Arena& arena, Violation& violation) {
  return Sysctls(pod, arena, violation, 27);
}

bool CheckSysctls29(const Pod& pod, Arena& arena, Violation& violation) {
  return Sysctls(pod, arena, violation, 29);
}

bool CheckSysctls32(const Pod& pod, Arena& arena, Violation& violation) {
  return Sysctls(pod, arena, violation, 32);
}

}  // namespace ephor::pss
