#include "cli/payload.h"

#include "cli/jp_query.h"
#include "json/builder.h"
#include "json/parse.h"
#include "source/text.h"
#include "yaml/load.h"

namespace ephor::cli {

Result<json::Value> LoadPayload(const std::string& path, Arena& arena) {
  EPHOR_ASSIGN(const source::Text file, source::Text::OfFile(path));
  const std::string_view text = arena.Copy(file.bytes());
  if (path.ends_with(".json")) {
    EPHOR_ASSIGN(const json::Value parsed, json::Parse(text, arena));
    return WithDoubles(parsed, arena);
  }
  if (path.ends_with(".yaml") || path.ends_with(".yml")) return yaml::Load(text, arena);
  return InvalidInput("unrecognized payload format, must be yaml or json (" + path + ")");
}

Result<json::Value> LoadAuthorizerRequest(const std::string& path, Arena& arena) {
  EPHOR_ASSIGN(const source::Text file, source::Text::OfFile(path));
  return json::Parse(file.bytes(), arena);
}

}  // namespace ephor::cli
