#include "json/builder.h"
#include "report/explanation.h"

namespace ephor::report {
namespace {

using json::Value;

void SetText(json::ObjectBuilder& object, std::string_view key, std::string_view text) {
  if (!text.empty()) object.Set(json::Key(key), Value::String(text));
}

Value PlaceValue(const engine::Place* place, std::string_view path, Arena& arena) {
  json::ObjectBuilder object(arena, 4);
  if (place != nullptr) {
    SetText(object, "file", place->file);
    if (place->position.line != 0) {
      object.Set("line", Value::Int(place->position.line));
      object.Set("column", Value::Int(place->position.column));
    }
  }
  SetText(object, "path", path);
  return object.Build();
}

Value DetailsValue(const std::vector<engine::TraceDetail>& details, Arena& arena) {
  json::ObjectBuilder object(arena, details.size());
  for (const engine::TraceDetail& detail : details) object.Set(json::Key(detail.name), detail.value);
  return object.Build();
}

}  // namespace

Value ExplanationValue(const engine::TraceNode& root, Arena& arena) {
  json::ObjectBuilder object(arena);
  SetText(object, "kind", ToString(root.kind));
  SetText(object, "name", root.name);
  SetText(object, "verdict", ToString(root.verdict));
  SetText(object, "message", root.message);
  SetText(object, "text", root.text);
  if (!root.details.empty()) object.Set("details", DetailsValue(root.details, arena));
  if (root.policy != nullptr) object.Set("policy", PlaceValue(root.policy, root.policy->path, arena));
  if (root.resource != nullptr || !root.resource_path.empty()) {
    object.Set("resource", PlaceValue(root.resource, root.resource_path, arena));
  }
  if (!root.children.empty()) {
    json::ArrayBuilder steps(arena, root.children.size());
    for (const engine::TraceNode& child : root.children) steps.Add(ExplanationValue(child, arena));
    object.Set("steps", steps.Build());
  }
  return object.Build();
}

}  // namespace ephor::report
