#include "cli/recorded_global_context.h"

#include "base/quote.h"
#include "engine/context.h"
#include "engine/expression.h"
#include "json/builder.h"
#include "source/paths.h"
#include "source/resources.h"

namespace ephor::cli {
namespace {

using json::Value;

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

const Value* Written(const Value& entry, const json::Key& key) {
  const Value* const member = entry.Find(key);
  return member == nullptr || member->is_null() ? nullptr : member;
}

Result<Value> LoadFiles(const Value& files, const std::string& directory, Arena& arena) {
  json::ArrayBuilder objects(arena);
  for (const Value& file : files.items()) {
    source::ResourceInput input;
    auto added = input.AddFile(source::JoinPath(directory, std::string(file.string_or(""))));
    for (const source::ResourceDocument& document : input.documents()) {
      if (!added) break;
      EPHOR_ASSIGN(const auto decoded, source::DecodeResources(document, arena));
      for (const Value& object : decoded) objects.Add(json::DeepCopy(object, arena));
    }
    if (!added) {
      return InvalidInput("error: failed to load globalContextEntries resource files: " +
                          added.error().message());
    }
  }
  return objects.Build();
}

// What projections and policies look at: the data or the list of objects.
Result<Value> RootOf(const std::string& place, const Value& entry, const std::string& directory,
                     Arena& arena) {
  const Value* const data = Written(entry, "data");
  const Value* const resources = Written(entry, "resources");
  const Value* const files = Written(entry, "resourceFiles");
  const int given = (data != nullptr) + (resources != nullptr) + (files != nullptr);
  if (given > 1) return InvalidInput(place + ": data, resources, and resourceFiles are mutually exclusive");
  if (given == 0) return InvalidInput(place + ": one of data, resources, or resourceFiles is required");
  if (files != nullptr) return LoadFiles(*files, directory, arena);
  if (data != nullptr) {
    if (!data->is_object()) return InvalidInput(place + ": data must be a JSON object");
    return *data;
  }
  for (std::size_t i = 0; i < resources->size() && resources->is_array(); ++i) {
    if (resources->items()[i].is_object()) continue;
    return InvalidInput(place + " resources[" + std::to_string(i) +
                        "]: must be a JSON object (Kubernetes resource manifest)");
  }
  return *resources;
}

Result<Value> ValueOf(const Value& entry, Value root, engine::Context& context) {
  const std::string place = "globalContextEntries " + GoQuote(entry.StringAt("name"));
  if (const std::string_view path = entry.StringAt("fieldPath"); !path.empty()) {
    auto found = engine::Expression(path).Apply(root, context);
    if (!found) return std::unexpected(std::move(found).error().Within(place + " fieldPath"));
    root = *found;
  }
  const Value* const projections = Written(entry, "projections");
  if (projections == nullptr || projections->size() == 0) return root;
  json::ObjectBuilder projected(context.arena());
  for (const Value& projection : projections->items()) {
    const std::string_view path = projection.StringAt("path");
    auto found = engine::Expression(path).Apply(root, context);
    if (!found) {
      return std::unexpected(std::move(found).error().Within(
          place + " projection " + GoQuote(projection.StringAt("name")) + " path " + GoQuote(path)));
    }
    projected.Set(json::Key(projection.StringAt("name")), *found);
  }
  return projected.Build();
}

}  // namespace

Result<RecordedGlobalContext> RecordedGlobalContext::Of(const Value& entries, const std::string& directory,
                                                        const ports::World& world, Arena& arena) {
  RecordedGlobalContext recorded;
  if (entries.is_null()) return recorded;
  if (!entries.is_array()) return InvalidInput("globalContextEntries must be a list");
  engine::Context context(arena, world);
  for (const Value& entry : entries.items()) {
    const std::string_view name = entry.StringAt("name");
    if (IsBlank(name)) return InvalidInput("globalContextEntries: name is required");
    if (recorded.entries_.contains(name)) {
      return InvalidInput("globalContextEntries: duplicate name " + GoQuote(name));
    }
    const std::string place = "globalContextEntries entry " + GoQuote(name);
    if (const Value* const projections = Written(entry, "projections"); projections != nullptr) {
      if (!projections->is_array()) return InvalidInput(place + ": projections must be a list");
      for (const Value& projection : projections->items()) {
        const std::string_view projected = projection.StringAt("name");
        if (IsBlank(projected)) return InvalidInput(place + ": projection name is required");
        if (!IsBlank(projection.StringAt("path"))) continue;
        return InvalidInput(place + " projection " + GoQuote(projected) + ": path is required");
      }
    }
    EPHOR_ASSIGN(const Value root, RootOf(place, entry, directory, arena));
    recorded.entries_.emplace(std::string(name), ValueOf(entry, root, context));
  }
  return recorded;
}

Result<std::optional<Value>> RecordedGlobalContext::Entry(std::string_view name, std::string_view projection,
                                                          Arena&) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return std::optional<Value>();
  if (!found->second) return std::unexpected(found->second.error());
  if (projection.empty()) return std::optional<Value>(*found->second);
  const std::string place = "global context mock: projection " + GoQuote(projection);
  if (!found->second->is_object()) {
    return Fail(ErrorCode::kEvaluation, place + " requested but value is not an object");
  }
  const Value* const value = found->second->Find(json::Key(projection));
  if (value == nullptr) return Fail(ErrorCode::kNotFound, place + " not found");
  return std::optional<Value>(*value);
}

}  // namespace ephor::cli
