#include "registry/plain_http.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <cstdint>
#include <string>

namespace ephor::registry {
namespace {

std::string_view WithoutPort(std::string_view registry) {
  const std::size_t colon = registry.rfind(':');
  const bool has_port = colon != std::string_view::npos &&
                        registry.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
  return has_port && !registry.substr(0, colon).ends_with(':') ? registry.substr(0, colon) : registry;
}

// In host order, or nothing.
bool ReadIpv4(std::string_view host, std::uint32_t& address) {
  in_addr bytes{};
  if (inet_pton(AF_INET, std::string(host).c_str(), &bytes) != 1) return false;
  address = ntohl(bytes.s_addr);
  return true;
}

bool IsPrivate(std::uint32_t address) {
  return address >> 24 == 10 || address >> 20 == 0xac1 || address >> 16 == 0xc0a8;
}

}  // namespace

bool MaySpeakPlainHttp(std::string_view registry) {
  const std::string_view host = WithoutPort(registry);
  std::uint32_t address = 0;
  if (ReadIpv4(host, address) && (IsPrivate(address) || host == "127.0.0.1")) return true;
  return registry.starts_with("localhost:") || host.ends_with(".localhost") || host == "::1" ||
         host == "[::1]";
}

bool IsInternalAddress(std::string_view host) {
  std::uint32_t address = 0;
  if (ReadIpv4(host, address)) {
    return IsPrivate(address) || address >> 24 == 127 || address >> 16 == 0xa9fe || address >> 24 == 0;
  }
  in6_addr bytes{};
  if (inet_pton(AF_INET6, std::string(host).c_str(), &bytes) != 1) return false;
  if (IN6_IS_ADDR_V4MAPPED(&bytes)) {
    char text[INET_ADDRSTRLEN] = {};
    inet_ntop(AF_INET, bytes.s6_addr + 12, text, sizeof text);
    return IsInternalAddress(text);
  }
  return IN6_IS_ADDR_LOOPBACK(&bytes) || IN6_IS_ADDR_UNSPECIFIED(&bytes) || IN6_IS_ADDR_LINKLOCAL(&bytes) ||
         (bytes.s6_addr[0] & 0xfe) == 0xfc;
}

}  // namespace ephor::registry
