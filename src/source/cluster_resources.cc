#include "source/cluster_resources.h"

#include <unistd.h>

#include <climits>
#include <cstdlib>

#include "source/paths.h"
#include "source/small_file.h"
#include "source/text.h"
#include "yaml/load.h"

namespace ephor::source {
namespace {

std::string AbsolutePath(const std::string& path) {
  char directory[PATH_MAX];
  if (path.starts_with('/') || getcwd(directory, sizeof directory) == nullptr) return CleanPath(path);
  return JoinPath(directory, path);
}

}  // namespace

Result<void> LoadCustomKinds(const std::string& path, kube::CustomKinds& kinds) {
  const std::string absolute = AbsolutePath(path);
  if (!IsYamlPath(absolute)) return InvalidInput("CRD file must have .yaml or .yml extension: " + absolute);
  if (access(absolute.c_str(), F_OK) != 0) {
    return InvalidInput("CRD file does not exist at path: " + absolute);
  }
  EPHOR_ASSIGN(const Text text, Text::OfFile(absolute));
  Arena arena;
  yaml::LoadAll(text.bytes(), arena, [&](Result<yaml::Document> document) {
    if (document) kinds.Add(*document->root);
    return true;
  });
  return {};
}

Result<ClusterResourceFile> LoadClusterResources(const std::string& path, Arena& arena) {
  EPHOR_ASSIGN(const SmallFile document, LoadSmallFile(path, arena));
  ClusterResourceFile file;
  FieldReport report(*document.positions);
  Fields fields(*document.root, report, "");
  fields.String("apiVersion");
  fields.String("kind");
  fields.Object("metadata");
  fields.Nested("spec", [&](Fields& spec) {
    file.crds = spec.Strings("crds");
    const json::Value* resources = spec.Any("resources");
    if (resources == nullptr || !resources->is_array()) return;
    for (const json::Value& resource : resources->items()) {
      if (resource.is_object()) file.resources.push_back(resource);
    }
  });
  fields.Finish();
  EPHOR_TRY(OutcomeOf(report));
  return file;
}

}  // namespace ephor::source
