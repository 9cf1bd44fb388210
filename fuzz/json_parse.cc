// Whatever the bytes, parsing ends with a value or an error that has a message; a value survives being
// written and parsed again, and it does not matter whether it is written compactly or for people.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "json/parse.h"
#include "json/write.h"

namespace {

// The same but for numbers, which may come back as another kind: a large double is printed in few digits with
// zeros behind them, and that is an integer, of which the double is the nearest.
bool Same(const ephor::json::Value& a, const ephor::json::Value& b) {
  if (a.is_number() && b.is_number()) return a.as_double() == b.as_double();
  if (a.kind() != b.kind() || a.size() != b.size()) return false;
  if (a.is_array()) {
    for (std::uint32_t i = 0; i < a.size(); ++i) {
      if (!Same(a.items()[i], b.items()[i])) return false;
    }
    return true;
  }
  if (a.is_object()) {
    for (std::uint32_t i = 0; i < a.size(); ++i) {
      if (a.members()[i].key() != b.members()[i].key()) return false;
      if (!Same(a.members()[i].value, b.members()[i].value)) return false;
    }
    return true;
  }
  return ephor::json::Equal(a, b);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ephor;
  Arena arena;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = json::Parse(text, arena);
  if (!value) {
    if (value.error().message().empty() || value.error().message() == "invalid JSON") std::abort();
    return 0;
  }
  for (const json::WriteOptions& options : {json::WriteOptions(), json::WriteOptions{true, "  "}}) {
    const auto again = json::Parse(json::ToString(*value, options), arena);
    if (!again || !Same(*again, *value)) std::abort();
  }
  return 0;
}
