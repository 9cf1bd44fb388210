#include "pss/pod.h"

#include <gtest/gtest.h>

#include <string>

#include "json/parse.h"

namespace ephor::pss {
namespace {

// The order of the containers and where they are, or the error.
std::string Containers(std::string_view object) {
  Arena arena;
  const auto value = json::Parse(object, arena);
  EXPECT_TRUE(value.has_value());
  const auto pod = PodOf(*value, arena);
  if (!pod) return pod.error().message();
  std::string text;
  for (const Container& container : pod->containers) {
    text += std::string(ListName(container.type)) + "[" + std::to_string(container.index) +
            "]=" + std::string(container.name) + " ";
  }
  return text + std::to_string(pod->annotations == nullptr ? 0 : pod->annotations->size());
}

TEST(PodOf, FindsThePodOfEachKind) {
  EXPECT_EQ(
      Containers(
          R"({"kind":"Pod","metadata":{"annotations":{"a":"b"}},"spec":{"containers":[{"name":"c"},{"name":"d"}],"initContainers":[{"name":"i"}],"ephemeralContainers":[{"name":"e"}]}})"),
      "initContainers[0]=i containers[0]=c containers[1]=d ephemeralContainers[0]=e 1");
  for (const std::string kind :
       {"DaemonSet", "Deployment", "Job", "StatefulSet", "ReplicaSet", "ReplicationController"}) {
    EXPECT_EQ(
        Containers(
            R"({"kind":")" + kind +
            R"(","spec":{"template":{"metadata":{"annotations":{"a":"b"}},"spec":{"containers":[{"name":"c"}]}}}})"),
        "containers[0]=c 1")
        << kind;
  }
  // The annotations are those of the job's template, not of the Pod's.
  EXPECT_EQ(
      Containers(
          R"({"kind":"CronJob","spec":{"jobTemplate":{"metadata":{"annotations":{"a":"b","c":"d"}},"spec":{"template":{"metadata":{"annotations":{"a":"b"}},"spec":{"containers":[{"name":"c"}]}}}}}})"),
      "containers[0]=c 2");
  EXPECT_EQ(Containers(R"({"kind":"Pod"})"), "0");
  EXPECT_EQ(Containers(R"({"kind":"Pod","spec":null})"), "0");
  EXPECT_EQ(Containers(R"({"kind":"Service"})"), "could not find correct resource type");
  EXPECT_EQ(Containers("[]"), "could not find correct resource type");
}

TEST(PodOf, SaysWhatGoSaysOfWrongTypes) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"kind":"Pod","spec":{"hostNetwork":"x"}})",
       "string into Go struct field PodSpec.spec.hostNetwork of type bool"},
      {R"({"kind":"Pod","spec":{"containers":[{"securityContext":{"privileged":1}}]}})",
       "number into Go struct field SecurityContext.spec.containers.securityContext.privileged of type bool"},
      {R"({"kind":"Pod","spec":{"containers":{}}})",
       "object into Go struct field PodSpec.spec.containers of type []v1.Container"},
      {R"({"kind":"Pod","spec":{"containers":["a"]}})",
       "string into Go struct field PodSpec.spec.containers of type v1.Container"},
      {R"({"kind":"Pod","spec":{"containers":[{"ports":[{"hostPort":99999999999}]}]}})",
       "number 99999999999 into Go struct field ContainerPort.spec.containers.ports.hostPort of type int32"},
      {R"({"kind":"Pod","spec":{"containers":[{"ports":[{"hostPort":1.5}]}]}})",
       "number 1.5 into Go struct field ContainerPort.spec.containers.ports.hostPort of type int32"},
      {R"({"kind":"Job","spec":{"template":{"spec":{"containers":[{"securityContext":{"capabilities":{"add":[1]}}}]}}}})",
       "number into Go struct field "
       "Capabilities.spec.template.spec.containers.securityContext.capabilities.add of type "
       "v1.Capability"},
      {R"({"kind":"Pod","spec":{"containers":[{"env":[{"name":false}]}]}})",
       "bool into Go struct field EnvVar.spec.containers.env.name of type string"},
      {R"({"kind":"Pod","spec":5})", "number into Go struct field Pod.spec of type v1.PodSpec"},
      {R"({"kind":"Pod","metadata":{"annotations":{"a":1}}})",
       "number into Go struct field ObjectMeta.metadata.annotations of type string"},
      {R"({"kind":"Pod","metadata":{"annotations":[]}})",
       "array into Go struct field ObjectMeta.metadata.annotations of type map[string]string"},
      {R"({"kind":"Pod","spec":{"ephemeralContainers":[{"name":1}]}})",
       "number into Go struct field "
       "EphemeralContainer.spec.ephemeralContainers.EphemeralContainerCommon.name of type "
       "string"},
      {R"({"kind":"Pod","spec":{"containers":[{"livenessProbe":{"httpGet":{"host":1}}}]}})",
       "number into Go struct field HTTPGetAction.spec.containers.livenessProbe.ProbeHandler.httpGet.host of "
       "type string"},
  };
  for (const auto& [object, error] : rows) {
    EXPECT_EQ(Containers(object), std::string("json: cannot unmarshal ") + error) << object;
  }
  EXPECT_EQ(Containers(R"({"kind":"Pod","spec":{"containers":[{"resources":{"limits":{"cpu":"1e3m"}}}]}})"),
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
}

}  // namespace
}  // namespace ephor::pss
