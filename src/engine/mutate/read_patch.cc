#include "engine/mutate/read_patch.h"

#include "json/parse.h"
#include "yaml/load.h"

namespace ephor::engine {

Result<json::Value> ReadPatch(std::string_view text, Arena& arena) {
  if (text.starts_with('[')) {
    auto parsed = json::Parse(text, arena);
    if (!parsed) return std::unexpected(std::move(parsed).error().Within("failed to decode patches"));
    return parsed;
  }
  auto loaded = yaml::Load(text, arena);
  if (!loaded) {
    return std::unexpected(std::move(loaded).error().Within("failed to convert patchesJSON6902 to JSON"));
  }
  return loaded;
}

}  // namespace ephor::engine
