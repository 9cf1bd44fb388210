// An immutable object that is replaced from time to time and read all the time.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace ephor::server {

// Readers take neither a lock nor a shared count: each keeps a copy of the pointer and looks only whether the
// version has changed. A reader's copy keeps a replaced object alive until that reader looks again.
//
//   Published<PolicySnapshot>::Copy mine;   // one for each thread
//   const PolicySnapshot* now = current.Read(mine);
template <class T>
class Published {
 public:
  class Copy {
    friend class Published;
    std::shared_ptr<const T> value_;
    std::uint64_t version_ = 0;
  };

  // From any thread.
  void Publish(std::shared_ptr<const T> value) {
    const std::lock_guard lock(mutex_);
    value_ = std::move(value);
    version_.fetch_add(1, std::memory_order_release);
  }

  // What is in force, null before the first Publish. Valid until the next Read with the same copy.
  const T* Read(Copy& copy) const {
    if (copy.version_ != version_.load(std::memory_order_acquire)) [[unlikely]]
      Refresh(copy);
    return copy.value_.get();
  }

  // For those who ask rarely.
  std::shared_ptr<const T> Get() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }

 private:
  void Refresh(Copy& copy) const {
    const std::lock_guard lock(mutex_);
    copy.value_ = value_;
    copy.version_ = version_.load(std::memory_order_relaxed);
  }

  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;
  std::atomic<std::uint64_t> version_{0};
};

}  // namespace ephor::server
