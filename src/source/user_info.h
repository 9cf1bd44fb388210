// Who makes the requests (kind UserInfo of cli.kyverno.io).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"

namespace ephor::source {

// Views into an arena that the object shares.
struct UserInfo {
  std::vector<std::string_view> roles;  // "namespace:name"
  std::vector<std::string_view> cluster_roles;
  std::string_view username;
  std::string_view uid;
  std::vector<std::string_view> groups;
  const json::Value* user = nullptr;  // the member userInfo as it stands in the file, or nullptr
  bool deprecated_schema = false;     // apiVersion or kind is missing
  std::shared_ptr<Arena> arena = std::make_shared<Arena>(4 << 10);
};

Result<UserInfo> LoadUserInfo(const std::string& path);

}  // namespace ephor::source
