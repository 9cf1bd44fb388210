#include "source/user_info.h"

#include "source/fields.h"
#include "source/small_file.h"

namespace ephor::source {
namespace {

std::vector<std::string_view> Copied(Arena& arena, const std::vector<std::string>& strings) {
  std::vector<std::string_view> views;
  for (const std::string& text : strings) views.push_back(arena.Copy(text));
  return views;
}

}  // namespace

Result<UserInfo> LoadUserInfo(const std::string& path) {
  UserInfo info;
  EPHOR_ASSIGN(const SmallFile file, LoadSmallFile(path, *info.arena));
  FieldReport report(*file.positions);
  Fields fields(*file.root, report, "");
  info.deprecated_schema = fields.String("apiVersion").empty();
  info.deprecated_schema = fields.String("kind").empty() || info.deprecated_schema;
  fields.Any("metadata");
  info.roles = Copied(*info.arena, fields.Strings("roles"));
  info.cluster_roles = Copied(*info.arena, fields.Strings("clusterRoles"));
  fields.Nested("userInfo", [&](Fields& user) {
    info.username = user.String("username");
    info.uid = user.String("uid");
    info.groups = Copied(*info.arena, user.Strings("groups"));
    if (const json::Value* extra = user.Object("extra"); extra != nullptr) {
      for (const json::Member& member : extra->members()) {
        if (!member.value.is_array()) user.Complain("extra", "must be an object of lists of strings");
      }
    }
  });
  info.user = fields.Has("userInfo") ? fields.Any("userInfo") : nullptr;
  fields.Finish();
  EPHOR_TRY(OutcomeOf(report));
  return info;
}

}  // namespace ephor::source
