#include "net/transport.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace ephor::net {
namespace {

constexpr std::size_t kMaxCall = 1 << 30;  // OpenSSL counts in int

Transport::Outcome SocketOutcome(ssize_t result) {
  using Status = Transport::Status;
  if (result > 0) return {Status::kOk, static_cast<std::size_t>(result)};
  if (result == 0) return {Status::kClosed};
  const bool again = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return {again ? Status::kBlocked : Status::kFailed};
}

}  // namespace

Transport::Transport(int fd, ssl_st* session, Side side) : fd_(fd), session_(session) {
  if (session_ == nullptr) return;
  SSL_set_fd(session_, fd_);
  if (side == Side::kServer) {
    SSL_set_accept_state(session_);
  } else {
    SSL_set_connect_state(session_);
  }
}

Transport::~Transport() {
  if (session_ != nullptr) {
    // One attempt to say goodbye; whether it arrives does not matter.
    if (!broken_ && SSL_is_init_finished(session_)) SSL_shutdown(session_);
    SSL_free(session_);
    ERR_clear_error();
  }
  close(fd_);
}

Transport::Status Transport::Handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(session_);
  return result == 1 ? Status::kOk : SessionOutcome(result).status;
}

bool Transport::http2() const {
  if (session_ == nullptr) return false;
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(session_, &name, &size);
  return size == 2 && name[0] == 'h' && name[1] == '2';
}

Transport::Outcome Transport::Read(char* to, std::size_t size) {
  if (session_ == nullptr) return SocketOutcome(recv(fd_, to, size, 0));
  ERR_clear_error();
  return SessionOutcome(SSL_read(session_, to, static_cast<int>(std::min(size, kMaxCall))));
}

bool Transport::has_pending() const {
  return session_ != nullptr && SSL_has_pending(session_) == 1;
}

Transport::Outcome Transport::Write(std::string_view bytes) {
  if (session_ == nullptr) return SocketOutcome(send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
  ERR_clear_error();
  return SessionOutcome(
      SSL_write(session_, bytes.data(), static_cast<int>(std::min(bytes.size(), kMaxCall))));
}

void Transport::FinishWriting() {
  if (session_ != nullptr && !broken_) {
    ERR_clear_error();
    SSL_shutdown(session_);
  }
  shutdown(fd_, SHUT_WR);
}

Transport::Outcome Transport::Discard() {
  std::array<char, 16 << 10> unused;
  return SocketOutcome(recv(fd_, unused.data(), unused.size(), 0));
}

Transport::Outcome Transport::SessionOutcome(int result) {
  if (result > 0) return {Status::kOk, static_cast<std::size_t>(result)};
  switch (SSL_get_error(session_, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return {Status::kBlocked};
    case SSL_ERROR_ZERO_RETURN:
      return {Status::kClosed};
    default:
      broken_ = true;
      return {Status::kFailed};
  }
}

}  // namespace ephor::net
