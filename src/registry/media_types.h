// Media types of manifests.
#pragma once

#include <string_view>

namespace ephor::registry {

inline constexpr std::string_view kOciManifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view kOciIndex = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view kDockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr std::string_view kDockerIndex = "application/vnd.docker.distribution.manifest.list.v2+json";

constexpr bool IsImage(std::string_view media_type) {
  return media_type == kOciManifest || media_type == kDockerManifest;
}
constexpr bool IsIndex(std::string_view media_type) {
  return media_type == kOciIndex || media_type == kDockerIndex;
}

}  // namespace ephor::registry
