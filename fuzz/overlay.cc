// A pattern and an object, as the JSON {"pattern": ..., "resource": ...}. Whatever they are, the match ends,
// and what is no pass has a message; a failure has a path, and only a failure.
#include "pattern/overlay.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/arena.h"
#include "json/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using ephor::pattern::MatchResult;
  using ephor::pattern::Overlay;
  ephor::Arena arena;
  const auto input = ephor::json::Parse({reinterpret_cast<const char*>(data), size}, arena);
  if (!input) return 0;
  const ephor::json::Value* pattern = input->Find("pattern");
  const ephor::json::Value* resource = input->Find("resource");
  if (pattern == nullptr || resource == nullptr) return 0;

  const auto overlay = Overlay::Compile(*pattern, arena);
  if (!overlay) return 0;
  const MatchResult result = overlay->Match(*resource, arena);
  if (result.message.empty() != (result.kind == MatchResult::Kind::kPass)) std::abort();
  if (result.path.empty() == (result.kind == MatchResult::Kind::kFail)) std::abort();
  const MatchResult again = overlay->Match(*resource, arena);
  if (again.kind != result.kind || again.path != result.path || again.message != result.message) std::abort();
  const MatchResult found = overlay->Find(*resource, arena);
  if (found.kind != result.kind || found.path != result.path) std::abort();
  return 0;
}
