#include "source/request_variables.h"

#include <span>
#include <string>
#include <vector>

#include "json/builder.h"
#include "source/csv.h"

namespace ephor::source {
namespace {

// As deep as the values that readers let through.
json::Value Merged(const json::Value& target, const json::Value& value, Arena& arena) {
  if (!target.is_object() || !value.is_object()) return value;
  json::ObjectBuilder merged(arena, target);
  for (const json::Member& member : value.members()) {
    const json::Value* old = target.Find(json::Key(member.key()));
    merged.Set(json::Key(member.key()), old == nullptr ? member.value : Merged(*old, member.value, arena));
  }
  return merged.Build();
}

json::Value WithPath(const json::Value& target, std::span<const std::string> path, const json::Value& value,
                     Arena& arena) {
  if (path.empty()) return Merged(target, value, arena);
  const json::Value object = target.is_object() ? target : json::Value::Object({});
  const json::Key key(arena.Copy(path[0]));
  const json::Value* old = object.Find(key);
  return json::WithMember(
      object, key, WithPath(old == nullptr ? json::Value() : *old, path.subspan(1), value, arena), arena);
}

}  // namespace

Result<json::Value> WithVariable(const json::Value& root, std::string_view path, const json::Value& value,
                                 Arena& arena) {
  std::vector<std::string> names;
  SplitCsvRecord(path, '.', names);
  constexpr std::size_t kMaxNames = 64;
  if (names.size() > kMaxNames) return InvalidInput("variable " + std::string(path) + " has too many parts");
  return WithPath(root, names, value, arena);
}

}  // namespace ephor::source
