// The input is two JSON documents with a zero byte between them. The patch between them leads from one to the
// other; and where the second is itself a patch, applying it to the first ends with a value that can be
// written and read.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "json/parse.h"
#include "json/patch.h"
#include "json/write.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ephor;
  Arena arena;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t zero = text.find('\0');
  if (zero == std::string_view::npos) return 0;
  const auto first = json::Parse(text.substr(0, zero), arena);
  const auto second = json::Parse(text.substr(zero + 1), arena);
  if (!first || !second) return 0;

  const auto diff = json::Diff(*first, *second, arena);
  if (second->is_object() && first->is_object()) {
    const auto patched = json::ApplyPatch(*first, diff, arena);
    if (!patched || !json::Equal(*patched, *second)) std::abort();
  }

  const auto patch = json::DecodePatch(*second, arena);
  if (!patch) return 0;
  const json::PatchOptions lenient{.ensure_path_exists_on_add = true, .allow_missing_path_on_remove = true};
  for (const auto& options : {json::PatchOptions(), lenient}) {
    const auto result = json::ApplyPatch(*first, *patch, arena, options);
    if (!result) continue;
    const auto again = json::Parse(json::ToString(*result), arena, {.max_depth = 1024});
    if (!again || !json::Equal(*again, *result)) std::abort();
  }
  return 0;
}
