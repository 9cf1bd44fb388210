#include <algorithm>
#include <iterator>
#include <utility>

#include "pss/checks.h"

namespace ephor::pss {
namespace {

using json::Value;

constexpr std::string_view kAllowedVolumes[] = {
    "configMap", "csi",    "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim",
    "projected", "secret",
};

// In the order in which the first that is set names the volume's type.
constexpr std::string_view kRestrictedVolumes[] = {
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "gitRepo",
    "nfs",
    "iscsi",
    "glusterfs",
    "rbd",
    "flexVolume",
    "cinder",
    "cephfs",
    "flocker",
    "fc",
    "azureFile",
    "vsphereVolume",
    "quobyte",
    "azureDisk",
    "photonPersistentDisk",
    "portworxVolume",
    "scaleIO",
    "storageos",
};

bool Has(const Value& volume, std::string_view source) {
  return Present(&volume, source) != nullptr;
}

bool IsAllowedVolume(const Value& volume) {
  return std::any_of(std::begin(kAllowedVolumes), std::end(kAllowedVolumes),
                     [&volume](std::string_view source) { return Has(volume, source); });
}

std::string_view RestrictedType(const Value& volume) {
  const auto* const found = std::find_if(std::begin(kRestrictedVolumes), std::end(kRestrictedVolumes),
                                         [&volume](std::string_view source) { return Has(volume, source); });
  return found == std::end(kRestrictedVolumes) ? "unknown" : *found;
}

bool IsSafeSeccomp(const Value* profile) {
  return IsSafeProfile(Text(profile, "type"));
}

}  // namespace

bool CheckAllowPrivilegeEscalation(const Pod& pod, Arena& arena, Violation& violation) {
  Findings findings;
  for (const Container& container : pod.containers) {
    const Value* const allow = Present(container.security_context, "allowPrivilegeEscalation");
    if (allow != nullptr && !(allow->is_bool() && allow->as_bool())) continue;
    const std::string_view field = FieldOf(container, "securityContext.allowPrivilegeEscalation", arena);
    if (container.security_context == nullptr) {
      findings.Add(container.name, Required(field));
    } else if (allow == nullptr) {
      findings.Add(container.name, Forbidden(field, Value::String("nil")));
    } else {
      findings.Add(container.name, Forbidden(field, Value::Bool(true)));
    }
  }
  if (findings.empty()) return true;
  return Violates(
      violation, "allowPrivilegeEscalation != false",
      NamedContainers(findings.names) + " must set securityContext.allowPrivilegeEscalation=false",
      findings.errors, arena);
}

bool CheckAllowPrivilegeEscalation25(const Pod& pod, Arena& arena, Violation& violation) {
  return pod.IsWindows() || CheckAllowPrivilegeEscalation(pod, arena, violation);
}

bool CheckCapabilitiesRestricted(const Pod& pod, Arena& arena, Violation& violation) {
  Findings not_dropping, adding;
  std::vector<std::string> added_by_any;
  for (const Container& container : pod.containers) {
    const Value* const capabilities = Present(container.security_context, "capabilities");
    const Value* const dropped = Present(capabilities, "drop");
    const auto field = [&container, &arena](std::string_view name) {
      return FieldOf(container, "securityContext.capabilities." + std::string(name), arena);
    };
    const bool drops_some = dropped != nullptr && dropped->is_array() && dropped->size() > 0;
    const bool drops_all =
        drops_some && std::any_of(dropped->items().begin(), dropped->items().end(),
                                  [](const Value& item) { return item.string_or("") == "ALL"; });
    if (!drops_some) {
      not_dropping.Add(container.name, Required(field("drop")));
    } else if (!drops_all) {
      not_dropping.Add(container.name, Forbidden(field("drop"), StringList(Set(Strings(dropped)), arena)));
    }

    const Value* const added = Present(capabilities, "add");
    if (added == nullptr || !added->is_array()) continue;
    std::vector<std::string> bad;
    for (const Value& capability : added->items()) {
      if (capability.string_or("") != "NET_BIND_SERVICE") bad.emplace_back(capability.string_or(""));
    }
    if (bad.empty()) continue;
    bad = Set(std::move(bad));
    adding.Add(container.name, Forbidden(field("add"), StringList(bad, arena)));
    added_by_any.insert(added_by_any.end(), bad.begin(), bad.end());
  }
  if (not_dropping.empty() && adding.empty()) return true;

  std::vector<std::string> details;
  if (!not_dropping.empty()) {
    details.push_back(NamedContainers(not_dropping.names) +
                      R"( must set securityContext.capabilities.drop=["ALL"])");
  }
  if (!adding.empty()) {
    details.push_back(NamedContainers(adding.names) + " must not include " +
                      JoinQuoted(Set(std::move(added_by_any))) + " in securityContext.capabilities.add");
  }
  return Violates(violation, "unrestricted capabilities", Join(details, "; "),
                  Joined(not_dropping.errors, adding.errors), arena);
}

bool CheckCapabilitiesRestricted25(const Pod& pod, Arena& arena, Violation& violation) {
  return pod.IsWindows() || CheckCapabilitiesRestricted(pod, arena, violation);
}

bool CheckRestrictedVolumes(const Pod& pod, Arena& arena, Violation& violation) {
  const Value* const volumes = Present(pod.spec, "volumes");
  if (volumes == nullptr || !volumes->is_array()) return true;
  Findings findings;
  std::vector<std::string> types;
  for (std::uint32_t i = 0; i < volumes->size(); ++i) {
    const Value& volume = volumes->items()[i];
    if (IsAllowedVolume(volume)) continue;
    const std::string_view type = RestrictedType(volume);
    types.emplace_back(type);
    findings.Add(Text(&volume, "name"),
                 Forbidden(arena.Copy("spec.volumes[" + std::to_string(i) + "]." + std::string(type))));
  }
  if (findings.empty()) return true;
  types = Set(std::move(types));
  const std::size_t count = findings.names.size();
  return Violates(violation, "restricted volume types",
                  std::string(Plural("volume", "volumes", count)) + " " + JoinQuoted(findings.names) + " " +
                      std::string(Plural("uses", "use", count)) + " " +
                      std::string(Plural("restricted volume type", "restricted volume types", types.size())) +
                      " " + JoinQuoted(types),
                  findings.errors, arena);
}

bool CheckRunAsNonRoot(const Pod& pod, Arena& arena, Violation& violation) {
  const Value* const pod_sets = Present(pod.security_context, "runAsNonRoot");
  const bool pod_is_bad = pod_sets != nullptr && !(pod_sets->is_bool() && pod_sets->as_bool());
  const bool pod_is_good = pod_sets != nullptr && !pod_is_bad;
  Findings setting_false, not_setting;
  for (const Container& container : pod.containers) {
    const Value* const sets = Present(container.security_context, "runAsNonRoot");
    if (sets == nullptr ? pod_is_good : sets->is_bool() && sets->as_bool()) continue;
    const std::string_view field = FieldOf(container, "securityContext.runAsNonRoot", arena);
    if (sets == nullptr) {
      not_setting.Add(container.name, Required(field));
    } else {
      setting_false.Add(container.name, Forbidden(field, Value::Bool(false)));
    }
  }
  if (!pod_is_bad && setting_false.empty() && not_setting.empty()) return true;

  std::vector<std::string> details;
  std::vector<FieldError> errors;
  if (pod_is_bad) errors.push_back(Forbidden("spec.securityContext.runAsNonRoot", Value::Bool(false)));
  if (pod_is_bad || !setting_false.empty()) {
    details.push_back(PodAndContainers(pod_is_bad, setting_false.names) +
                      " must not set securityContext.runAsNonRoot=false");
  }
  if (!not_setting.empty()) {
    details.push_back("pod or " + NamedContainers(not_setting.names) +
                      " must set securityContext.runAsNonRoot=true");
  }
  errors = Joined(std::move(errors), setting_false.errors);
  return Violates(violation, "runAsNonRoot != true", Join(details, "\n"),
                  Joined(std::move(errors), not_setting.errors), arena);
}

bool CheckRunAsUser(const Pod& pod, Arena& arena, Violation& violation) {
  const auto is_root = [](const Value* security_context) {
    const Value* const user = Present(security_context, "runAsUser");
    return user != nullptr && user->is_number() && user->as_double() == 0;
  };
  const bool pod_is_root = is_root(pod.security_context);
  Findings findings;
  for (const Container& container : pod.containers) {
    if (!is_root(container.security_context)) continue;
    findings.Add(container.name,
                 Forbidden(FieldOf(container, "securityContext.runAsUser", arena), Value::Int(0)));
  }
  if (!pod_is_root && findings.empty()) return true;
  std::vector<FieldError> errors;
  if (pod_is_root) errors.push_back(Forbidden("spec.securityContext.runAsUser", Value::Int(0)));
  return Violates(violation, "runAsUser=0",
                  PodAndContainers(pod_is_root, findings.names) + " must not set runAsUser=0",
                  Joined(std::move(errors), findings.errors), arena);
}

bool CheckSeccompRestricted(const Pod& pod, Arena& arena, Violation& violation) {
  const Value* const pod_profile = Present(pod.security_context, "seccompProfile");
  const bool pod_is_bad = pod_profile != nullptr && !IsSafeSeccomp(pod_profile);
  const bool pod_is_good = pod_profile != nullptr && !pod_is_bad;
  Findings setting_bad, not_setting;
  std::vector<std::string> types;
  for (const Container& container : pod.containers) {
    const Value* const profile = Present(container.security_context, "seccompProfile");
    if (profile == nullptr ? pod_is_good : IsSafeSeccomp(profile)) continue;
    const std::string_view field = FieldOf(container, "securityContext.seccompProfile.type", arena);
    if (profile == nullptr) {
      not_setting.Add(container.name, Required(field));
    } else {
      types.emplace_back(Text(profile, "type"));
      setting_bad.Add(container.name, Forbidden(field, Value::String(Text(profile, "type"))));
    }
  }
  if (pod_is_bad || !setting_bad.empty()) {
    std::vector<FieldError> errors;
    if (pod_is_bad) {
      types.emplace_back(Text(pod_profile, "type"));
      errors.push_back(
          Forbidden("spec.securityContext.seccompProfile.type", Value::String(Text(pod_profile, "type"))));
    }
    return Violates(violation, "seccompProfile",
                    PodAndContainers(pod_is_bad, setting_bad.names) +
                        " must not set securityContext.seccompProfile.type to " +
                        JoinQuoted(Set(std::move(types))),
                    Joined(std::move(errors), setting_bad.errors), arena);
  }
  if (not_setting.empty()) return true;
  return Violates(violation, "seccompProfile",
                  "pod or " + NamedContainers(not_setting.names) +
                      R"( must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")",
                  not_setting.errors, arena);
}

bool CheckSeccompRestricted25(const Pod& pod, Arena& arena, Violation& violation) {
  return pod.IsWindows() || CheckSeccompRestricted(pod, arena, violation);
}

}  // namespace ephor::pss
