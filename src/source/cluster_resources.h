// What commands are told of a cluster in files: custom resource definitions, and ClusterResource documents.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"
#include "kube/custom_kinds.h"

namespace ephor::source {

// Adds the definitions of a file, which must exist and be named .yaml or .yml; other documents are passed
// over, also those that cannot be read.
Result<void> LoadCustomKinds(const std::string& path, kube::CustomKinds& kinds);

// A ClusterResource of cli.kyverno.io: objects of a cluster, and files of a definition each.
struct ClusterResourceFile {
  std::vector<std::string> crds;       // as written
  std::vector<json::Value> resources;  // in the arena
};

Result<ClusterResourceFile> LoadClusterResources(const std::string& path, Arena& arena);

}  // namespace ephor::source
