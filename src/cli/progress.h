// "judged 1200 of 10000 resources" on a terminal, for runs that take longer than a glance.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>

namespace ephor::cli {

// Rewrites one line of a stream at most ten times a second, and erases it at the end. Says nothing in the
// first half second, and nothing at all where it is off.
class Progress {
 public:
  Progress(std::FILE* stream, bool on, std::size_t total);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  void Show(std::size_t done);

 private:
  std::FILE* stream_;
  bool on_;
  bool shown_ = false;
  std::size_t total_;
  std::int64_t next_;  // milliseconds of a steady clock
};

}  // namespace ephor::cli
