#include "pss/pod.h"

#include <algorithm>
#include <iterator>

namespace ephor::pss {
namespace {

using json::Key;
using json::Value;

constexpr Key kContainerLists[] = {"initContainers", "containers",
                                   "ephemeralContainers"};  // as in ContainerType

const Value* Items(const Value* spec, ContainerType type) {
  const Value* const list = Present(spec, kContainerLists[static_cast<std::size_t>(type)]);
  return list != nullptr && list->is_array() ? list : nullptr;
}

std::span<const Container> ContainersOf(const Value* spec, Arena& arena) {
  constexpr ContainerType kTypes[] = {ContainerType::kInit, ContainerType::kNormal,
                                      ContainerType::kEphemeral};
  std::size_t count = 0;
  for (const ContainerType type : kTypes) {
    if (const Value* const list = Items(spec, type)) count += list->size();
  }
  ArenaVector<Container> containers(arena, count);
  for (const ContainerType type : kTypes) {
    const Value* const list = Items(spec, type);
    if (list == nullptr) continue;
    for (std::uint32_t i = 0; i < list->size(); ++i) {
      const Value* const object = &list->items()[i];
      containers.push_back({.object = object,
                            .security_context = Present(object, "securityContext"),
                            .name = Text(object, "name"),
                            .image = Text(object, "image"),
                            .index = i,
                            .type = type});
    }
  }
  return containers.span();
}

}  // namespace

std::string_view ListName(ContainerType type) {
  return kContainerLists[static_cast<std::size_t>(type)].text;
}

const Value* Present(const Value* object, const Key& key) {
  if (object == nullptr) return nullptr;
  const Value* const member = object->Find(key);
  return member != nullptr && !member->is_null() ? member : nullptr;
}

std::string_view Text(const Value* object, const Key& key) {
  const Value* const member = Present(object, key);
  return member != nullptr ? member->string_or("") : std::string_view();
}

bool IsTrue(const Value* object, const Key& key) {
  const Value* const member = Present(object, key);
  return member != nullptr && member->is_bool() && member->as_bool();
}

bool Pod::IsWindows() const {
  return Text(Present(spec, "os"), "name") == "windows";
}

bool HasPodTemplate(std::string_view kind) {
  constexpr std::string_view kKinds[] = {"DaemonSet",   "Deployment", "Job",
                                         "StatefulSet", "ReplicaSet", "ReplicationController"};
  return std::find(std::begin(kKinds), std::end(kKinds), kind) != std::end(kKinds);
}

Result<Pod> PodOf(const Value& object, Arena& arena) {
  const std::string_view kind = object.StringAt("kind");
  const Value* metadata = Present(&object, "metadata");
  const Value* spec = Present(&object, "spec");
  if (HasPodTemplate(kind)) {
    const Value* const pod_template = Present(spec, "template");
    metadata = Present(pod_template, "metadata");
    spec = Present(pod_template, "spec");
  } else if (kind == "CronJob") {
    const Value* const job_template = Present(spec, "jobTemplate");
    metadata = Present(job_template, "metadata");
    spec = Present(Present(Present(job_template, "spec"), "template"), "spec");
  } else if (kind != "Pod") {
    return Fail(ErrorCode::kEvaluation, "could not find correct resource type");
  }
  if (std::string error = TypeError(object, kind); !error.empty()) {
    return Fail(ErrorCode::kEvaluation, std::move(error));
  }
  return Pod{.containers = ContainersOf(spec, arena),
             .security_context = Present(spec, "securityContext"),
             .annotations = Present(metadata, "annotations"),
             .spec = spec};
}

}  // namespace ephor::pss
