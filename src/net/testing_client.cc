#include "net/testing_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

namespace ephor::net {
namespace {

constexpr int kReadTimeoutMs = 10'000;

}  // namespace

std::string TestAnswer::Header(std::string_view name) const {
  const std::string wanted = "\r\n" + std::string(name) + ": ";
  const std::size_t at = head.find(wanted);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + wanted.size();
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

TestClient::TestClient(std::uint16_t port, Protocol protocol, const std::string& authority,
                       ssl_session_st* resume) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without a flag against it
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  timeval limit{.tv_sec = kReadTimeoutMs / 1000, .tv_usec = 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  if (protocol == Protocol::kPlain || !connected_) return;
  context_ = SSL_CTX_new(TLS_client_method());
  if (!authority.empty()) {
    BIO* const bio = BIO_new_mem_buf(authority.data(), static_cast<int>(authority.size()));
    X509* const certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_), certificate);
    X509_free(certificate);
    BIO_free(bio);
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
  }
  session_ = SSL_new(context_);
  SSL_set_fd(session_, fd_);
  SSL_set1_host(session_, "localhost");
  if (resume != nullptr) SSL_set_session(session_, resume);
  static constexpr unsigned char kHttp1[] = "\x08http/1.1";
  static constexpr unsigned char kHttp2[] = "\x02h2";
  const bool http2 = protocol == Protocol::kTlsHttp2;
  SSL_set_alpn_protos(session_, http2 ? kHttp2 : kHttp1, http2 ? sizeof kHttp2 - 1 : sizeof kHttp1 - 1);
  connected_ = SSL_connect(session_) == 1;
}

TestClient::~TestClient() {
  if (session_ != nullptr) {
    SSL_shutdown(session_);
    SSL_free(session_);
  }
  SSL_CTX_free(context_);
  if (fd_ >= 0) close(fd_);
}

bool TestClient::Handshakes(std::uint16_t port, int version, const char* suites) {
  TestClient client(port, Protocol::kPlain);
  client.context_ = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_cipher_list(client.context_, suites);
  SSL_CTX_set_min_proto_version(client.context_, version);
  SSL_CTX_set_max_proto_version(client.context_, version);
  client.session_ = SSL_new(client.context_);
  SSL_set_fd(client.session_, client.fd_);
  return SSL_connect(client.session_) == 1;
}

bool TestClient::resumed() const {
  return SSL_session_reused(session_) == 1;
}

std::string TestClient::tls_version() const {
  return SSL_get_version(session_);
}

std::string TestClient::alpn() const {
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(session_, &name, &size);
  return std::string(reinterpret_cast<const char*>(name), size);
}

ssl_session_st* TestClient::TakeSession() {
  return SSL_get1_session(session_);
}

bool TestClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const int chunk = static_cast<int>(std::min<std::size_t>(bytes.size(), 1 << 20));
    const ssize_t sent = session_ != nullptr
                             ? SSL_write(session_, bytes.data(), chunk)
                             : send(fd_, bytes.data(), static_cast<std::size_t>(chunk), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool TestClient::SendRaw(std::string_view bytes) {
  return send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

void TestClient::EndOutput() {
  if (session_ != nullptr) SSL_shutdown(session_);
  shutdown(fd_, SHUT_WR);
}

void TestClient::Reset() {
  const linger off{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &off, sizeof off);
  close(fd_);
  fd_ = -1;
  if (session_ != nullptr) SSL_set_quiet_shutdown(session_, 1);
}

std::string TestClient::ReadSome() {
  std::array<char, 16 << 10> bytes;
  const ssize_t size = session_ != nullptr ? SSL_read(session_, bytes.data(), bytes.size())
                                           : recv(fd_, bytes.data(), bytes.size(), 0);
  return size <= 0 ? std::string() : std::string(bytes.data(), static_cast<std::size_t>(size));
}

TestAnswer TestClient::Read(bool head_method) {
  TestAnswer answer;
  std::size_t end;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    const std::string more = ReadSome();
    if (more.empty()) return {};
    buffer_ += more;
  }
  answer.head = buffer_.substr(0, end + 4);
  buffer_.erase(0, end + 4);
  const std::size_t size =
      head_method ? 0 : std::strtoul(answer.Header("Content-Length").c_str(), nullptr, 10);
  while (buffer_.size() < size) {
    const std::string more = ReadSome();
    if (more.empty()) return {};
    buffer_ += more;
  }
  answer.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  answer.status = std::atoi(answer.head.c_str() + 9);
  return answer;
}

bool TestClient::ClosedWithin(std::chrono::milliseconds time) {
  pollfd watched{fd_, POLLIN, 0};
  while (poll(&watched, 1, static_cast<int>(time.count())) == 1) {
    std::array<char, 4096> bytes;
    if (recv(fd_, bytes.data(), bytes.size(), 0) <= 0) return true;
  }
  return false;
}

std::string PostText(std::string_view path, std::string_view body, std::string_view more_headers) {
  std::string text = "POST ";
  text.append(path).append(" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n");
  text.append(more_headers).append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
  return text.append(body);
}

}  // namespace ephor::net
