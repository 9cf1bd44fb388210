// Where the process spends its CPU time, by sampling.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"

namespace ephor::server {

// Interrupts whichever thread is running a hundred times per second of CPU time, and notes its call stack.
// Costs next to nothing while it runs and nothing else. There is one at a time in a process.
class CpuProfile {
 public:
  static constexpr int kHertz = 100;

  // Fails where another is running.
  static Result<std::unique_ptr<CpuProfile>> Start();
  ~CpuProfile();

  // Stops, and returns a profile that `go tool pprof` reads: profile.proto, gzip-compressed, with addresses
  // and the names of exported functions; pprof finds the others in the binary.
  std::string Finish();

 private:
  CpuProfile();
  void Stop();

  std::int64_t started_nanoseconds_;
  bool running_ = true;
};

}  // namespace ephor::server
