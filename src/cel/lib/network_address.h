// IP addresses and networks by the rules of Go's net/netip, with its error texts.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ephor::cel::lib {

struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};  // of IPv4 the last four
  bool v4 = false;
  bool has_zone = false;

  static Result<IpAddress> Parse(std::string_view text);
  // Also "::ffff:1.2.3.4".
  bool IsMapped() const;
  IpAddress Unmapped() const;
  bool IsUnspecified() const;
  bool IsLoopback() const;
  bool IsLinkLocalMulticast() const;
  bool IsLinkLocalUnicast() const;
  bool IsMulticast() const;
  bool IsGlobalUnicast() const;
  std::string ToString() const;
  bool operator==(const IpAddress& other) const { return v4 == other.v4 && bytes == other.bytes; }
};

struct IpNetwork {
  IpAddress address;  // with its host bits
  int prefix = 0;

  static Result<IpNetwork> Parse(std::string_view text);
  IpNetwork Masked() const;
  bool Contains(const IpAddress& other) const;
  bool Contains(const IpNetwork& other) const;
  std::string ToString() const;
  bool operator==(const IpNetwork& other) const { return prefix == other.prefix && address == other.address; }
};

}  // namespace ephor::cel::lib
