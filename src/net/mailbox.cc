#include "net/mailbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

namespace ephor::net {

Mailbox::Mailbox() : fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

Mailbox::~Mailbox() {
  for (const NewConnection& connection : content_.connections) close(connection.fd);
  close(fd_);
}

void Mailbox::PostConnection(NewConnection connection) {
  connections.fetch_add(1, std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  content_.connections.push_back(connection);
  Wake();
}

void Mailbox::PostAnswer(Answer answer) {
  const std::lock_guard lock(mutex_);
  content_.answers.push_back(std::move(answer));
  Wake();
}

void Mailbox::PostDrain() {
  const std::lock_guard lock(mutex_);
  content_.drain = true;
  Wake();
}

void Mailbox::PostStop() {
  const std::lock_guard lock(mutex_);
  content_.stop = true;
  Wake();
}

Mailbox::Content Mailbox::Take() {
  const std::lock_guard lock(mutex_);
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t ignored = read(fd_, &count, sizeof count);
  return std::exchange(content_, {});
}

void Mailbox::Wake() {
  const std::uint64_t one = 1;
  // It fails only when the counter is full, and then the loop is awake anyway.
  [[maybe_unused]] const ssize_t ignored = write(fd_, &one, sizeof one);
}

}  // namespace ephor::net
