#include "cli/processors.h"

#include <sched.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>
#include <thread>

namespace ephor::cli {
namespace {

unsigned ProcessorsOfAffinity() {
  cpu_set_t set;
  const int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
  return count > 0 ? static_cast<unsigned>(count) : std::max(1u, std::thread::hardware_concurrency());
}

// The processors that a "QUOTA PERIOD" of cpu.max stands for; nothing for "max PERIOD", or where there is no
// such file.
std::optional<unsigned> ProcessorsOfQuota(const std::filesystem::path& cpu_max) {
  std::ifstream file(cpu_max);
  std::uint64_t quota = 0, period = 0;
  if (!(file >> quota >> period) || quota == 0 || period == 0) return std::nullopt;
  constexpr std::uint64_t kMost = 1 << 16;
  return static_cast<unsigned>(std::min(kMost, quota / period + (quota % period != 0 ? 1 : 0)));
}

// The process's group, from the line "0::/PATH".
std::filesystem::path ControlGroup(const std::filesystem::path& root) {
  std::ifstream file(root / "proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::/")) return line.substr(4);
  }
  return {};
}

}  // namespace

unsigned ProcessorsToUse(const std::filesystem::path& root) {
  unsigned processors = ProcessorsOfAffinity();
  const std::filesystem::path groups = root / "sys/fs/cgroup";
  for (std::filesystem::path group = ControlGroup(root);; group = group.parent_path()) {
    if (const auto limit = ProcessorsOfQuota(groups / group / "cpu.max")) {
      processors = std::min(processors, *limit);
    }
    if (group.empty()) break;
  }
  return std::max(1u, processors);
}

}  // namespace ephor::cli
