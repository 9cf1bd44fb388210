// What registries know of images: image.getMetadata.
#include "cel/eval/context.h"
#include "cel/lib/kyverno/kyverno.h"
#include "ports/registry.h"

namespace ephor::cel::lib::kyverno {
namespace {

constexpr OpaqueType kContextType{"imagedata.Context"};
constexpr Value::OpaqueBox kContext{&kContextType, nullptr};

Value GetMetadata(Call& call, std::span<const Value> args) {
  if (call.context.world.registry == nullptr)
    return call.Fail("there is no registry to ask", ErrorCode::kUnavailable);
  const ports::World& world = call.context.world;
  const Result<json::Value> data =
      world.registry->ImageData(args[1].text(), {.deadline = world.deadline}, call.arena());
  if (!data) return call.Fail("failed to get image data: " + data.error().message(), data.error().code());
  return Value::Json(WithDoubles(*data, call.arena()));
}

constexpr std::string_view kSignature = "imagedata.Context.(string) -> dyn";

constexpr FunctionRow kFunctions[] = {
    Impure({"getMetadata", kSignature, GetMetadata, "image.getMetadata('nginx:1.25').tag == '1.25'"}),
    Impure({"GetMetadata", kSignature, GetMetadata, "image.GetMetadata('nginx:1.25').tag == '1.25'"}),
};
constexpr TypeRow kTypes[] = {{"imagedata.Context", &kContextType}};
constexpr ConstantRow kConstants[] = {{"image", "imagedata.Context", Value::Opaque(&kContext)}};

}  // namespace

const Library& ImageData() {
  static const Library library{"kyverno image data", kFunctions, {}, kTypes, kConstants};
  return library;
}

}  // namespace ephor::cel::lib::kyverno
