#include "source/context_file.h"

#include <algorithm>
#include <tuple>

#include "json/builder.h"
#include "kube/metadata.h"
#include "kube/plural.h"
#include "source/small_file.h"

namespace ephor::source {
namespace {

using json::Value;

ContextImage ReadImage(Fields& fields, Arena& arena) {
  json::ObjectBuilder data(arena);
  // These four always appear, the others only where they say something.
  ContextImage image;
  for (const std::string_view name : {"image", "resolvedImage", "registry", "repository", "tag", "digest"}) {
    const std::string_view text = fields.String(name);
    if (name == "image") image.name = text;
    if (!text.empty() || (name != "tag" && name != "digest")) data.Set(json::Key(name), Value::String(text));
  }
  for (const std::string_view name : {"imageIndex", "manifest", "config"}) {
    const Value* value = fields.Any(name);
    if (value != nullptr && !value->is_null()) data.Set(json::Key(name), *value);
  }
  image.data = data.Build();
  return image;
}

// "deployments.apps", as the API machinery names a group's resource.
std::string GroupResource(std::string_view api_version, std::string_view resource) {
  const std::size_t slash = api_version.find('/');
  std::string text(resource);
  if (slash != std::string_view::npos) text.append(1, '.').append(api_version.substr(0, slash));
  return text;
}

Result<ContextFile> ReadContextFile(const SmallFile& document, ContextFile file) {
  FieldReport report(*document.positions);
  Fields fields(*document.root, report, "");
  fields.String("apiVersion");
  fields.String("kind");
  fields.Object("metadata");
  fields.Nested("spec", [&](Fields& spec) {
    if (const Value* resources = spec.Any("resources"); resources != nullptr && resources->is_array()) {
      file.resources.assign(resources->items().begin(), resources->items().end());
    }
    spec.List("images", [&](Fields& image) { file.images.push_back(ReadImage(image, *file.arena)); });
  });
  fields.Finish();
  EPHOR_TRY(OutcomeOf(report));
  return file;
}

}  // namespace

Result<ContextFile> LoadContextFile(const std::string& path) {
  ContextFile file;
  EPHOR_ASSIGN(const SmallFile document, LoadSmallFile(path, *file.arena));
  return ReadContextFile(document, std::move(file));
}

Result<ContextFile> LoadContextText(std::string_view text) {
  ContextFile file;
  EPHOR_ASSIGN(const SmallFile document, LoadSmallText(text, *file.arena));
  return ReadContextFile(document, std::move(file));
}

ContextCluster::ContextCluster(const std::vector<Value>& objects) {
  entries_.reserve(objects.size());
  for (const Value& object : objects) {
    const kube::Metadata metadata = kube::MetadataOf(object);
    entries_.push_back({object.StringAt("apiVersion"), kube::PluralOf(kube::KindOf(object)),
                        metadata.namespace_, metadata.name, object});
  }
  const auto key = [](const Entry& entry) {
    return std::tie(entry.api_version, entry.resource, entry.namespace_, entry.name);
  };
  std::stable_sort(entries_.begin(), entries_.end(),
                   [&](const Entry& a, const Entry& b) { return key(a) < key(b); });
  // Of two with the same name the later counts.
  const auto first = std::unique(entries_.rbegin(), entries_.rend(),
                                 [&](const Entry& a, const Entry& b) { return key(a) == key(b); });
  entries_.erase(entries_.begin(), first.base());
}

Value ContextCluster::NamespaceLabels(std::string_view name, Arena& arena) const {
  json::ObjectBuilder labels(arena, 1);
  labels.Set("kubernetes.io/metadata.name", Value::String(name));
  return labels.Build();
}

Result<Value> ContextCluster::Call(std::string_view, std::string_view path, const Value&, Arena&) const {
  return Fail(ErrorCode::kUnavailable, "a context file does not answer calls: " + std::string(path));
}

Result<std::optional<Value>> ContextCluster::Get(std::string_view api_version, std::string_view resource,
                                                 std::string_view namespace_, std::string_view name,
                                                 Arena&) const {
  for (const Entry& entry : entries_) {
    if (entry.name == name && entry.namespace_ == namespace_ && entry.resource == resource &&
        entry.api_version == api_version) {
      return std::optional<Value>(entry.object);
    }
  }
  return std::optional<Value>();
}

Result<Value> ContextCluster::List(std::string_view api_version, std::string_view resource,
                                   std::string_view namespace_,
                                   std::span<const std::pair<std::string_view, std::string_view>>,
                                   Arena& arena) const {
  json::ArrayBuilder items(arena);
  bool known = false;
  for (const Entry& entry : entries_) {
    if (entry.resource != resource || entry.api_version != api_version) continue;
    known = true;
    if (entry.namespace_ == namespace_) items.Add(entry.object);
  }
  if (!known) return InvalidInput(GroupResource(api_version, resource) + " resource not found");
  json::ObjectBuilder list(arena, 1);
  list.Set("items", items.Build());
  return list.Build();
}

Result<Value> ContextRegistry::ImageData(std::string_view image, const ports::RegistryAccess&, Arena&) {
  for (const ContextImage& known : images_) {
    if (known.name == image) return known.data;
  }
  return Fail(ErrorCode::kNotFound, "image data for " + std::string(image) + " not found in the context");
}

}  // namespace ephor::source
