#include "net/connection.h"

#include <sys/epoll.h>

#include "net/http1.h"
#include "net/http2.h"

namespace ephor::net {
namespace {

// How often one connection may be read before others get their turn.
constexpr int kReadsPerTurn = 16;

}  // namespace

Connection::Connection(Loop& loop, const Listener& listener, int fd, std::uint64_t id)
    : loop_(loop),
      listener_(listener),
      transport_(fd, listener.tls == nullptr ? nullptr : listener.tls->NewSession()),
      id_(id) {}

Connection::~Connection() {
  loop_.Release(output_.size());
}

void Connection::Start() {
  if (listener_.tls != nullptr) {
    if (!transport_.secure()) return Close();  // no memory for a session
    state_ = State::kHandshake;
    loop_.Enter(*this, Wait::kHandshake);
  } else {
    protocol_ = std::make_unique<Http1>(*this);
    loop_.Enter(*this, Wait::kIdle);
  }
  UpdateEvents();
}

void Connection::OnEvents(std::uint32_t events) {
  if (state_ == State::kClosed) return;
  if (state_ == State::kHandshake) return Handshake();
  if (state_ == State::kLingering) return DiscardInput();
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) return Close();
  if (blocked()) Flush();
  if ((events & EPOLLIN) != 0 && state_ == State::kOpen) ReadInput();
}

void Connection::OnCallAgain() {
  if (state_ == State::kOpen) ReadInput();
}

void Connection::Handshake() {
  const Transport::Status status = transport_.Handshake();
  if (status == Transport::Status::kBlocked)
    return;  // our part of a handshake always fits the socket's buffer
  if (status != Transport::Status::kOk) {
    Count(loop_.count().handshake_failures);
    return Close();
  }
  state_ = State::kOpen;
  if (transport_.http2()) {
    protocol_ = std::make_unique<Http2>(*this);
  } else {
    protocol_ = std::make_unique<Http1>(*this);
  }
  loop_.Enter(*this, Wait::kIdle);
  if (loop_.draining()) protocol_->OnDrain();
  if (state_ == State::kOpen) ReadInput();  // the first request may have come with the handshake's end
}

void Connection::ReadInput() {
  using Status = Transport::Status;
  for (int turn = 0; turn < kReadsPerTurn; ++turn) {
    if (state_ != State::kOpen || paused_ || input_ended_) return;
    const std::span<char> space = protocol_->InputSpace();
    if (space.empty()) return;  // no memory for it: the connection is being ended
    std::size_t filled = 0;
    Transport::Outcome read;
    do {
      read = transport_.Read(space.data() + filled, space.size() - filled);
      filled += read.bytes;
    } while (read.status == Status::kOk && filled < space.size() && transport_.has_pending());
    if (filled > 0) protocol_->OnInput(space.first(filled));
    if (state_ != State::kOpen) return;
    if (read.status == Status::kClosed) {
      input_ended_ = true;
      UpdateEvents();
      return protocol_->OnInputEnd();
    }
    if (read.status == Status::kFailed) return Close();
    // The socket reports what it still has; what TLS has already taken from it, it does not.
    if (read.status == Status::kBlocked || !transport_.has_pending()) return;
  }
  loop_.CallAgain(*this);
}

void Connection::Send(std::string_view bytes) {
  if (state_ == State::kClosed || bytes.empty()) return;
  if (!blocked()) {
    while (!bytes.empty()) {
      const Transport::Outcome written = transport_.Write(bytes);
      if (written.status == Transport::Status::kBlocked) break;
      if (written.status != Transport::Status::kOk) return Close();
      bytes.remove_prefix(written.bytes);
    }
    if (bytes.empty()) return;
    loop_.Enter(*this, Wait::kWrite);
  }
  if (!loop_.Reserve(bytes.size())) return Close();
  output_.append(bytes);
  UpdateEvents();
}

void Connection::Flush() {
  bool progress = false;
  while (blocked()) {
    const Transport::Outcome written = transport_.Write(std::string_view(output_).substr(sent_));
    if (written.status == Transport::Status::kBlocked) {
      if (progress) loop_.Enter(*this, Wait::kWrite);
      return;
    }
    if (written.status != Transport::Status::kOk) return Close();
    sent_ += written.bytes;
    progress = true;
  }
  loop_.Release(output_.size());
  output_ = std::string();
  sent_ = 0;
  UpdateEvents();
  if (state_ == State::kFinishing) return FinishNow();
  protocol_->OnOutputDone();
}

void Connection::Finish(bool linger) {
  if (state_ != State::kOpen) return;
  state_ = State::kFinishing;
  linger_ = linger;
  if (!blocked()) return FinishNow();
  UpdateEvents();
}

void Connection::FinishNow() {
  if (!linger_ || input_ended_) return Close();
  state_ = State::kLingering;
  transport_.FinishWriting();
  loop_.Enter(*this, Wait::kLinger);
  UpdateEvents();
}

void Connection::DiscardInput() {
  for (int turn = 0; turn < kReadsPerTurn; ++turn) {
    const Transport::Outcome read = transport_.Discard();
    if (read.status == Transport::Status::kBlocked) return;
    if (read.status != Transport::Status::kOk) return Close();
  }
}

void Connection::PauseInput(bool paused) {
  if (paused_ == paused) return;
  paused_ = paused;
  UpdateEvents();
  // What TLS holds already is not reported again.
  if (!paused && transport_.has_pending()) loop_.CallAgain(*this);
}

void Connection::UpdateEvents() {
  const bool read = state_ == State::kHandshake || state_ == State::kLingering ||
                    (state_ == State::kOpen && !paused_ && !input_ended_);
  const std::uint32_t wanted = (read ? EPOLLIN : 0u) | (blocked() ? EPOLLOUT : 0u);
  if (wanted == events_ || state_ == State::kClosed) return;
  loop_.Watch(*this, wanted);
  events_ = wanted;
}

void Connection::OnTimeout() {
  switch (wait_) {
    case Wait::kHead:
    case Wait::kBody:
    case Wait::kIdle:
    case Wait::kAnswer:
      return protocol_->OnTimeout(wait_);
    case Wait::kHandshake:
      Count(loop_.count().handshake_failures);
      break;
    case Wait::kWrite:
    case Wait::kLinger:
      break;
  }
  Close();
}

void Connection::OnAnswer(std::int32_t stream, Response& response) {
  if (state_ == State::kOpen) protocol_->OnAnswer(stream, response);
}

void Connection::OnDrain() {
  if (state_ == State::kOpen) ReadInput();  // a request that is already here is still served
  if (state_ == State::kOpen) protocol_->OnDrain();
}

void Connection::Close() {
  if (state_ != State::kClosed) loop_.Close(*this);
}

}  // namespace ephor::net
