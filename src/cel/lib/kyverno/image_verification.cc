// Signatures and attestations of images, in ImageValidatingPolicies.
#include "cel/eval/context.h"
#include "cel/lib/kyverno/kyverno.h"
#include "ports/registry.h"

namespace ephor::cel::lib::kyverno {
namespace {

// Never a number that a policy could take for success.
Value NotVerified(Call& call, std::span<const Value>) {
  return call.Fail("signatures of images are not verified in this version", ErrorCode::kUnavailable);
}

Value GetImageData(Call& call, std::span<const Value> args) {
  if (call.context.world.registry == nullptr)
    return call.Fail("there is no registry to ask", ErrorCode::kUnavailable);
  const ports::World& world = call.context.world;
  const Result<json::Value> data =
      world.registry->ImageData(args[0].text(), {.deadline = world.deadline}, call.arena());
  if (!data) return call.Fail(data.error());
  return Value::Json(WithDoubles(*data, call.arena()));
}

constexpr FunctionRow kFunctions[] = {
    Impure({"verifyImageSignatures", "(string, list(dyn)) -> int", NotVerified, ""}),
    Impure({"verifyAttestationSignatures", "(string, string, list(dyn)) -> int", NotVerified, ""}),
    Impure({"extractPayload", "(string, string) -> dyn", NotVerified, ""}),
    Impure({"getImageData", "(string) -> dyn", GetImageData, "getImageData('nginx:1.25').tag == '1.25'"}),
};

}  // namespace

const Library& ImageVerification() {
  static const Library library{"kyverno image verification", kFunctions};
  return library;
}

}  // namespace ephor::cel::lib::kyverno
