#include "convert/sample_sources.h"

#include <algorithm>
#include <string>

#include "json/builder.h"
#include "kube/gvk.h"
#include "kube/schema.h"
#include "pattern/wildcard.h"
#include "policy/variable_text.h"

namespace ephor::convert {
namespace {

json::Value Text(std::string_view text) {
  return json::Value::String(text);
}

// Something that a field of the type can hold.
json::Value Something(const kube::Schema& schema, Arena& arena) {
  switch (schema.kind()) {
    case kube::Schema::Kind::kNumeric:
      return json::Value::Int(3);
    case kube::Schema::Kind::kBoolean:
      return json::Value::Bool(true);
    case kube::Schema::Kind::kList: {
      json::ArrayBuilder list(arena, 1);
      list.Add(Something(schema.Element(), arena));
      return list.Build();
    }
    case kube::Schema::Kind::kMap:
      return json::WithMember(json::Value::Object({}), "key", Something(schema.Element(), arena), arena);
    case kube::Schema::Kind::kObject:
      return json::Value::Object({});
    default:
      return Text("something");
  }
}

struct Id {
  std::string_view api_version, kind, namespace_, name;
};

// With all that an API server writes into it, and with all its fields or none.
json::Value Source(const Id& id, const json::Value& labels, Choices& choices, Arena& arena) {
  json::ObjectBuilder metadata(arena), object(arena);
  metadata.Set("name", Text(id.name));
  if (!id.namespace_.empty()) metadata.Set("namespace", Text(id.namespace_));
  metadata.Set("uid", Text("of-the-source"));
  metadata.Set("resourceVersion", Text("7"));
  metadata.Set("creationTimestamp", Text("2024-01-01T00:00:00Z"));
  const bool full = choices.Choose(2) == 0;
  if (full || labels.size() > 0) metadata.Set("labels", labels);
  object.Set("apiVersion", Text(id.api_version));
  object.Set("kind", Text(id.kind));
  if (full) {
    metadata.Set("annotations", json::WithMember(json::Value::Object({}), "note", Text("b"), arena));
    const auto schema = kube::Schema::OfKind(kube::ParseGroupVersionKind(id.api_version, id.kind));
    if (!schema) object.Set("data", json::WithMember(json::Value::Object({}), "key", Text("a"), arena));
    for (const std::string_view field : schema ? schema->FieldNames() : std::vector<std::string_view>()) {
      if (field != "apiVersion" && field != "kind" && field != "metadata")
        object.Set(field, Something(*schema->Field(field), arena));
    }
  }
  object.Set("metadata", metadata.Build());
  return object.Build();
}

// The text, or one of others where a variable stands in it.
}  // namespace

std::string_view NameFor(std::string_view written, std::span<const std::string_view> others, Choices& choices,
                         Arena& arena) {
  if (!written.empty() && !policy::HasVariables(written)) {
    if (!pattern::HasWildcard(written)) return written;
    std::string example(written);
    std::ranges::replace_if(example, [](char c) { return c == '*' || c == '?'; }, 'x');
    return arena.Copy(example);
  }
  // What fields hold of which nothing in particular is read.
  const std::size_t chosen = choices.Choose(others.size() + 1);
  return chosen < others.size() ? others[chosen] : "plain";
}

namespace {

json::Value Labels(policy::StringMap of, std::span<const std::string_view> names, Choices& choices,
                   Arena& arena) {
  json::ObjectBuilder labels(arena);
  for (const policy::StringPair& pair : of)
    labels.Set(pair.key, Text(NameFor(pair.value, names, choices, arena)));
  return labels.Build();
}

}  // namespace

std::span<const json::Value> MakeSources(const policy::GeneratePattern& pattern,
                                         std::span<const std::string_view> names,
                                         std::span<const std::string_view> namespaces, Choices& choices,
                                         Arena& arena) {
  ArenaVector<json::Value> sources(arena);
  const json::Value other = json::WithMember(json::Value::Object({}), "other", Text("label"), arena);
  if (!pattern.clone.name.empty()) {
    const policy::ResourceSpec& target = pattern.resource;
    if (choices.Choose(3) == 2) return {};
    sources.push_back(Source(
        {target.api_version, target.kind, NameFor(pattern.clone.namespace_, namespaces, choices, arena),
         NameFor(pattern.clone.name, names, choices, arena)},
        other, choices, arena));
    return sources.span();
  }
  const policy::CloneList& list = pattern.clone_list;
  const policy::StringMap selected =
      list.selector == nullptr ? policy::StringMap() : list.selector->match_labels;
  for (const std::string_view kind : list.kinds) {
    const std::size_t slash = kind.rfind('/');
    if (slash == std::string_view::npos) continue;
    const std::string_view namespace_ = NameFor(list.namespace_, namespaces, choices, arena);
    const json::Value labels = Labels(selected, names, choices, arena);
    for (const auto& [name, own] :
         {std::pair("first", labels), std::pair("second", other), std::pair("third", labels)}) {
      if (choices.Choose(2) == 1) continue;
      sources.push_back(
          Source({kind.substr(0, slash), kind.substr(slash + 1), namespace_, name}, own, choices, arena));
    }
  }
  return sources.span();
}

}  // namespace ephor::convert
