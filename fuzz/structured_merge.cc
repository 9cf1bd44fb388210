// An object and a patch as server-side apply merges them, as the JSON {"object": ..., "patch": ...}. Whatever
// they are, checking and merging end; two that fit the type give one that fits it, and what is merged twice
// is as what is merged once.
#include "engine/cel/structured_merge.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/arena.h"
#include "engine/cel/typed_value.h"
#include "json/parse.h"

namespace {

using ephor::engine::CheckType;
using ephor::engine::MergeTyped;
using ephor::engine::TypedAs;

void Merge(const ephor::json::Value& object, const ephor::json::Value& patch,
           const ephor::kube::Schema& schema, ephor::Arena& arena) {
  ephor::engine::AtomicPaths(patch, schema);
  if (!CheckType(object, schema, TypedAs::kLive, arena)) return;
  if (!CheckType(patch, schema, TypedAs::kPatch, arena)) return;
  const auto merged = MergeTyped(object, patch, schema, arena);
  if (!CheckType(merged, schema, TypedAs::kLive, arena)) std::abort();
  if (!Equal(MergeTyped(merged, patch, schema, arena), merged)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ephor::Arena arena;
  const auto input = ephor::json::Parse({reinterpret_cast<const char*>(data), size}, arena);
  if (!input) return 0;
  const ephor::json::Value* const object = input->Find("object");
  const ephor::json::Value* const patch = input->Find("patch");
  if (object == nullptr || patch == nullptr) return 0;
  Merge(*object, *patch, *ephor::kube::Schema::OfKind({"", "v1", "Pod"}), arena);
  Merge(*object, *patch, ephor::kube::Schema::Any(), arena);
  return 0;
}
