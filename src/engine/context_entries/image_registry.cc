#include "engine/context_entries/image_registry.h"

#include <string>

#include "engine/expression.h"
#include "engine/image_data.h"
#include "json/builder.h"
#include "json/write.h"

namespace ephor::engine {
namespace {

json::Value MemberOf(const json::Value& data, std::string_view name) {
  const json::Value* const found = data.Find(json::Key(name));
  return found == nullptr ? json::Value() : *found;
}

// A tag beside a digest shows: "latest@sha256:...".
std::string IdentifierOf(std::string_view image, std::string_view identifier) {
  const std::size_t at = image.find('@');
  const std::string_view named = image.substr(0, at);
  const std::size_t colon = named.rfind(':');
  const bool has_tag = colon != std::string_view::npos && named.find('/', colon) == std::string_view::npos;
  if (at == std::string_view::npos || !has_tag) return std::string(identifier);
  return std::string(image.substr(colon + 1, at - colon - 1)) + "@" + std::string(identifier);
}

// The names that such entries have had before CEL had others.
json::Value EntryOf(const json::Value& data, std::string_view image, Arena& arena) {
  std::string resolved(data.StringAt("registry"));
  resolved.append("/").append(data.StringAt("repository")).append("@").append(data.StringAt("digest"));
  json::ObjectBuilder entry(arena, 8);
  entry.Set("image", json::Value::String(arena.Copy(image)));
  entry.Set("resolvedImage", json::Value::String(arena.Copy(resolved)));
  entry.Set("registry", MemberOf(data, "registry"));
  entry.Set("repository", MemberOf(data, "repository"));
  entry.Set("identifier", json::Value::String(arena.Copy(IdentifierOf(image, data.StringAt("identifier")))));
  entry.Set("manifestList", MemberOf(data, "imageIndex"));
  entry.Set("manifest", MemberOf(data, "manifest"));
  entry.Set("configData", MemberOf(data, "config"));
  return entry.Build();
}

}  // namespace

ImageRegistryEntry::ImageRegistryEntry(std::string_view name, const policy::ImageRegistry& source)
    : Loader(name),
      source_(source),
      reference_(json::Value::String(source.reference)),
      path_(json::Value::String(source.jmes_path)) {}

Result<std::optional<json::Value>> ImageRegistryEntry::Load(Context& context) const {
  if (context.world().registry == nullptr) return std::optional<json::Value>();
  const auto failed = [&](std::string_view text, const Error& error) {
    return Fail(error.code(), "failed to substitute variables in context entry " + std::string(name()) + " " +
                                  std::string(text) + ": " + error.message());
  };
  const auto reference = reference_.Substitute(context);
  if (!reference) return failed(source_.reference, reference.error());
  if (!reference->is_string()) {
    return Fail(ErrorCode::kEvaluation, "invalid image reference " + json::ToString(*reference) +
                                            ", image reference must be a string");
  }
  const auto path = path_.Substitute(context);
  if (!path) return failed(source_.jmes_path, path.error());

  const std::string_view image = reference->as_string();
  const auto data = ImageDataOf(image, source_.credentials, context.world(), context.arena());
  if (!data) {
    return Fail(data.error().code(), "failed to fetch image descriptor: " + std::string(image) +
                                         ", error: " + data.error().message());
  }
  const json::Value entry = EntryOf(*data, image, context.arena());
  if (path->string_or("").empty()) return std::optional<json::Value>(entry);
  const Expression query(path->string_or(""));
  const auto value = query.ApplyOnce(entry, context);
  if (value) return std::optional<json::Value>(*value);
  return Fail(value.error().code(), "failed to apply JMESPath (" + std::string(source_.jmes_path) +
                                        ") results to context entry " + std::string(name()) +
                                        ", error: " + value.error().message());
}

}  // namespace ephor::engine
