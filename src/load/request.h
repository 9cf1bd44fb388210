// What is sent: where to, the bytes, and what is expected of the answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/comparison.h"
#include "base/result.h"

namespace ephor::load {

// An address as in "https://127.0.0.1:9443/validate/fail?timeout=10s".
struct Url {
  bool secure = false;
  std::string host;  // without the brackets of IPv6
  std::uint16_t port = 0;
  std::string path = "/";  // with the query

  static Result<Url> Parse(std::string_view text);
  // "host:port" as a Host header has it.
  std::string authority() const;
};

// A condition on an answer:
//   status == 200        status < 400        status != 500
//   body contains "allowed":true             body lacks error
struct Check {
  enum class Kind : std::uint8_t { kStatus, kContains, kLacks };

  std::string name;  // as it was written
  Kind kind = Kind::kStatus;
  Comparison comparison = Comparison::kEqual;
  int status = 0;
  std::string text;

  static Result<Check> Parse(std::string_view text);
  bool Holds(int answer_status, std::string_view body) const;
};

struct Request {
  std::string method = "POST";
  std::string path;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case, with the content's type
  std::vector<std::size_t> checks;                           // into the run's list
  std::string text;                                          // the whole request in HTTP/1.1
};

// Fills in `text`. Call it after the rest is as it shall be.
void Render(Request& request, const Url& url, bool keep_alive);

}  // namespace ephor::load
