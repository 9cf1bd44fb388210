#include "image/reference.h"
#include "jmespath/functions/families.h"

namespace ephor::jmespath::functions {

Result<Value> ImageNormalize(Invocation& in) {
  if (!in.Charge(1 + in[0].size())) return in.OutOfBudget();
  const auto reference = image::ParseReference(
      in.text(0), {.registry = in.env().default_registry, .show = in.env().show_default_registry},
      in.arena());
  if (!reference) return in.Fail(reference.error().message());
  return Value::String(reference->reference);
}

}  // namespace ephor::jmespath::functions
