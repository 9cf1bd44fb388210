#include "load/user.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#include <cerrno>

#include "load/http2_codec.h"

namespace ephor::load {
namespace {

Failure FailureOf(int error) {
  switch (error) {
    case ECONNREFUSED:
      return Failure::kRefused;
    case ECONNRESET:
    case EPIPE:
      return Failure::kReset;
    case ETIMEDOUT:
      return Failure::kTimeout;
    default:
      return Failure::kUnreachable;
  }
}

// What a broken transport was broken by: TLS's own errors leave errno alone.
Failure FailureOfIo(int error) {
  return error == 0 ? Failure::kTls : FailureOf(error);
}

}  // namespace

Nanoseconds Now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return Nanoseconds{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

User::User(const Target& target, int epoll, std::uint32_t index, bool reuse)
    : target_(target), epoll_(epoll), index_(index), reuse_(reuse) {}

bool User::Begin(const Request& request, Nanoseconds due, Nanoseconds now) {
  request_ = &request;
  begun_ = mark_ = now;
  exchange_ = Exchange{.late = now - due};
  first_byte_ = false;
  fresh_ = transport_ == nullptr;
  return fresh_ ? Open() : StartTalking();
}

bool User::OnReady(std::uint32_t events) {
  const bool broken = (events & (EPOLLERR | EPOLLHUP)) != 0;
  if (step_ == Step::kIdle) {
    if (broken || (events & EPOLLRDHUP) != 0) {
      Close();
    } else if ((events & EPOLLIN) != 0 && transport_ != nullptr) {
      ReadWhileIdle();
    }
    return false;
  }
  if (step_ == Step::kConnecting) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(transport_->fd(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return End(FailureOf(error));
    if (broken) return End(Failure::kReset);
    const Nanoseconds now = Now();
    exchange_.connecting = now - mark_;
    mark_ = now;
    if (!transport_->secure()) return StartTalking();
    step_ = Step::kHandshake;
  }
  return Proceed();
}

void User::Abandon(Failure failure) {
  End(failure);
}

std::string_view User::body() const {
  return codec_ == nullptr || exchange_.failure != Failure::kNone ? std::string_view() : codec_->body();
}

bool User::Open() {
  fresh_ = true;
  const int fd = target_.Connect();
  if (fd < 0) return End(FailureOf(errno));
  ssl_st* const session = target_.NewSession();
  transport_ = std::make_unique<net::Transport>(fd, session, net::Transport::Side::kClient);
  step_ = Step::kConnecting;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u32 = index_;
  if ((session == nullptr && target_.url().secure) || epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) {
    return End(Failure::kUnreachable);
  }
  return false;
}

void User::Close() {
  transport_.reset();  // which takes it out of the epoll
}

bool User::Proceed() {
  switch (step_) {
    case Step::kHandshake:
      return Handshake();
    case Step::kWriting:
      return Write();
    case Step::kReading:
      return Read();
    default:
      return false;
  }
}

// TLS and HTTP/2 speak between requests too. An answer that nobody asked for ends the connection.
void User::ReadWhileIdle() {
  for (;;) {
    const std::span<char> space = codec_->Space();
    const auto [status, bytes] = transport_->Read(space.data(), space.size());
    if (status == net::Transport::Status::kBlocked) break;
    if (status != net::Transport::Status::kOk || !codec_->CommitWhileIdle(bytes)) return Close();
  }
  Flush();
}

bool User::Handshake() {
  errno = 0;
  switch (transport_->Handshake()) {
    case net::Transport::Status::kOk: {
      const Nanoseconds now = Now();
      exchange_.handshaking = now - mark_;
      mark_ = now;
      if (target_.protocol() == Protocol::kHttp2 && !transport_->http2()) return End(Failure::kTls);
      return StartTalking();
    }
    case net::Transport::Status::kBlocked:
      return false;
    case net::Transport::Status::kClosed:
      return End(Failure::kTls);
    default:
      return End(errno == ECONNRESET ? Failure::kReset : Failure::kTls);
  }
}

bool User::StartTalking() {
  if (fresh_ && target_.protocol() == Protocol::kHttp2) {
    codec_ = std::make_unique<Http2Codec>(target_.url());
  } else if (fresh_) {
    codec_ = std::make_unique<Http1Codec>();
  }
  codec_->Begin(*request_);
  exchange_.sent = true;
  step_ = Step::kWriting;
  return Write();
}

// Reading begins when all is written, so that a server which answers early and stops reading is not waited
// for: what it has sent is looked at when writing fails or blocks.
bool User::Write() {
  while (!codec_->output().empty()) {
    errno = 0;
    const auto [status, bytes] = transport_->Write(codec_->output());
    if (status == net::Transport::Status::kBlocked) break;
    if (status != net::Transport::Status::kOk) {
      const int error = errno;
      if (!fresh_) return EndOrRetry(FailureOfIo(error));
      step_ = Step::kReading;
      const bool ended = Read();
      return ended || End(FailureOfIo(error));
    }
    codec_->Consume(bytes);
    exchange_.bytes_sent += bytes;
  }
  const bool written = codec_->output().empty();
  if (written) {
    const Nanoseconds now = Now();
    exchange_.sending += now - mark_;
    mark_ = now;
    step_ = Step::kReading;
    return false;  // the answer takes at least a turn of the loop
  }
  return Read();
}

// What the protocol has to say by itself, such as that a window is open again. If the socket takes it only in
// part, the rest follows when it is ready again; if it is broken, reading will tell.
void User::Flush() {
  while (!codec_->output().empty()) {
    const auto [status, bytes] = transport_->Write(codec_->output());
    if (status != net::Transport::Status::kOk) return;
    codec_->Consume(bytes);
  }
}

bool User::Read() {
  for (;;) {
    const std::span<char> space = codec_->Space();
    errno = 0;
    const auto [status, bytes] = transport_->Read(space.data(), space.size());
    Codec::State state;
    if (status == net::Transport::Status::kOk) {
      exchange_.bytes_received += bytes;
      state = codec_->Commit(bytes);
      if (!first_byte_ && codec_->answering()) {
        first_byte_ = true;
        const Nanoseconds now = Now();
        exchange_.waiting = now - mark_;
        mark_ = now;
      }
    } else if (status == net::Transport::Status::kBlocked) {
      if (step_ == Step::kReading) Flush();
      return false;
    } else if (status == net::Transport::Status::kClosed) {
      if (!first_byte_) return EndOrRetry(Failure::kClosed);
      state = codec_->End();
    } else {
      const Failure failure = FailureOfIo(errno);
      return first_byte_ ? End(failure) : EndOrRetry(failure);
    }
    switch (state) {
      case Codec::State::kMore:
        break;
      case Codec::State::kDone:
        return End(Failure::kNone);
      case Codec::State::kGarbage:
        return End(Failure::kGarbage);
      case Codec::State::kTruncated:
        return End(Failure::kTruncated);
    }
  }
}

// A server may end an idle connection at the moment in which the next request is sent on it. As other clients
// do, such a request is sent once more on a new connection; the time that was lost counts as its own.
bool User::EndOrRetry(Failure failure) {
  if (fresh_ || first_byte_) return End(failure);
  Close();
  exchange_.bytes_sent = 0;
  return Open();
}

bool User::End(Failure failure) {
  const Nanoseconds now = Now();
  if (exchange_.sent) (first_byte_ ? exchange_.receiving : exchange_.waiting) += now - mark_;
  exchange_.failure = failure;
  if (failure == Failure::kNone) exchange_.status = codec_->status();
  step_ = Step::kIdle;
  if (failure != Failure::kNone || !reuse_ || !codec_->reusable()) Close();
  return true;
}

}  // namespace ephor::load
