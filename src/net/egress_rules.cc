#include "net/egress_rules.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/quote.h"

namespace ephor::net {
namespace {

std::string Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin));
}

std::string NormalHost(std::string host) {
  for (char& c : host) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  while (host.ends_with('.')) host.pop_back();
  return host;
}

// The IPv4 address within an IPv6 one by which the same host is reached, or null.
const std::uint8_t* Embedded(const std::uint8_t* bytes) {
  constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  constexpr std::uint8_t kCompatible[12] = {};
  constexpr std::uint8_t kNat64[12] = {0, 0x64, 0xff, 0x9b};
  constexpr std::uint8_t k6to4[2] = {0x20, 0x02};
  if (std::memcmp(bytes, kMapped, 12) == 0 || std::memcmp(bytes, kNat64, 12) == 0) return bytes + 12;
  // "::" and "::1" are addresses of their own.
  if (std::memcmp(bytes, kCompatible, 12) == 0 && (bytes[12] | bytes[13] | bytes[14]) != 0) return bytes + 12;
  if (std::memcmp(bytes, k6to4, 2) == 0) return bytes + 2;
  return nullptr;
}

std::string TextOf(int family, const std::uint8_t* bytes) {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(family, bytes, text, sizeof text);
  return text;
}

bool PathMatches(std::string_view path, std::string_view allowed) {
  if (allowed.empty() || allowed == "/" || path == allowed) return true;
  if (!path.starts_with(allowed)) return false;
  // Whole segments: "/v1" does not allow "/v10".
  return allowed.ends_with('/') || path[allowed.size()] == '/';
}

}  // namespace

bool EgressRules::Network::Contains(int other_family, const std::uint8_t* other) const {
  if (family != other_family) return false;
  const int whole = prefix / 8, rest = prefix % 8;
  if (std::memcmp(bytes.data(), other, static_cast<std::size_t>(whole)) != 0) return false;
  if (rest == 0) return true;
  const int mask = 0xff << (8 - rest) & 0xff;
  return ((bytes[static_cast<std::size_t>(whole)] ^ other[whole]) & mask) == 0;
}

Result<EgressRules::Network> EgressRules::NetworkOf(const std::string& entry) {
  const std::size_t slash = entry.find('/');
  const std::string address = entry.substr(0, slash);
  Network network;
  network.text = entry;
  network.family = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
  if (inet_pton(network.family, address.c_str(), network.bytes.data()) != 1) {
    return InvalidInput("invalid CIDR " + GoQuote(entry) + " in blocklist: invalid CIDR address: " + entry);
  }
  const int bits = network.family == AF_INET ? 32 : 128;
  network.prefix = bits;
  if (slash == std::string::npos) return network;
  const char* const end = entry.data() + entry.size();
  const auto [rest, failed] = std::from_chars(entry.data() + slash + 1, end, network.prefix);
  if (failed != std::errc() || rest != end || network.prefix < 0 || network.prefix > bits) {
    return InvalidInput("invalid CIDR " + GoQuote(entry) + " in blocklist: invalid CIDR address: " + entry);
  }
  return network;
}

Result<EgressRules> EgressRules::Of(std::span<const std::string> blocked,
                                    std::span<const std::string> allowed) {
  EgressRules rules;
  for (const std::string& written : blocked) {
    const std::string entry = Trimmed(written);
    if (entry.empty()) continue;
    auto network = NetworkOf(entry);
    if (network) {
      rules.networks_.push_back(*std::move(network));
    } else if (entry.find('/') != std::string::npos) {
      return std::unexpected(std::move(network).error());
    } else {
      rules.hosts_.push_back(NormalHost(entry));
    }
  }
  for (const std::string& written : allowed) {
    const std::string entry = Trimmed(written);
    if (entry.empty()) continue;
    if (entry.find("://") == std::string::npos) {
      return InvalidInput("allowlist entry " + GoQuote(entry) +
                          " must include scheme and host (e.g. https://api.example.com)");
    }
    auto url = Url::Parse(entry);
    if (!url) return InvalidInput("invalid allowlist URL " + GoQuote(entry) + ": " + url.error().message());
    rules.allowed_.push_back(*std::move(url));
  }
  return rules;
}

Result<EgressRules> EgressRules::WithDefaultBlocklist(std::span<const std::string> allowed) {
  static const std::vector<std::string> kBlocked = {
      "169.254.169.254", "169.254.169.253", "metadata.google.internal", "127.0.0.0/8", "::1/128",
      // Ways to the same places that the reference's list leaves open.
      "169.254.0.0/16", "fe80::/10", "0.0.0.0/8", "::/128"};
  return Of(kBlocked, allowed);
}

EgressRules EgressRules::Default() {
  return *WithDefaultBlocklist({});
}

const EgressRules::Network* EgressRules::BlockedBy(int family, const std::uint8_t* bytes) const {
  const auto found = std::find_if(networks_.begin(), networks_.end(),
                                  [&](const Network& network) { return network.Contains(family, bytes); });
  return found == networks_.end() ? nullptr : &*found;
}

Result<void> EgressRules::CheckUrl(const Url& url) const {
  const bool is_allowed =
      allowed_.empty() || std::any_of(allowed_.begin(), allowed_.end(), [&](const Url& allowed) {
        return url.SameOrigin(allowed) && PathMatches(url.path, allowed.path);
      });
  if (!is_allowed) {
    return InvalidInput("URL " + GoQuote(url.Shown()) + " is not permitted: no matching allowlist entry");
  }
  if (std::find(hosts_.begin(), hosts_.end(), url.host) != hosts_.end()) {
    return InvalidInput("URL " + GoQuote(url.Shown()) + " is blocked: hostname " + GoQuote(url.host) +
                        " is on the blocklist");
  }
  return {};
}

Result<void> EgressRules::CheckAddress(const sockaddr& address, std::string_view host,
                                       std::uint16_t port) const {
  const std::uint8_t* bytes = nullptr;
  if (address.sa_family == AF_INET) {
    bytes = reinterpret_cast<const std::uint8_t*>(&reinterpret_cast<const sockaddr_in&>(address).sin_addr);
  } else if (address.sa_family == AF_INET6) {
    bytes = reinterpret_cast<const std::uint8_t*>(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
  } else {
    return InvalidInput("connection to " + std::string(host) + " blocked: no IP address");
  }
  const int family = address.sa_family;
  const Network* blocked = BlockedBy(family, bytes);
  if (blocked == nullptr && family == AF_INET6) {
    const std::uint8_t* const embedded = Embedded(bytes);
    if (embedded != nullptr) blocked = BlockedBy(AF_INET, embedded);
  }
  if (blocked == nullptr) return {};
  const std::string text = TextOf(family, bytes);
  const std::string shown =
      host.find(':') == std::string_view::npos ? std::string(host) : "[" + std::string(host) + "]";
  return InvalidInput("connection to " + shown + ":" + std::to_string(port) +
                      " blocked: " + (host == text ? "IP " : "resolved IP ") + text +
                      " falls in blocked range " + blocked->text);
}

}  // namespace ephor::net
