// Where the parts of a Pod are that the standards look at.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"

namespace ephor::pss {

enum class ContainerType : std::uint8_t { kInit, kNormal, kEphemeral };

// "initContainers", "containers" or "ephemeralContainers".
std::string_view ListName(ContainerType type);

struct Container {
  const json::Value* object = nullptr;  // the container itself; nullptr for one with nothing but a name
  const json::Value* security_context = nullptr;  // nullptr where there is none
  std::string_view name;
  std::string_view image;
  std::uint32_t index = 0;  // in its list
  ContainerType type = ContainerType::kNormal;
};

// Views into an object; nullptr is "not there", and null values count as such.
struct Pod {
  std::span<const Container> containers;  // init, normal, ephemeral, each in list order
  const json::Value* security_context = nullptr;
  const json::Value* annotations = nullptr;
  const json::Value* spec = nullptr;

  bool IsWindows() const;
};

// The member unless it, or the object, is not there or null.
const json::Value* Present(const json::Value* object, const json::Key& key);
// The string, or "" where there is none.
std::string_view Text(const json::Value* object, const json::Key& key);
bool IsTrue(const json::Value* object, const json::Key& key);

// The Pod of a Pod, of a DaemonSet, Deployment, Job, StatefulSet, ReplicaSet or ReplicationController (its
// template), or of a CronJob (its job's template, but with the job template's metadata, as in the reference).
// Errors (kEvaluation) are the reference's: for other kinds, and for fields the standards read that have a
// type which a Pod does not have there, in the words of Go's JSON decoder.
Result<Pod> PodOf(const json::Value& object, Arena& arena);

// What Go's decoder says of the first wrong type in an object of that kind, or "". The kind must be one of
// the above.
std::string TypeError(const json::Value& object, std::string_view kind);

// Whether the kind's Pod is in spec.template.
bool HasPodTemplate(std::string_view kind);

}  // namespace ephor::pss
