// Names of API types.
#pragma once

#include <string_view>

namespace ephor::kube {

// Views; the group of the core API is "".
struct GroupVersionKind {
  std::string_view group;
  std::string_view version;
  std::string_view kind;

  bool operator==(const GroupVersionKind&) const = default;
};

struct GroupVersionResource {
  std::string_view group;
  std::string_view version;
  std::string_view resource;

  bool operator==(const GroupVersionResource&) const = default;
};

// "apps/v1" and "Deployment"; "v1" has the group "".
constexpr GroupVersionKind ParseGroupVersionKind(std::string_view api_version, std::string_view kind) {
  const auto slash = api_version.find('/');
  if (slash == std::string_view::npos) return {"", api_version, kind};
  return {api_version.substr(0, slash), api_version.substr(slash + 1), kind};
}

}  // namespace ephor::kube
