#include "pss/controls.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "json/parse.h"
#include "pss/standard.h"

namespace ephor::pss {
namespace {

TEST(Controls, AreInOrderOfTheirIdsAndSelectByVersion) {
  const auto controls = Controls();
  EXPECT_EQ(controls.size(), 18u);
  for (const Control& control : controls) {
    SCOPED_TRACE(control.id);
    EXPECT_EQ(control.CheckFor(0), control.versions.front().check);
    EXPECT_EQ(control.CheckFor(kLatest), control.versions.back().check);
    for (const CheckVersion& version : control.versions)
      EXPECT_EQ(control.CheckFor(version.since), version.check);
  }
  EXPECT_TRUE(std::is_sorted(controls.begin(), controls.end(),
                             [](const Control& a, const Control& b) { return a.id < b.id; }));
}

struct ControlCase {
  const char* name;
  const char* id;
  Version version;
  std::string metadata;
  std::string spec;
  // What AppendViolations and the detail say; both empty where the Pod is fine.
  std::string errors;
  std::string detail;
  std::string containers;  // ContainerNames, joined
};

class ControlTest : public ::testing::TestWithParam<ControlCase> {};
TEST_P(ControlTest, Finds) {
  const ControlCase& c = GetParam();
  Arena arena;
  const auto control = std::find_if(Controls().begin(), Controls().end(),
                                    [&c](const Control& candidate) { return candidate.id == c.id; });
  ASSERT_NE(control, Controls().end());
  const auto object = json::Parse(R"({"kind":"Pod","metadata":)" + (c.metadata.empty() ? "{}" : c.metadata) +
                                      R"(,"spec":)" + c.spec + "}",
                                  arena);
  ASSERT_TRUE(object.has_value()) << object.error().message();
  const auto pod = PodOf(*object, arena);
  ASSERT_TRUE(pod.has_value()) << pod.error().message();
  Violation violation{.control = &*control};
  const bool fine = control->CheckFor(c.version)(*pod, arena, violation);
  EXPECT_EQ(fine, c.errors.empty());
  if (fine) return;
  std::string errors;
  AppendViolations({&violation, 1}, "Pod", errors);
  EXPECT_EQ(errors, c.errors);
  EXPECT_EQ(violation.detail, c.detail);
  std::string containers;
  for (const std::string& name : ContainerNames(violation)) containers += name + ";";
  EXPECT_EQ(containers, c.containers);
}

// A Pod of one container with this security context.
std::string One(std::string_view security_context) {
  return R"({"containers":[{"name":"c","securityContext":)" + std::string(security_context) + "}]}";
}
std::string Windows(const std::string& spec) {
  return R"({"os":{"name":"windows"},)" + spec.substr(1);
}

const std::string kBare = R"({"containers":[{"name":"c"}]})";
constexpr const char* kAppArmorAnnotations =
    R"({"annotations":{"container.apparmor.security.beta.kubernetes.io/c":"x","container.apparmor.security.beta.kubernetes.io/d":"localhost/ok"}})";
constexpr const char* kSeccompAnnotations =
    R"({"annotations":{"container.seccomp.security.alpha.kubernetes.io/c":"unconfined","seccomp.security.alpha.kubernetes.io/pod":"docker/default"}})";

INSTANTIATE_TEST_SUITE_P(
    All, ControlTest,
    ::testing::ValuesIn(std::vector<ControlCase>{
        {"EscalationNull", "allowPrivilegeEscalation", kLatest, "", One("{}"),
         "(Forbidden reason: allowPrivilegeEscalation != false, field error list: "
         "[spec.containers[0].securityContext.allowPrivilegeEscalation is forbidden, forbidden values found: "
         "nil])",
         R"(container "c" must set securityContext.allowPrivilegeEscalation=false)", "c;"},
        {"EscalationFalse", "allowPrivilegeEscalation", kLatest, "",
         One(R"({"allowPrivilegeEscalation":false})"), "", "", ""},
        {"EscalationOnWindows", "allowPrivilegeEscalation", 25, "", Windows(kBare), "", "", ""},
        {"EscalationOnWindowsBefore", "allowPrivilegeEscalation", 24, "", Windows(kBare),
         "(Forbidden reason: allowPrivilegeEscalation != false, field error list: "
         "[spec.containers[0].securityContext.allowPrivilegeEscalation: Required value])",
         R"(container "c" must set securityContext.allowPrivilegeEscalation=false)", "c;"},
        {"AppArmor", "appArmorProfile", kLatest, kAppArmorAnnotations,
         R"({"securityContext":{"appArmorProfile":{"type":"Unconfined"}},"containers":[{"name":"c","securityContext":{"appArmorProfile":{"type":"y"}}}]})",
         "(Forbidden reason: forbidden AppArmor profiles, field error list: "
         "[spec.securityContext.appArmorProfile.type is forbidden, forbidden values found: Unconfined, "
         "spec.containers[0].securityContext.appArmorProfile.type is forbidden, forbidden values found: y, "
         "spec.template.metadata.annotations[container.apparmor.security.beta.kubernetes.io/c] is forbidden, "
         "forbidden values found: x])",
         "pod and container \"c\" and annotation must not set AppArmor profile type to \"Unconfined\", "
         "\"y\", "
         "\"container.apparmor.security.beta.kubernetes.io/c=\"x\"\"",
         "candannotation;"},
        {"AppArmorLocalhost", "appArmorProfile", kLatest, "",
         One(R"({"appArmorProfile":{"type":"Localhost"}})"), "", "", ""},
        {"CapabilitiesBaseline", "capabilities_baseline", kLatest, "",
         One(R"({"capabilities":{"add":["SYS_ADMIN","CHOWN","NET_ADMIN","SYS_ADMIN"]}})"),
         "(Forbidden reason: non-default capabilities, field error list: "
         "[spec.containers[0].securityContext.capabilities.add is forbidden, forbidden values found: "
         "[NET_ADMIN "
         "SYS_ADMIN]])",
         R"(container "c" must not include "NET_ADMIN", "SYS_ADMIN" in securityContext.capabilities.add)",
         "c;"},
        {"CapabilitiesRestricted", "capabilities_restricted", kLatest, "",
         R"({"initContainers":[{"name":"i","securityContext":{"capabilities":{"drop":["ALL"],"add":["CHOWN"]}}}],"containers":[{"name":"c","securityContext":{"capabilities":{"drop":["KILL"]}}},{"name":"d"}]})",
         "(Forbidden reason: unrestricted capabilities, field error list: "
         "[spec.containers[0].securityContext.capabilities.drop is forbidden, forbidden values found: "
         "[KILL], "
         "spec.containers[1].securityContext.capabilities.drop: Required value, "
         "spec.initContainers[0].securityContext.capabilities.add is forbidden, forbidden values found: "
         "[CHOWN]])",
         R"(containers "c", "d" must set securityContext.capabilities.drop=["ALL"]; container "i" must not include "CHOWN" in securityContext.capabilities.add)",
         "c;d;"},
        {"HostNamespaces", "hostNamespaces", kLatest, "",
         R"({"hostIPC":true,"hostPID":true,"hostNetwork":true,"containers":[]})",
         "(Forbidden reason: host namespaces, field error list: [spec.hostNetwork is forbidden, forbidden "
         "values found: "
         "true, spec.hostPID is forbidden, forbidden values found: true, spec.hostIPC is forbidden, "
         "forbidden values "
         "found: true])",
         "hostNetwork=true, hostPID=true, hostIPC=true", ""},
        {"HostPath", "hostPathVolumes", kLatest, "",
         R"({"volumes":[{"name":"a","emptyDir":{}},{"name":"b","hostPath":{"path":"/etc"}},{"name":"d","hostPath":{}}]})",
         "(Forbidden reason: hostPath volumes, field error list: [spec.volumes[1].hostPath is forbidden, "
         "forbidden "
         "values found: /etc, spec.volumes[2].hostPath: Forbidden])",
         R"(volumes "b", "d")", ""},
        {"HostPorts", "hostPorts", kLatest, "",
         R"({"containers":[{"name":"c","ports":[{"hostPort":0},{"hostPort":80},{"hostPort":443}]},{"name":"d","ports":[{"hostPort":80}]}]})",
         "(Forbidden reason: hostPort, field error list: [spec.containers[0].ports[1].hostPort is forbidden, "
         "forbidden "
         "values found: 80, spec.containers[0].ports[2].hostPort is forbidden, forbidden values found: 443, "
         "spec.containers[1].ports[0].hostPort is forbidden, forbidden values found: 80])",
         R"(containers "c", "d" use hostPorts 443, 80)", ""},
        {"HostProbes", "hostProbesAndHostLifecycle", kLatest, "",
         R"({"containers":[{"name":"c","readinessProbe":{"httpGet":{"host":"h"}},"lifecycle":{"preStop":{"tcpSocket":{"host":"g"}}}}]})",
         "(Forbidden reason: probe or lifecycle host, field error list: [])",
         R"(container "c" uses probe or lifecycle hosts "g", "h")", ""},
        {"Privileged", "privileged", kLatest, "",
         R"({"ephemeralContainers":[{"name":"e","securityContext":{"privileged":true}}]})",
         "(Forbidden reason: privileged, field error list: "
         "[spec.ephemeralContainers[0].securityContext.privileged is "
         "forbidden, forbidden values found: true])",
         R"(container "e" must not set securityContext.privileged=true)", "e;"},
        {"PrivilegedNull", "privileged", kLatest, "", One(R"({"privileged":null})"), "", "", ""},
        {"ProcMount", "procMount", kLatest, "", One(R"({"procMount":"Unmasked"})"),
         "(Forbidden reason: procMount, field error list: [spec.containers[0].securityContext.procMount is "
         "forbidden, "
         "forbidden values found: Unmasked])",
         R"(container "c" must not set securityContext.procMount to "Unmasked")", "c;"},
        {"Volumes", "restrictedVolumes", kLatest, "",
         R"({"volumes":[{"name":"a","nfs":{}},{"name":"b"},{"name":"d","secret":{},"hostPath":{}},{"name":"e","hostPath":{"path":"/"}}]})",
         "(Forbidden reason: restricted volume types, field error list: [spec.volumes[0].nfs: Forbidden, "
         "spec.volumes[1].unknown: Forbidden, spec.volumes[3].hostPath: Forbidden])",
         R"(volumes "a", "b", "e" use restricted volume types "hostPath", "nfs", "unknown")", ""},
        {"NonRoot", "runAsNonRoot", kLatest, "",
         R"({"securityContext":{"runAsNonRoot":false},"containers":[{"name":"c","securityContext":{"runAsNonRoot":false}},{"name":"d"},{"name":"e","securityContext":{"runAsNonRoot":true}}]})",
         "(Forbidden reason: runAsNonRoot != true, field error list: [spec.securityContext.runAsNonRoot is "
         "forbidden, "
         "forbidden values found: false, spec.containers[0].securityContext.runAsNonRoot is forbidden, "
         "forbidden values "
         "found: false, spec.containers[1].securityContext.runAsNonRoot: Required value])",
         "pod and container \"c\" must not set securityContext.runAsNonRoot=false\npod or container \"d\" "
         "must set "
         "securityContext.runAsNonRoot=true",
         "c;"},
        {"NonRootByPod", "runAsNonRoot", kLatest, "",
         R"({"securityContext":{"runAsNonRoot":true},"containers":[{"name":"c"}]})", "", "", ""},
        {"User", "runAsUser", kLatest, "",
         R"({"securityContext":{"runAsUser":0},"containers":[{"name":"c","securityContext":{"runAsUser":0}},{"name":"d","securityContext":{"runAsUser":1}}]})",
         "(Forbidden reason: runAsUser=0, field error list: [spec.securityContext.runAsUser is forbidden, "
         "forbidden "
         "values found: 0, spec.containers[0].securityContext.runAsUser is forbidden, forbidden values "
         "found: 0])",
         R"(pod and container "c" must not set runAsUser=0)", "c;"},
        {"SeLinux", "seLinuxOptions", kLatest, "",
         R"({"securityContext":{"seLinuxOptions":{"user":"u"}},"containers":[{"name":"c","securityContext":{"seLinuxOptions":{"type":"spc_t","role":"r"}}}]})",
         "(Forbidden reason: seLinuxOptions, field error list: [spec.securityContext.seLinuxOptions.user is "
         "forbidden, "
         "forbidden values found: u, spec.containers[0].securityContext.seLinuxOptions.type is forbidden, "
         "forbidden "
         "values found: spc_t, spec.containers[0].securityContext.seLinuxOptions.role is forbidden, "
         "forbidden values "
         "found: r])",
         R"(pod and container "c" set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set; role may not be set)",
         ""},
        {"SeLinuxEngine", "seLinuxOptions", 31, "",
         One(R"({"seLinuxOptions":{"type":"container_engine_t"}})"), "", "", ""},
        {"SeLinuxEngineBefore", "seLinuxOptions", 30, "",
         One(R"({"seLinuxOptions":{"type":"container_engine_t"}})"),
         "(Forbidden reason: seLinuxOptions, field error list: "
         "[spec.containers[0].securityContext.seLinuxOptions.type "
         "is forbidden, forbidden values found: container_engine_t])",
         R"(container "c" set forbidden securityContext.seLinuxOptions: type "container_engine_t")", ""},
        {"SeccompAnnotation", "seccompProfile_baseline", 18, kSeccompAnnotations, kBare,
         "(Forbidden reason: seccompProfile, field error list: "
         "[spec.template.metadata.annotations[container.seccomp.security.alpha.kubernetes.io/c] is "
         "forbidden, forbidden "
         "values found: unconfined])",
         R"(forbidden annotation container.seccomp.security.alpha.kubernetes.io/c="unconfined")", ""},
        {"SeccompAnnotationLater", "seccompProfile_baseline", 19, kSeccompAnnotations, kBare, "", "", ""},
        {"SeccompBaseline", "seccompProfile_baseline", kLatest, "",
         R"({"securityContext":{"seccompProfile":{}},"containers":[{"name":"c","securityContext":{"seccompProfile":{"type":"Unconfined"}}}]})",
         "(Forbidden reason: seccompProfile, field error list: [spec.securityContext.seccompProfile.type: "
         "Forbidden, "
         "spec.containers[0].securityContext.seccompProfile.type is forbidden, forbidden values found: "
         "Unconfined])",
         R"(pod and container "c" must not set securityContext.seccompProfile.type to "", "Unconfined")",
         "c;"},
        {"SeccompRestrictedUnset", "seccompProfile_restricted", kLatest, "",
         R"({"containers":[{"name":"c"},{"name":"d","securityContext":{"seccompProfile":{"type":"Localhost"}}}]})",
         "(Forbidden reason: seccompProfile, field error list: "
         "[spec.containers[0].securityContext.seccompProfile.type: "
         "Required value])",
         R"(pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")",
         "c;"},
        {"SeccompRestrictedBad", "seccompProfile_restricted", kLatest, "",
         R"({"securityContext":{"seccompProfile":{"type":"Unconfined"}},"containers":[{"name":"c"}]})",
         "(Forbidden reason: seccompProfile, field error list: [spec.securityContext.seccompProfile.type is "
         "forbidden, "
         "forbidden values found: Unconfined])",
         R"(pod must not set securityContext.seccompProfile.type to "Unconfined")", ""},
        {"SeccompRestrictedByPod", "seccompProfile_restricted", kLatest, "",
         R"({"securityContext":{"seccompProfile":{"type":"RuntimeDefault"}},"containers":[{"name":"c"}]})",
         "", "", ""},
        {"Sysctls", "sysctls", 28, "",
         R"({"securityContext":{"sysctls":[{"name":"kernel.msgmax"},{"name":"net.ipv4.ip_local_reserved_ports"},{"name":"net.ipv4.tcp_fin_timeout"}]}})",
         "(Forbidden reason: forbidden sysctls, field error list: [spec.securityContext.sysctls[0].name is "
         "forbidden, "
         "forbidden values found: kernel.msgmax, spec.securityContext.sysctls[2].name is forbidden, "
         "forbidden values "
         "found: net.ipv4.tcp_fin_timeout])",
         "kernel.msgmax, net.ipv4.tcp_fin_timeout", ""},
        {"SysctlsLater", "sysctls", 32, "",
         R"({"securityContext":{"sysctls":[{"name":"net.ipv4.tcp_fin_timeout"},{"name":"net.ipv4.tcp_rmem"}]}})",
         "", "", ""},
        {"HostProcess", "windowsHostProcess", kLatest, "",
         R"({"securityContext":{"windowsOptions":{"hostProcess":true}},"containers":[{"name":"c","securityContext":{"windowsOptions":{"hostProcess":true}}}]})",
         "(Forbidden reason: hostProcess, field error list: [spec.securityContext.windowsOptions.hostProcess "
         "is "
         "forbidden, forbidden values found: true, "
         "spec.containers[0].securityContext.windowsOptions.hostProcess is "
         "forbidden, forbidden values found: true])",
         R"(pod and container "c" must not set securityContext.windowsOptions.hostProcess=true)", "c;"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace ephor::pss
