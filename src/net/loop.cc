#include "net/loop.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <exception>
#include <utility>

#include "net/connection.h"

namespace ephor::net {
namespace {

constexpr std::size_t kSpareBuffers = 8;
constexpr std::size_t kSpareBufferBytes = 4 << 20;
// A request that needed a larger buffer is often followed by others, for which its memory is kept so long: to
// get it from the kernel page by page costs more than to parse what is read into it.
constexpr std::size_t kLargeBytes = 256 << 10;
constexpr std::chrono::seconds kKeepLargeFor{1};
// So many connections leave enough memory behind to return it once half of them have ended.
constexpr std::size_t kManyConnections = 100;
constexpr std::size_t kKeepOutputBytes = 1 << 20;
constexpr int kEventsPerRound = 64;

}  // namespace

Loop::Loop(const ServerLimits& limits, unsigned index)
    : limits_(limits),
      durations_{limits.handshake_timeout, limits.head_timeout,  limits.body_timeout,  limits.idle_timeout,
                 limits.answer_timeout,    limits.write_timeout, limits.linger_timeout},
      mailbox_(std::make_shared<Mailbox>()),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      index_(index),
      now_(std::chrono::steady_clock::now()),
      input_(std::make_unique<char[]>(kInputBytes + Request::kBodyPadding)) {
  epoll_event event{.events = EPOLLIN, .data = {.ptr = nullptr}};
  epoll_ctl(epoll_, EPOLL_CTL_ADD, mailbox_->fd(), &event);
}

Loop::~Loop() {
  connections_.clear();
  closed_.clear();
  close(epoll_);
}

void Loop::Run() {
  std::array<epoll_event, kEventsPerRound> events;
  while (!stopping_ && !(draining_ && connections_.empty())) {
    const int timeout = again_.empty() ? PollTimeout() : 0;
    const int count = epoll_wait(epoll_, events.data(), kEventsPerRound, timeout);
    now_ = std::chrono::steady_clock::now();
    for (const std::uint64_t id : std::exchange(again_, {})) {
      if (const auto found = connections_.find(id); found != connections_.end()) found->second->OnCallAgain();
    }
    for (int i = 0; i < count; ++i) {
      if (events[i].data.ptr == nullptr) {
        TakeMail();
      } else {
        static_cast<Connection*>(events[i].data.ptr)->OnEvents(events[i].events);
      }
    }
    ExpireWaits();
    closed_.clear();
    if (return_memory_ <= now_) ReturnMemory();
    if (output_.capacity() > kKeepOutputBytes) output_ = std::string();
  }
  connections_.clear();
}

void Loop::TakeMail() {
  Mailbox::Content mail = mailbox_->Take();
  for (const Mailbox::NewConnection& added : mail.connections) Adopt(added);
  for (Mailbox::Answer& answer : mail.answers) {
    const auto found = connections_.find(answer.connection);
    if (found != connections_.end()) found->second->OnAnswer(answer.stream, answer.response);
  }
  if (mail.drain && !draining_) StartDrain();
  stopping_ |= mail.stop;
}

void Loop::Adopt(const Mailbox::NewConnection& added) {
  if (draining_ || !MakeRoom()) {
    mailbox_->connections.fetch_sub(1, std::memory_order_relaxed);
    close(added.fd);
    return;
  }
  Count(counters_.accepted);
  Handler* const handler = added.listener->handler;
  if (std::ranges::find(handlers_, handler) == handlers_.end()) handlers_.push_back(handler);
  const std::uint64_t id = next_id_++;
  auto& connection = connections_[id];
  connection = std::make_unique<Connection>(*this, *added.listener, added.fd, id);
  most_connections_ = std::max(most_connections_, connections_.size());
  connection->Start();
}

// Clients that wait for nothing, or have not even introduced themselves, stand back for new ones.
bool Loop::MakeRoom() {
  const auto evict = [this](Wait wait) {
    Connection* const oldest = waiting_[static_cast<std::size_t>(wait)].first;
    if (oldest == nullptr) return false;
    Count(counters_.evicted);
    Close(*oldest);
    return true;
  };
  if (waiting_[static_cast<std::size_t>(Wait::kHandshake)].size >= limits_.max_handshakes) {
    evict(Wait::kHandshake);
  }
  if (connections_.size() < limits_.max_connections) return true;
  return evict(Wait::kIdle) || evict(Wait::kLinger) || evict(Wait::kHandshake) || evict(Wait::kHead);
}

void Loop::StartDrain() {
  draining_ = true;
  std::vector<std::uint64_t> ids;
  ids.reserve(connections_.size());
  for (const auto& [id, connection] : connections_) ids.push_back(id);
  for (const std::uint64_t id : ids) {
    if (const auto found = connections_.find(id); found != connections_.end()) found->second->OnDrain();
  }
}

Response& Loop::Dispatch(Handler& handler, Request& request, std::uint64_t connection, std::int32_t stream) {
  Count(counters_.requests);
  request.worker = index_;
  response_.Clear();
  response_.mailbox_ = &mailbox_;
  response_.connection_ = connection;
  response_.stream_ = stream;
  try {
    handler.Handle(request, response_);
  } catch (const std::exception&) {
    return Refusal(500, "internal error");
  }
  return response_;
}

Response& Loop::Refusal(int status, std::string_view text) {
  Count(counters_.refused);
  response_.Clear();
  response_.status = status;
  response_.body.assign(text).push_back('\n');
  return response_;
}

std::string_view Loop::date() {
  const std::int64_t second = std::time(nullptr);
  if (second != date_second_) {
    date_second_ = second;
    std::tm parts;
    const std::time_t time = second;
    gmtime_r(&time, &parts);
    static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::array<char, 64> text;
    const int size = std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                   kDays[parts.tm_wday], parts.tm_mday, kMonths[parts.tm_mon],
                                   parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
    date_.assign(text.data(), static_cast<std::size_t>(size));
  }
  return date_;
}

bool Loop::Reserve(std::size_t bytes) {
  if (bytes > limits_.max_buffered_bytes - std::min(buffered_, limits_.max_buffered_bytes)) return false;
  buffered_ += bytes;
  counters_.buffered.store(buffered_, std::memory_order_relaxed);
  return true;
}

void Loop::Release(std::size_t bytes) {
  buffered_ -= bytes;
  counters_.buffered.store(buffered_, std::memory_order_relaxed);
}

ByteBuffer Loop::TakeBuffer() {
  if (spare_.empty()) return {};
  ByteBuffer buffer = std::move(spare_.back());
  spare_.pop_back();
  return buffer;
}

void Loop::GiveBuffer(ByteBuffer buffer) {
  if (buffer.capacity() > kLargeBytes) return_memory_ = now_ + kKeepLargeFor;
  if (spare_.size() >= kSpareBuffers || buffer.capacity() > kSpareBufferBytes || buffer.capacity() == 0)
    return;
  buffer.clear();
  spare_.push_back(std::move(buffer));
}

void Loop::ReturnMemory() {
  return_memory_ = Instant::max();
  most_connections_ = connections_.size();
  spare_.clear();
  for (Handler* const handler : handlers_) handler->ReturnMemory(index_);
}

void Loop::Enter(Connection& connection, Wait wait) {
  Leave(connection);
  Queue& queue = waiting_[static_cast<std::size_t>(wait)];
  connection.wait_ = wait;
  connection.waiting_ = true;
  connection.deadline_ = now_ + durations_[static_cast<std::size_t>(wait)];
  connection.previous_ = queue.last;
  connection.next_ = nullptr;
  (queue.last == nullptr ? queue.first : queue.last->next_) = &connection;
  queue.last = &connection;
  ++queue.size;
}

void Loop::Leave(Connection& connection) {
  if (!connection.waiting_) return;
  Queue& queue = waiting_[static_cast<std::size_t>(connection.wait_)];
  (connection.previous_ == nullptr ? queue.first : connection.previous_->next_) = connection.next_;
  (connection.next_ == nullptr ? queue.last : connection.next_->previous_) = connection.previous_;
  connection.waiting_ = false;
  --queue.size;
}

void Loop::ExpireWaits() {
  for (Queue& queue : waiting_) {
    while (queue.first != nullptr && queue.first->deadline_ <= now_) {
      Connection& connection = *queue.first;
      Count(counters_.timeouts);
      connection.OnTimeout();
      // Whatever it does, it must not stand here with the same deadline.
      if (queue.first == &connection && connection.deadline_ <= now_) Close(connection);
    }
  }
}

int Loop::PollTimeout() const {
  Instant first = return_memory_;
  for (const Queue& queue : waiting_) {
    if (queue.first != nullptr) first = std::min(first, queue.first->deadline_);
  }
  if (first == Instant::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(first - now_).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

void Loop::Watch(const Connection& connection, std::uint32_t events) {
  epoll_event event{.events = events, .data = {.ptr = const_cast<Connection*>(&connection)}};
  const int operation = connection.events_ == Connection::kUnwatched ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  epoll_ctl(epoll_, operation, connection.transport_.fd(), &event);
}

void Loop::CallAgain(Connection& connection) {
  again_.push_back(connection.id_);
}

void Loop::Close(Connection& connection) {
  Leave(connection);
  connection.state_ = Connection::State::kClosed;
  const auto found = connections_.find(connection.id_);
  if (found == connections_.end()) return;
  // Its socket must leave the poll set at once: closing is put off to the end of the round.
  epoll_ctl(epoll_, EPOLL_CTL_DEL, connection.transport_.fd(), nullptr);
  closed_.push_back(std::move(found->second));
  connections_.erase(found);
  if (most_connections_ >= kManyConnections && connections_.size() <= most_connections_ / 2) {
    return_memory_ = now_ + kKeepLargeFor;
  }
  mailbox_->connections.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace ephor::net
