#include "server/alarm.h"

#include <utility>

namespace ephor::server {

Alarm::Alarm(std::function<void()> ring)
    : ring_(std::move(ring)), thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void Alarm::Set(std::optional<std::chrono::steady_clock::time_point> when) {
  {
    const std::lock_guard lock(mutex_);
    when_ = when;
  }
  changed_.notify_one();
}

void Alarm::Run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (!when_) {
      changed_.wait(lock, stop, [this] { return when_.has_value(); });
      continue;
    }
    const auto when = *when_;
    if (std::chrono::steady_clock::now() < when) {
      changed_.wait_until(lock, stop, when, [&] { return when_ != when; });
      continue;
    }
    when_.reset();
    lock.unlock();
    ring_();
    lock.lock();
  }
}

}  // namespace ephor::server
