// What other threads hand to an I/O thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "net/http.h"

namespace ephor::net {

struct Listener;

// Any thread posts; the loop that owns the other end takes all at once. It outlives the loop where somebody
// still holds it; what is posted then is lost, which is right, since its connections are gone too.
class Mailbox {
 public:
  struct NewConnection {
    int fd;
    const Listener* listener;
  };
  struct Answer {
    std::uint64_t connection;
    std::int32_t stream;
    Response response;
  };
  struct Content {
    std::vector<NewConnection> connections;
    std::vector<Answer> answers;
    bool drain = false;
    bool stop = false;
  };

  Mailbox();
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  void PostConnection(NewConnection connection);
  void PostAnswer(Answer answer);
  void PostDrain();
  void PostStop();

  // Readable while there is something to take.
  int fd() const { return fd_; }
  Content Take();

  // Connections that the loop has or was sent, for the choice of the least busy one.
  std::atomic<int> connections{0};

 private:
  void Wake();

  int fd_;
  std::mutex mutex_;
  Content content_;
};

}  // namespace ephor::net
