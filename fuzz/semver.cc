// A range and a version, one a line. Whatever they are, parsing ends, and a version that was read prints
// itself.
#include "base/semver.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(input.find('\n'), size);
  const auto range = ephor::VersionRange::Parse(input.substr(0, line));
  const std::string_view text = input.substr(std::min(line + 1, size));
  const auto version = ephor::SemanticVersion::Parse(text);
  if (!version) return 0;
  if (version->ToString() != text || *version != *version) std::abort();
  if (range) range->Contains(*version);
  return 0;
}
