#include "convert/sample_request.h"

#include "json/builder.h"

namespace ephor::convert {
namespace {

json::Value Text(std::string_view text) {
  return json::Value::String(text);
}

}  // namespace

engine::Request MakeRequest(const Sample& sample, Arena& arena) {
  engine::Request request;
  request.kind = sample.kind;
  request.resource = {sample.kind.group, sample.kind.version, sample.resource};
  request.subresource = sample.subresource;
  request.operation = sample.operation;
  const bool deletes = sample.operation == "DELETE";
  (deletes ? request.old_object : request.object) = engine::Resource(sample.object);
  request.namespace_ = request.subject().namespace_;
  request.name = request.subject().name;
  request.requester.username = sample.username;
  request.requester.groups = sample.groups;
  request.namespace_labels = sample.namespace_labels;
  request.is_admission = true;

  json::ArrayBuilder groups(arena, sample.groups.size());
  for (std::string_view group : sample.groups) groups.Add(Text(group));
  json::ObjectBuilder user(arena);
  user.Set("username", Text(sample.username));
  if (!sample.groups.empty()) user.Set("groups", groups.Build());
  json::ObjectBuilder kind(arena), resource(arena), variables(arena);
  kind.Set("group", Text(sample.kind.group));
  kind.Set("version", Text(sample.kind.version));
  kind.Set("kind", Text(sample.kind.kind));
  resource.Set("group", Text(sample.kind.group));
  resource.Set("version", Text(sample.kind.version));
  resource.Set("resource", Text(sample.resource));
  variables.Set("kind", kind.Build());
  variables.Set("resource", resource.Build());
  if (!sample.subresource.empty()) variables.Set("subResource", Text(sample.subresource));
  if (!request.name.empty()) variables.Set("name", Text(request.name));
  if (!request.namespace_.empty()) variables.Set("namespace", Text(request.namespace_));
  variables.Set("operation", Text(sample.operation));
  variables.Set("userInfo", user.Build());
  variables.Set("object", deletes ? json::Value() : sample.object);
  variables.Set("oldObject", deletes ? sample.object : json::Value());
  request.variables = variables.Build();
  if (!request.namespace_.empty()) {
    json::ObjectBuilder metadata(arena), object(arena);
    metadata.Set("name", Text(request.namespace_));
    metadata.Set("labels",
                 sample.namespace_labels.is_object() ? sample.namespace_labels : json::Value::Object({}));
    object.Set("metadata", metadata.Build());
    request.namespace_object = object.Build();
  }
  return request;
}

Sample GivenSample(const json::Value& object, const KnownKinds& kinds, std::string_view operation) {
  Sample sample;
  sample.object = object;
  sample.kind = kube::ParseGroupVersionKind(object.StringAt("apiVersion"), object.StringAt("kind"));
  sample.resource = kinds.Find(sample.kind).plural;
  sample.operation = operation;
  sample.username = "somebody";
  return sample;
}

}  // namespace ephor::convert
