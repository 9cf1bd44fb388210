// How many processors this process may use at once.
#pragma once

#include <filesystem>

namespace ephor::cli {

// The machine's, or fewer where the process is bound to some of them (affinity) or a control group limits its
// time (cpu.max of cgroup v2, its own or of a group around it; a part of a processor counts as one). At least
// one. Threads beyond that would only wait for each other's time. `root` stands for "/".
unsigned ProcessorsToUse(const std::filesystem::path& root = "/");

}  // namespace ephor::cli
