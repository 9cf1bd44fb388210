#include "engine/cel/image_digests.h"

#include "engine/image_data.h"
#include "engine/images.h"
#include "engine/run.h"

namespace ephor::engine {
namespace {

Result<std::string_view> DigestOf(std::string_view image, const CompiledImagePolicy& policy,
                                  const ports::World& world, Arena& arena) {
  EPHOR_ASSIGN(const json::Value data, ImageDataOf(image, &policy.credentials(), world, arena));
  return data.StringAt("digest");
}

}  // namespace

PinnedImages PinImages(const CompiledImagePolicy& policy, const Request& request,
                       const Configuration& configuration, const ports::World& world, Arena& arena) {
  const auto images = ExtractImages(request.object.object, configuration, arena);
  if (!images) return {.patch = {}, .error = arena.Copy(images.error().message())};
  if (!*images) return {};
  ArenaVector<json::Operation> patch(arena);
  std::string_view failures;
  for (const json::Member& kind : (*images)->members()) {
    for (const json::Member& container : kind.value.members()) {
      const std::string_view image = container.value.StringAt("reference");
      if (!container.value.StringAt("digest").empty()) continue;
      const auto matches = policy.references().Match(image, world, arena);
      if (!matches) return {.patch = {}, .error = arena.Copy(matches.error().message())};
      if (!*matches) continue;
      const auto digest = DigestOf(image, policy, world, arena);
      if (!digest) {
        failures =
            Concat(arena, {failures, failures.empty() ? "" : "; ", "failed to resolve digest for image ",
                           image, ": ", digest.error().message()});
        continue;
      }
      patch.push_back({.op = json::PatchOp::kReplace,
                       .path = container.value.StringAt("jsonPointer"),
                       .from = {},
                       .value = json::Value::String(Concat(arena, {image, "@", *digest}))});
    }
  }
  return {.patch = patch.span(), .error = failures};
}

}  // namespace ephor::engine
