// Where requests that policies cause may go: the guard against policies as a way into the network.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/url.h"

struct sockaddr;

namespace ephor::net {

// Immutable once made; any thread may ask. Checks cost one pass over the entries.
class EgressRules {
 public:
  // Forbids what the reference forbids by default (the metadata services of clouds, loopback), and the
  // link-local and unspecified addresses, by address and not only by name.
  static EgressRules Default();
  // The same beside a list of what is allowed.
  static Result<EgressRules> WithDefaultBlocklist(std::span<const std::string> allowed);

  // Entries of the block list are networks ("10.0.0.0/8"), addresses and names of hosts; those of the list of
  // what is allowed are beginnings of URLs ("https://api.example.com/v1"), and where there are any nothing
  // else may be asked. Space around entries does not count, empty ones neither.
  static Result<EgressRules> Of(std::span<const std::string> blocked, std::span<const std::string> allowed);

  // By what the address says, before anything is resolved. kInvalidInput where it is not allowed.
  Result<void> CheckUrl(const Url& url) const;
  // Of what is dialled. An IPv4 address that an IPv6 one embeds (mapped, NAT64, 6to4) counts too.
  Result<void> CheckAddress(const sockaddr& address, std::string_view host, std::uint16_t port) const;

 private:
  struct Network {
    std::array<std::uint8_t, 16> bytes{};
    int family = 0;
    int prefix = 0;
    std::string text;  // as it was written

    bool Contains(int family, const std::uint8_t* bytes) const;
  };
  static Result<Network> NetworkOf(const std::string& entry);
  const Network* BlockedBy(int family, const std::uint8_t* bytes) const;

  std::vector<Network> networks_;
  std::vector<std::string> hosts_;
  std::vector<Url> allowed_;
};

}  // namespace ephor::net
