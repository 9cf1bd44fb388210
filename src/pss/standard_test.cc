#include "pss/standard.h"

#include <gtest/gtest.h>

#include <string>

#include "base/testing_allocations.h"
#include "json/parse.h"

namespace ephor::pss {
namespace {

// The message of a rule named "r" for an object, or the error.
std::string Message(std::string_view pod_security, std::string_view object) {
  Arena arena;
  const json::Value value = *json::Parse(object, arena);
  const Standard standard = Standard::Compile(*json::Parse(pod_security, arena), arena);
  const auto evaluation = standard.Evaluate(value, arena);
  if (!evaluation) return "error: " + evaluation.error().message();
  std::string message;
  if (evaluation->violations.empty()) {
    Standard::AppendPass("r", message);
  } else {
    standard.AppendFailure("r", value.StringAt("kind"), evaluation->violations, message);
  }
  return message;
}

constexpr std::string_view kCleanSpec =
    R"({"securityContext":{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}},"containers":[{"name":"web","image":"nginx","securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"],"add":["NET_BIND_SERVICE"]}},"ports":[{"containerPort":80}]}],"volumes":[{"name":"v","emptyDir":{}}]})";

std::string PodWith(std::string_view spec) {
  return R"({"kind":"Pod","metadata":{"name":"p","annotations":{"a":"b"}},"spec":)" + std::string(spec) + "}";
}

struct StandardCase {
  const char* name;
  std::string pod_security;
  std::string object;
  std::string message;
};

class StandardTest : public ::testing::TestWithParam<StandardCase> {};
TEST_P(StandardTest, Says) {
  EXPECT_EQ(Message(GetParam().pod_security, GetParam().object), GetParam().message);
}

constexpr const char* kHostNetwork = R"({"hostNetwork":true,"containers":[{"name":"c"}]})";

INSTANTIATE_TEST_SUITE_P(
    Objects, StandardTest,
    ::testing::ValuesIn<StandardCase>({
        {"CleanPod", R"({"level":"restricted","version":"latest"})", PodWith(kCleanSpec),
         "Validation rule 'r' passed."},
        {"BaselineLooksAtBaselineOnly", R"({"level":"baseline"})",
         PodWith(R"({"containers":[{"name":"c"}]})"), "Validation rule 'r' passed."},
        {"PrivilegedAllowsEverything", R"({"level":"privileged"})", PodWith(kHostNetwork),
         "Validation rule 'r' passed."},
        {"VersionAsWritten", R"({"level":"baseline","version":"v1.24"})", PodWith(kHostNetwork),
         R"(Validation rule 'r' failed. It violates PodSecurity "baseline:v1.24": (Forbidden reason: host namespaces, field error list: [spec.hostNetwork is forbidden, forbidden values found: true]))"},
        {"NoVersion", R"({"level":"baseline"})", PodWith(kHostNetwork),
         R"(Validation rule 'r' failed. It violates PodSecurity "baseline:": (Forbidden reason: host namespaces, field error list: [spec.hostNetwork is forbidden, forbidden values found: true]))"},
        {"EverythingMissing", R"({"level":"restricted","version":"latest"})",
         PodWith(R"({"containers":[{"name":"c"}]})"),
         R"(Validation rule 'r' failed. It violates PodSecurity "restricted:latest": )"
         R"((Forbidden reason: allowPrivilegeEscalation != false, field error list: [spec.containers[0].securityContext.allowPrivilegeEscalation: Required value]))"
         R"((Forbidden reason: unrestricted capabilities, field error list: [spec.containers[0].securityContext.capabilities.drop: Required value]))"
         R"((Forbidden reason: runAsNonRoot != true, field error list: [spec.containers[0].securityContext.runAsNonRoot: Required value]))"
         R"((Forbidden reason: seccompProfile, field error list: [spec.containers[0].securityContext.seccompProfile.type: Required value]))"},
        {"Deployment", R"({"level":"baseline","version":"latest"})",
         R"({"kind":"Deployment","spec":{"template":{"metadata":{"annotations":{"container.apparmor.security.beta.kubernetes.io/c":"unconfined"}},"spec":)" +
             std::string(kHostNetwork) + "}}}",
         R"(Validation rule 'r' failed. It violates PodSecurity "baseline:latest": )"
         R"((Forbidden reason: forbidden AppArmor profile, field error list: [spec.template.metadata.annotations[container.apparmor.security.beta.kubernetes.io/c] is forbidden, forbidden values found: unconfined]))"
         R"((Forbidden reason: host namespaces, field error list: [spec.template.spec.hostNetwork is forbidden, forbidden values found: true]))"},
        {"CronJob", R"({"level":"baseline","version":"latest"})",
         R"({"kind":"CronJob","spec":{"jobTemplate":{"spec":{"template":{"spec":)" +
             std::string(kHostNetwork) + "}}}}}",
         R"(Validation rule 'r' failed. It violates PodSecurity "baseline:latest": (Forbidden reason: host namespaces, field error list: [spec.jobTemplate.spec.template.spec.hostNetwork is forbidden, forbidden values found: true]))"},
        {"NoFieldErrors", R"({"level":"baseline","version":"latest"})",
         PodWith(R"({"containers":[{"name":"c","livenessProbe":{"tcpSocket":{"host":"h","port":1}}}]})"),
         R"(Validation rule 'r' failed. It violates PodSecurity "baseline:latest": (Forbidden reason: probe or lifecycle host, field error list: []))"},
        {"OtherKind", R"({"level":"baseline"})", R"({"kind":"Service","spec":{}})",
         "error: Error while getting new resource: could not find correct resource type"},
        {"WrongType", R"({"level":"baseline"})", PodWith(R"({"hostNetwork":"yes"})"),
         "error: Error while getting new resource: json: cannot unmarshal string into Go struct field "
         "PodSpec.spec.hostNetwork of type bool"},
        {"BadVersion", R"({"level":"baseline","version":"1.24"})", PodWith(kHostNetwork),
         R"(error: failed to parse pod security api version: must be "latest" or "v1.x")"},
        {"VersionWithLeadingZero", R"({"level":"baseline","version":"v1.01"})", PodWith(kHostNetwork),
         R"(error: failed to parse pod security api version: must be "latest" or "v1.x")"},
        {"HugeVersion", R"({"level":"baseline","version":"v1.99999999999"})", PodWith(kCleanSpec),
         "Validation rule 'r' passed."},
        {"NoSpec", R"({"level":"restricted"})", R"({"kind":"Pod"})", "Validation rule 'r' passed."},
        {"OwnExclusions",
         R"({"level":"baseline","exclude":[{"controlName":"Host Namespaces"},{"controlName":"Capabilities","images":["ghcr.io/*"],"values":["SYS_*"]}]})",
         PodWith(
             R"({"hostNetwork":true,"containers":[{"name":"c","image":"ghcr.io/a:1","securityContext":{"capabilities":{"add":["SYS_ADMIN"]}}}]})"),
         "Validation rule 'r' passed."},
    }),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Standard, ExceptionsForgiveMore) {
  Arena arena;
  const json::Value object = *json::Parse(PodWith(kHostNetwork), arena);
  const json::Value rule = *json::Parse(R"({"level":"baseline"})", arena);
  const json::Value exception = *json::Parse(R"([{"controlName":"Host Namespaces"}])", arena);
  const Standard standard = Standard::Compile(rule, arena);
  auto evaluation = standard.Evaluate(object, arena);
  ASSERT_TRUE(evaluation.has_value());
  ASSERT_EQ(evaluation->violations.size(), 1u);
  EXPECT_EQ(evaluation->violations[0].control->name, "Host Namespaces");
  standard.Exclude(CompileExclusions(&exception, arena), *evaluation, arena);
  EXPECT_TRUE(evaluation->violations.empty());
}

TEST(Standard, CleanPodsCostNoHeapAllocation) {
  Arena policy_arena, arena;
  const json::Value object = *json::Parse(PodWith(kCleanSpec), policy_arena);
  const json::Value rule = *json::Parse(
      R"({"level":"restricted","version":"latest","exclude":[{"controlName":"Capabilities","images":["*"]}]})",
      policy_arena);
  const Standard standard = Standard::Compile(rule, policy_arena);
  ASSERT_TRUE(standard.Evaluate(object, arena).has_value());  // warms the arena
  arena.Reset();
  const std::uint64_t before = AllocationsOfThread();
  const auto evaluation = standard.Evaluate(object, arena);
  EXPECT_EQ(AllocationsOfThread() - before, 0u);
  EXPECT_TRUE(evaluation->violations.empty());
}

}  // namespace
}  // namespace ephor::pss
