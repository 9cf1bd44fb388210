#include "engine/images.h"

#include <span>

#include "base/number.h"
#include "image/reference.h"
#include "json/builder.h"
#include "pattern/text.h"

namespace ephor::engine {
namespace {

// Where a kind keeps its Pod's spec.
std::span<const json::Key> PodSpecPath(std::string_view kind) {
  static constexpr json::Key kPod[] = {"spec"};
  static constexpr json::Key kTemplate[] = {"spec", "template", "spec"};
  static constexpr json::Key kCronJob[] = {"spec", "jobTemplate", "spec", "template", "spec"};
  if (kind == "Pod") return kPod;
  if (kind == "CronJob") return kCronJob;
  for (std::string_view controller :
       {"DaemonSet", "Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "Job"}) {
    if (kind == controller) return kTemplate;
  }
  return {};
}

json::Value ImageVariable(const image::ImageReference& image, std::string_view pointer, Arena& arena) {
  json::ObjectBuilder members(arena, 8);
  const auto set = [&](const json::Key& key, std::string_view text) {
    if (!text.empty()) members.Set(key, json::Value::String(arena.Copy(text)));
  };
  set("registry", image.registry);
  members.Set("name", json::Value::String(arena.Copy(image.name)));
  members.Set("path", json::Value::String(arena.Copy(image.path)));
  set("tag", image.tag);
  set("digest", image.digest);
  set("reference", image.reference);
  set("referenceWithTag", image.reference_with_tag);
  members.Set("jsonPointer", json::Value::String(arena.Copy(pointer)));
  return members.Build();
}

}  // namespace

Result<std::optional<json::Value>> ExtractImages(const json::Value& object,
                                                 const Configuration& configuration, Arena& arena) {
  const auto path = PodSpecPath(object.StringAt("kind"));
  const json::Value* spec = path.empty() ? nullptr : &object;
  std::string pointer;
  for (const json::Key& key : path) {
    spec = spec->Find(key);
    if (spec == nullptr || spec->is_null()) return std::nullopt;
    if (!spec->is_object()) return Fail(ErrorCode::kEvaluation, "invalid image config");
    pointer += '/';
    pointer += key.text;
  }
  if (spec == nullptr) return std::nullopt;

  json::ObjectBuilder kinds(arena, 3);
  for (const char* kind : {"initContainers", "containers", "ephemeralContainers"}) {
    const json::Value* containers = spec->Find(kind);
    if (containers == nullptr || containers->is_null()) continue;
    if (!containers->is_array()) return Fail(ErrorCode::kEvaluation, "invalid type");
    json::ObjectBuilder images(arena, containers->size());
    for (std::size_t i = 0; i < containers->size(); ++i) {
      const json::Value& container = containers->items()[i];
      if (container.is_null()) continue;
      if (!container.is_object()) return Fail(ErrorCode::kEvaluation, "invalid image config");
      const json::Value* name = container.Find("name");
      if (name == nullptr || !name->is_string()) return Fail(ErrorCode::kEvaluation, "invalid key");
      const std::string_view text = container.StringAt("image");
      if (pattern::TrimSpace(text).empty()) continue;
      auto image = image::ParseReference(text, configuration.registry_defaults(), arena);
      if (!image) {
        return Fail(ErrorCode::kEvaluation,
                    "invalid image '" + std::string(text) + "' (" + image.error().message() + ")");
      }
      const std::string place = pointer + "/" + kind + "/" + std::to_string(i) + "/image";
      images.Set(json::Key(name->as_string()), ImageVariable(*image, place, arena));
    }
    if (!images.empty()) kinds.Set(kind, images.Build());
  }
  if (kinds.empty()) return std::nullopt;
  return kinds.Build();
}

}  // namespace ephor::engine
