// What a rule's `exclude` entries, and the podSecurity entries of exceptions, forgive.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "json/value.h"
#include "pss/controls.h"

namespace ephor::pss {

// One entry: {controlName, images, restrictedField, values}.
struct Exclusion {
  std::uint32_t controls = 0;  // a bit for each place in Controls()
  std::span<const std::string_view> images;
  std::string_view restricted_field;
  std::span<const std::string_view> values;
};

// Reads a list of entries; anything else is an empty one. The strings are views of it, which must outlive the
// result.
std::span<const Exclusion> CompileExclusions(const json::Value* entries, Arena& arena);

// Takes away what the entries forgive, one entry after the other, as the reference does: an entry without
// images is measured against the Pod with nothing but a container that sets nothing, one with images against
// those containers alone. Each field error found there that the entry means takes away one like it here, the
// last error of the violation moving into its place; a violation without errors left goes. Returns the
// violations left, in order.
std::span<Violation> Exclude(std::span<const Exclusion> exclusions, std::span<Violation> violations,
                             const Pod& pod, Version version, Arena& arena);

}  // namespace ephor::pss
