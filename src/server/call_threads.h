// Threads for reviews whose policies wait for others: services, registries.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ephor::server {

// A bounded pool, so that one slow service holds up only those who ask it, and not the threads that serve all
// others. The threads start with the first task. Any thread may post.
class CallThreads {
 public:
  using Task = std::move_only_function<void(unsigned thread)>;  // which thread runs it, counted from 0

  CallThreads(unsigned threads, std::size_t max_waiting) : count_(threads), max_waiting_(max_waiting) {}
  // Waits for the tasks under way; those that wait are dropped.
  ~CallThreads();
  CallThreads(const CallThreads&) = delete;
  CallThreads& operator=(const CallThreads&) = delete;

  // False, and the task is dropped, where too many wait already.
  bool Post(Task task);

 private:
  void Run(unsigned thread);

  const unsigned count_;
  const std::size_t max_waiting_;
  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<Task> waiting_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace ephor::server
