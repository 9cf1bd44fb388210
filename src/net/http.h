// What a handler sees of HTTP, the same for HTTP/1.1 and HTTP/2.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ephor::net {

class Mailbox;

using Instant = std::chrono::steady_clock::time_point;

struct Header {
  std::string_view name;  // in the client's spelling
  std::string_view value;
};

// One request, complete. All views end when Handle returns: who answers later copies what it still needs.
struct Request {
  std::string_view method;
  std::string_view path;   // as sent: not percent-decoded, without the query
  std::string_view query;  // without the '?'
  std::span<const Header> headers;
  // At least kBodyPadding readable bytes follow the body, so that a parser may read past its end.
  std::string_view body;
  Instant received;     // when its first byte was there
  unsigned worker = 0;  // which I/O thread, counted from 0: an index for what is kept per thread

  static constexpr std::size_t kBodyPadding = 64;

  // The first header of that name, compared without regard to case; "" where there is none.
  std::string_view Find(std::string_view name) const;
  // The first query parameter of that name, not decoded; "" where there is none.
  std::string_view QueryParameter(std::string_view name) const;
};

class Response;

// The right to answer a request later, from any thread. It is used up by Complete; one that is dropped
// answers 500. A client that has gone meanwhile is not an error.
class Deferred {
 public:
  Deferred() = default;
  Deferred(Deferred&&) noexcept = default;
  Deferred& operator=(Deferred&&) noexcept = default;
  ~Deferred();

  void Complete(Response response) &&;

 private:
  friend class Response;
  Deferred(std::shared_ptr<Mailbox> mailbox, std::uint64_t connection, std::int32_t stream)
      : mailbox_(std::move(mailbox)), connection_(connection), stream_(stream) {}

  std::shared_ptr<Mailbox> mailbox_;
  std::uint64_t connection_ = 0;
  std::int32_t stream_ = 0;
};

// The answer that a handler fills in. The server reuses the object, with the memory of its body, for the next
// request of the same thread.
class Response {
 public:
  int status = 200;
  // A literal, or text that outlives the server: it is not copied.
  std::string_view content_type = "text/plain; charset=utf-8";
  std::string body;

  // For the rare headers. Lower-case name; name and value must be valid in HTTP.
  void AddHeader(std::string name, std::string value) {
    headers_.emplace_back(std::move(name), std::move(value));
  }
  std::span<const std::pair<std::string, std::string>> headers() const { return headers_; }

  // Takes over the answering. What else is in this object is then ignored.
  Deferred Defer();
  bool deferred() const { return deferred_; }

  // Back to an empty 200.
  void Clear();

 private:
  friend class Loop;
  std::vector<std::pair<std::string, std::string>> headers_;
  // Where an answer goes that comes later; set by the server before it calls the handler.
  const std::shared_ptr<Mailbox>* mailbox_ = nullptr;
  std::uint64_t connection_ = 0;
  std::int32_t stream_ = 0;
  bool deferred_ = false;
};

class Handler {
 public:
  virtual ~Handler() = default;
  // Called on the I/O thread that read the request, by several threads at once. What can block must use
  // Response::Defer. An exception is answered with 500.
  virtual void Handle(const Request& request, Response& response) = 0;
  // Called on an I/O thread, by the number that its requests have, some time after its last large request or
  // the end of many connections: memory that is kept for more of them may be returned.
  virtual void ReturnMemory(unsigned) {}
};

// "Not Found" for 404; "" for a status that has no name.
std::string_view ReasonPhrase(int status);

}  // namespace ephor::net
