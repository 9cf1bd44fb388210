// The controls of the Pod Security Standards.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "pss/pod.h"
#include "pss/violation.h"

namespace ephor::pss {

enum class Level : std::uint8_t { kPrivileged, kBaseline, kRestricted };

// The minor version of Kubernetes 1.x.
using Version = std::uint32_t;
inline constexpr Version kLatest = std::numeric_limits<Version>::max();

// Looks at a Pod; true where it is fine. Otherwise fills in all of the violation but its control. A Pod that
// is fine costs no heap allocation.
using Check = bool (*)(const Pod& pod, Arena& arena, Violation& violation);

struct CheckVersion {
  Version since;
  Check check;
};

struct Control {
  std::string_view id;    // "capabilities_baseline"
  std::string_view name;  // what policies call it, "Capabilities"; "" where they cannot
  Level level;
  std::span<const CheckVersion> versions;  // from the oldest

  // The latest version that the standard of that version has; the oldest where it has none yet, as in the
  // reference.
  Check CheckFor(Version version) const;
};

// In the order in which violations are reported: by id.
std::span<const Control> Controls();

}  // namespace ephor::pss
