#include "pss/controls.h"

#include "pss/checks.h"

namespace ephor::pss {
namespace {

constexpr CheckVersion kAllowPrivilegeEscalation[] = {{8, CheckAllowPrivilegeEscalation},
                                                      {25, CheckAllowPrivilegeEscalation25}};
constexpr CheckVersion kAppArmor[] = {{0, CheckAppArmor}};
constexpr CheckVersion kCapabilitiesBaseline[] = {{0, CheckCapabilitiesBaseline}};
constexpr CheckVersion kCapabilitiesRestricted[] = {{22, CheckCapabilitiesRestricted},
                                                    {25, CheckCapabilitiesRestricted25}};
constexpr CheckVersion kHostNamespaces[] = {{0, CheckHostNamespaces}};
constexpr CheckVersion kHostPathVolumes[] = {{0, CheckHostPathVolumes}};
constexpr CheckVersion kHostPorts[] = {{0, CheckHostPorts}};
constexpr CheckVersion kHostProbes[] = {{34, CheckHostProbes}};
constexpr CheckVersion kPrivileged[] = {{0, CheckPrivileged}};
constexpr CheckVersion kProcMount[] = {{0, CheckProcMount}};
constexpr CheckVersion kRestrictedVolumes[] = {{0, CheckRestrictedVolumes}};
constexpr CheckVersion kRunAsNonRoot[] = {{0, CheckRunAsNonRoot}};
constexpr CheckVersion kRunAsUser[] = {{23, CheckRunAsUser}};
constexpr CheckVersion kSeLinux[] = {{0, CheckSeLinux}, {31, CheckSeLinux31}};
constexpr CheckVersion kSeccompBaseline[] = {{0, CheckSeccompAnnotations}, {19, CheckSeccompBaseline}};
constexpr CheckVersion kSeccompRestricted[] = {{19, CheckSeccompRestricted}, {25, CheckSeccompRestricted25}};
constexpr CheckVersion kSysctls[] = {
    {0, CheckSysctls}, {27, CheckSysctls27}, {29, CheckSysctls29}, {32, CheckSysctls32}};
constexpr CheckVersion kHostProcess[] = {{0, CheckHostProcess}};

constexpr Control kControls[] = {
    {"allowPrivilegeEscalation", "Privilege Escalation", Level::kRestricted, kAllowPrivilegeEscalation},
    {"appArmorProfile", "AppArmor", Level::kBaseline, kAppArmor},
    {"capabilities_baseline", "Capabilities", Level::kBaseline, kCapabilitiesBaseline},
    {"capabilities_restricted", "Capabilities", Level::kRestricted, kCapabilitiesRestricted},
    {"hostNamespaces", "Host Namespaces", Level::kBaseline, kHostNamespaces},
    {"hostPathVolumes", "HostPath Volumes", Level::kBaseline, kHostPathVolumes},
    {"hostPorts", "Host Ports", Level::kBaseline, kHostPorts},
    {"hostProbesAndHostLifecycle", "", Level::kBaseline, kHostProbes},
    {"privileged", "Privileged Containers", Level::kBaseline, kPrivileged},
    {"procMount", "/proc Mount Type", Level::kBaseline, kProcMount},
    {"restrictedVolumes", "Volume Types", Level::kRestricted, kRestrictedVolumes},
    {"runAsNonRoot", "Running as Non-root", Level::kRestricted, kRunAsNonRoot},
    {"runAsUser", "Running as Non-root user", Level::kRestricted, kRunAsUser},
    {"seLinuxOptions", "SELinux", Level::kBaseline, kSeLinux},
    {"seccompProfile_baseline", "Seccomp", Level::kBaseline, kSeccompBaseline},
    {"seccompProfile_restricted", "Seccomp", Level::kRestricted, kSeccompRestricted},
    {"sysctls", "Sysctls", Level::kBaseline, kSysctls},
    {"windowsHostProcess", "HostProcess", Level::kBaseline, kHostProcess},
};

}  // namespace

Check Control::CheckFor(Version version) const {
  Check chosen = versions.front().check;
  for (const CheckVersion& later : versions.subspan(1)) {
    if (later.since <= version) chosen = later.check;
  }
  return chosen;
}

std::span<const Control> Controls() {
  return kControls;
}

}  // namespace ephor::pss
