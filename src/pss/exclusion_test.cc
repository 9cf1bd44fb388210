#include "pss/exclusion.h"

#include <gtest/gtest.h>

#include <string>

#include "json/parse.h"
#include "pss/standard.h"

namespace ephor::pss {
namespace {

// The fields of the violations that are left, "" for none.
std::string Left(std::string_view exclude, std::string_view spec, std::string_view level = "restricted") {
  Arena arena;
  const auto object =
      json::Parse(R"({"kind":"Pod","metadata":{"name":"p"},"spec":)" + std::string(spec) + "}", arena);
  const auto rule = json::Parse(
      R"({"level":")" + std::string(level) + R"(","exclude":)" + std::string(exclude) + "}", arena);
  EXPECT_TRUE(object && rule);
  const auto evaluation = Standard::Compile(*rule, arena).Evaluate(*object, arena);
  EXPECT_TRUE(evaluation.has_value());
  std::string left;
  for (const Violation& violation : evaluation->violations) {
    left += std::string(violation.control->id) + ":";
    for (const FieldError& error : violation.errors) left += " " + std::string(error.field);
    left += "\n";
  }
  return left;
}

constexpr std::string_view kPorts =
    R"({"containers":[{"name":"a","image":"nginx:1","ports":[{"hostPort":80}]},{"name":"b","image":"busybox","ports":[{"hostPort":81},{"hostPort":82}]}]})";
constexpr std::string_view kSeccomp =
    R"({"securityContext":{"seccompProfile":{"type":"Unconfined"}},"containers":[{"name":"a","image":"nginx:1","securityContext":{"seccompProfile":{"type":"Unconfined"}}}]})";

TEST(Exclude, ByImagesAndValues) {
  EXPECT_EQ(Left("[]", kPorts, "baseline"),
            "hostPorts: spec.containers[0].ports[0].hostPort spec.containers[1].ports[0].hostPort "
            "spec.containers[1].ports[1].hostPort\n");
  EXPECT_EQ(Left(R"([{"controlName":"Host Ports","images":["*"]}])", kPorts, "baseline"), "");
  EXPECT_EQ(Left(R"([{"controlName":"Host Ports","images":["busy*"]}])", kPorts, "baseline"),
            "hostPorts: spec.containers[0].ports[0].hostPort\n");
  EXPECT_EQ(Left(R"([{"controlName":"Host Ports","images":["*"],"values":["8?"]}])", kPorts, "baseline"), "");
  EXPECT_EQ(Left(R"([{"controlName":"Host Ports","images":["nginx*"],"values":["81"]}])", kPorts, "baseline"),
            Left("[]", kPorts, "baseline"));
  EXPECT_EQ(Left(R"([{"controlName":"Host Ports"}])", kPorts, "baseline"), Left("[]", kPorts, "baseline"));
}

// The error that goes leaves its place to the last one.
TEST(Exclude, TheLastErrorMovesUp) {
  EXPECT_EQ(Left(R"([{"controlName":"Host Ports","images":["nginx*"]}])", kPorts, "baseline"),
            "hostPorts: spec.containers[1].ports[1].hostPort spec.containers[1].ports[0].hostPort\n");
}

TEST(Exclude, ByField) {
  EXPECT_EQ(
      Left(
          R"([{"controlName":"Host Ports","images":["*"],"restrictedField":"spec.containers[*].ports[*].hostPort"}])",
          kPorts, "baseline"),
      "");
  EXPECT_EQ(
      Left(
          R"([{"controlName":"Host Ports","images":["*"],"restrictedField":"spec.initContainers[*].ports[*].hostPort"}])",
          kPorts, "baseline"),
      Left("[]", kPorts, "baseline"));
}

TEST(Exclude, PodAndContainersNeedAnEntryEach) {
  EXPECT_EQ(Left(R"([{"controlName":"Seccomp"}])", kSeccomp, "baseline"),
            "seccompProfile_baseline: spec.containers[0].securityContext.seccompProfile.type\n");
  EXPECT_EQ(Left(R"([{"controlName":"Seccomp","images":["*"]}])", kSeccomp, "baseline"),
            "seccompProfile_baseline: spec.securityContext.seccompProfile.type\n");
  EXPECT_EQ(
      Left(R"([{"controlName":"Seccomp"},{"controlName":"Seccomp","images":["*"]}])", kSeccomp, "baseline"),
      "");
}

TEST(Exclude, AControlMayHaveTwoChecks) {
  const std::string spec =
      R"({"securityContext":{"runAsNonRoot":true,"seccompProfile":{"type":"Localhost"}},"containers":[{"name":"a","image":"n","securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"],"add":["SYS_ADMIN"]}}}]})";
  EXPECT_EQ(Left("[]", spec),
            "capabilities_baseline: spec.containers[0].securityContext.capabilities.add\n"
            "capabilities_restricted: spec.containers[0].securityContext.capabilities.add\n");
  EXPECT_EQ(Left(R"([{"controlName":"Capabilities","images":["n"],"values":["SYS_ADMIN"]}])", spec), "");
}

TEST(Exclude, WithoutFieldErrorsNothingGoes) {
  const std::string spec =
      R"({"containers":[{"name":"a","image":"n","livenessProbe":{"httpGet":{"host":"h"}}}]})";
  EXPECT_EQ(Left(R"([{"controlName":"","images":["*"]},{"controlName":"hostProbesAndHostLifecycle"}])", spec,
                 "baseline"),
            "hostProbesAndHostLifecycle:\n");
}

TEST(CompileExclusions, OddEntriesMeanNothing) {
  EXPECT_EQ(
      Left(
          R"(["x",5,null,{},{"controlName":7},{"controlName":"No such"},{"controlName":"Host Ports","images":"*"}])",
          kPorts, "baseline"),
      Left("[]", kPorts, "baseline"));
  Arena arena;
  EXPECT_TRUE(CompileExclusions(nullptr, arena).empty());
}

}  // namespace
}  // namespace ephor::pss
