// An object and a strategic merge patch with anchors, as the JSON {"object": ..., "patch": ...}. Whatever
// they are, merging ends, gives the same again, and the difference between the object and the result leads
// from the one to the other.
#include "engine/mutate/strategic_merge.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/arena.h"
#include "engine/mutate/strategic_overlay.h"
#include "json/parse.h"
#include "json/patch.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using ephor::engine::StrategicMerge;
  using ephor::engine::StrategicOverlay;
  ephor::Arena arena;
  const auto input = ephor::json::Parse({reinterpret_cast<const char*>(data), size}, arena);
  if (!input) return 0;
  const ephor::json::Value* const object = input->Find("object");
  const ephor::json::Value* const patch = input->Find("patch");
  if (object == nullptr || !object->is_object() || patch == nullptr) return 0;

  const auto overlay = StrategicOverlay::Compile(*patch, arena);
  if (!overlay) return 0;
  const auto resolved = overlay->Resolve(*object, arena);
  if (!resolved || !*resolved) return 0;
  const auto merged = StrategicMerge(*object, **resolved, arena);
  const auto again = StrategicMerge(*object, **resolved, arena);
  if (merged.has_value() != again.has_value()) std::abort();
  if (!merged) return 0;
  if (!Equal(*merged, *again)) std::abort();

  const auto difference = ephor::json::Diff(*object, *merged, arena);
  if (Equal(*object, *merged) != difference.empty()) std::abort();
  // Empty keys are no tokens of a pointer for the library that applies patches, nor are patches without end.
  const auto rebuilt = ephor::json::ApplyPatch(*object, difference, arena);
  const bool has_empty_key =
      std::string_view(reinterpret_cast<const char*>(data), size).find("\"\"") != std::string_view::npos;
  if (!has_empty_key && rebuilt && !Equal(*rebuilt, *merged)) std::abort();
  return 0;
}
