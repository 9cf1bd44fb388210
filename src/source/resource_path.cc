#include "source/resource_path.h"

#include <algorithm>
#include <vector>

namespace ephor::source {

Result<ResourcePath> ResourcePath::Parse(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    if (slash > at) parts.push_back(path.substr(at, slash - at));
    at = slash + 1;
  }
  const auto refuse = [path] {
    const std::string_view shown = path.starts_with('/') ? path.substr(1) : path;
    return Fail(ErrorCode::kUnavailable, "failed to parse path: " + std::string(shown));
  };
  if (path.find('?') != std::string_view::npos || parts.empty()) return refuse();

  ResourcePath result;
  std::size_t next = 0;
  if (parts[0] == "api" && parts.size() >= 3) {
    result.version = parts[1];
    next = 2;
  } else if (parts[0] == "apis" && parts.size() >= 4) {
    result.group = parts[1];
    result.version = parts[2];
    next = 3;
  } else {
    return refuse();
  }
  // ".../namespaces/x" alone is the namespace itself.
  if (parts[next] == "namespaces" && parts.size() > next + 2) {
    result.namespace_ = parts[next + 1];
    next += 2;
  }
  result.resource = parts[next];
  if (parts.size() > next + 1) result.name = parts[next + 1];
  if (parts.size() > next + 2) return refuse();
  return result;
}

std::string ResourcePath::ApiVersion() const {
  return group.empty() ? std::string(version) : std::string(group) + "/" + std::string(version);
}

}  // namespace ephor::source
