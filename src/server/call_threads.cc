#include "server/call_threads.h"

#include <utility>

namespace ephor::server {

CallThreads::~CallThreads() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    waiting_.clear();
  }
  posted_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool CallThreads::Post(Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (ending_ || waiting_.size() >= max_waiting_) return false;
    waiting_.push_back(std::move(task));
    while (threads_.size() < count_) {
      const auto number = static_cast<unsigned>(threads_.size());
      threads_.emplace_back([this, number] { Run(number); });
    }
  }
  posted_.notify_one();
  return true;
}

void CallThreads::Run(unsigned thread) {
  while (true) {
    std::unique_lock lock(mutex_);
    posted_.wait(lock, [&] { return ending_ || !waiting_.empty(); });
    if (ending_) return;
    Task task = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    task(thread);
  }
}

}  // namespace ephor::server
