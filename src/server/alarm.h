// A call at a later moment.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace ephor::server {

// Calls `ring` on a thread of its own when the time that was set last has come, once for each time that it
// was set. Thread-safe; `ring` may set it again.
class Alarm {
 public:
  explicit Alarm(std::function<void()> ring);
  // Waits for a call that is under way.
  ~Alarm() = default;

  // Nothing: not at all.
  void Set(std::optional<std::chrono::steady_clock::time_point> when);

 private:
  void Run(const std::stop_token& stop);

  std::function<void()> ring_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<std::chrono::steady_clock::time_point> when_;
  std::jthread thread_;  // last: it uses the rest
};

}  // namespace ephor::server
