// Whatever a registry sends as a challenge or a machine has as Docker's configuration, reading it ends
// without a crash; and what was read of a challenge is bounded by it.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "registry/challenge.h"
#include "registry/docker_config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::size_t bytes = 0;
  for (const ephor::registry::Challenge& challenge : ephor::registry::ParseChallenges(text)) {
    bytes += challenge.scheme.size();
    for (const auto& [name, value] : challenge.parameters) bytes += name.size() + value.size();
  }
  if (bytes > size) std::abort();
  using ephor::registry::DockerConfig;
  const auto config = DockerConfig::Parse(text, DockerConfig::Helpers::kIgnore);
  if (config) {
    [[maybe_unused]] const auto found = (*config)->Find("ghcr.io", "team/app");
  }
  return 0;
}
