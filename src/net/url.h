// Addresses of HTTP servers, read by the parser that dials them, so that what is checked is what is used.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ephor::net {

struct Url {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case, without a trailing dot; numeric IPv4 forms (0x7f.1) as dotted ones; IPv6
                       // without brackets
  std::uint16_t port = 0;
  std::string path;  // begins with "/"
  std::string text;  // the whole, as it is sent, with what the user wrote before "@"

  // Fails with kInvalidInput, also for other schemes, and where the name of the host is not one.
  static Result<Url> Parse(std::string_view text);
  // What a Location header means for the answer to this address.
  Result<Url> Resolve(std::string_view location) const;

  bool SameOrigin(const Url& other) const {
    return scheme == other.scheme && host == other.host && port == other.port;
  }
  // For messages: without user, password, query and fragment, which may hold secrets.
  std::string Shown() const;
};

}  // namespace ephor::net
