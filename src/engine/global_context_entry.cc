#include "engine/global_context_entry.h"

#include "base/quote.h"
#include "engine/context.h"
#include "engine/context_entries/api_call.h"
#include "engine/expression.h"
#include "ports/cluster.h"

namespace ephor::engine {
namespace {

using json::Value;

// "/apis/apps/v1/namespaces/NAMESPACE/deployments".
std::string ListPath(const Value& resource) {
  const std::string_view group = resource.StringAt("group");
  std::string path = group.empty() ? "/api/" : "/apis/" + std::string(group) + "/";
  path += resource.StringAt("version");
  if (const std::string_view in_namespace = resource.StringAt("namespace"); !in_namespace.empty()) {
    path += "/namespaces/" + std::string(in_namespace);
  }
  path += '/';
  path += resource.StringAt("resource");
  return path;
}

Result<GlobalContents> WithProjections(const Value& root, const Value& entry, const ports::World& world,
                                       Arena& arena) {
  GlobalContents contents{.root = root};
  const Value* const projections = entry.Find("spec", "projections");
  if (projections == nullptr || !projections->is_array()) return contents;
  Context context(arena, world);
  for (const Value& projection : projections->items()) {
    const std::string_view name = projection.StringAt("name");
    const Expression query(projection.StringAt("jmesPath"));
    auto value = query.ApplyOnce(root, context);
    if (!value) {
      return InvalidInput("failed to apply projection " + GoQuote(name) + " for GlobalContextEntry " +
                          std::string(entry.StringAt("metadata", "name")) + ": " + value.error().message());
    }
    contents.projections.insert_or_assign(std::string(name), *value);
  }
  return contents;
}

}  // namespace

Result<Value> GlobalContents::Find(std::string_view projection) const {
  if (projection.empty()) return root;
  const auto found = projections.find(projection);
  if (found != projections.end()) return found->second;
  return Fail(ErrorCode::kNotFound, "projection " + GoQuote(projection) + " not found");
}

bool IsGlobalContextEntry(const Value& object) {
  return object.StringAt("kind") == "GlobalContextEntry" &&
         object.StringAt("apiVersion").starts_with("kyverno.io/");
}

Result<GlobalContents> ListGlobalContext(const Value& entry, const ports::World& world, Arena& arena) {
  const Value& resource = *entry.Find("spec", "kubernetesResource");
  const auto list = world.cluster->Call("GET", arena.Copy(ListPath(resource)), Value(), arena);
  if (!list) {
    return InvalidInput("failed to list resources for GlobalContextEntry " +
                        std::string(entry.StringAt("metadata", "name")) + ": " + list.error().message());
  }
  const Value* const items = list->Find("items");
  return WithProjections(items == nullptr ? Value::Array({}) : *items, entry, world, arena);
}

Result<GlobalContents> CallGlobalContext(const Value& entry, const ports::World& world, Arena& arena) {
  const Value& spec = *entry.Find("spec");
  const Value& call = *spec.Find("apiCall");
  const policy::ServiceCall service;
  policy::ContextApiCall read;
  read.call.url_path = call.StringAt("urlPath");
  read.call.service = call.Find("service") == nullptr ? nullptr : &service;
  policy::ContextEntry asked;
  asked.name = entry.StringAt("metadata", "name");
  asked.api_call = &read;
  asked.source = &spec;
  Context context(arena, world);
  EPHOR_ASSIGN(const auto answer, ApiCallEntry(asked, "").Load(context));
  if (!answer) return Fail(ErrorCode::kUnavailable, "there is no API server to ask");
  return WithProjections(*answer, entry, world, arena);
}

}  // namespace ephor::engine
