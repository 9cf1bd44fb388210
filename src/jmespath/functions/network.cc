#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

#include "base/quote.h"
#include "jmespath/functions/families.h"
#include "ports/resolver.h"

namespace ephor::jmespath::functions {
namespace {

using Address = std::array<std::uint8_t, 16>;  // IPv4 as ::ffff:a.b.c.d

std::optional<std::array<std::uint8_t, 4>> ParseIpv4(std::string_view text) {
  std::array<std::uint8_t, 4> bytes{};
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t dot = i < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos || dot == 0 || dot > 3) return std::nullopt;
    if (dot > 1 && text[0] == '0') return std::nullopt;
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + dot, value);
    if (error != std::errc() || end != text.data() + dot || value > 255) return std::nullopt;
    bytes[i] = static_cast<std::uint8_t>(value);
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return text.empty() ? std::optional(bytes) : std::nullopt;
}

std::optional<Address> ParseIpv6(std::string_view text) {
  Address address{};
  std::size_t filled = 0;
  std::optional<std::size_t> gap;  // where "::" stands
  if (text.starts_with("::")) {
    gap = 0;
    text.remove_prefix(2);
  }
  while (!text.empty() && filled < 16) {
    const std::size_t end = std::min(text.find(':'), text.size());
    const std::string_view group = text.substr(0, end);
    if (group.find('.') != std::string_view::npos) {
      const auto tail = ParseIpv4(text);
      if (!tail || filled > 12) return std::nullopt;
      std::copy(tail->begin(), tail->end(), address.begin() + static_cast<std::ptrdiff_t>(filled));
      filled += 4;
      text = {};
      break;
    }
    unsigned value = 0;
    const auto [stop, error] = std::from_chars(group.data(), group.data() + group.size(), value, 16);
    if (group.empty() || group.size() > 4 || error != std::errc() || stop != group.data() + group.size()) {
      return std::nullopt;
    }
    address[filled++] = static_cast<std::uint8_t>(value >> 8);
    address[filled++] = static_cast<std::uint8_t>(value & 255);
    text.remove_prefix(end);
    if (text.empty()) break;
    text.remove_prefix(1);
    if (text.starts_with(':')) {
      if (gap) return std::nullopt;
      gap = filled;
      text.remove_prefix(1);
    } else if (text.empty()) {
      return std::nullopt;
    }
  }
  if (!text.empty() || (filled == 16) == gap.has_value()) return std::nullopt;
  if (gap) {
    std::rotate(address.begin() + static_cast<std::ptrdiff_t>(*gap),
                address.begin() + static_cast<std::ptrdiff_t>(filled), address.end());
  }
  return address;
}

std::optional<Address> ParseAddress(std::string_view text) {
  if (const auto v4 = ParseIpv4(text)) {
    Address address{};
    address[10] = address[11] = 0xff;
    std::copy(v4->begin(), v4->end(), address.begin() + 12);
    return address;
  }
  return text.find(':') == std::string_view::npos ? std::nullopt : ParseIpv6(text);
}

// Loopback, or private by RFC 1918 or RFC 4193. Link-local addresses count as external.
bool IsInternal(const Address& a) {
  const bool v4 = std::all_of(a.begin(), a.begin() + 10, [](std::uint8_t b) { return b == 0; }) &&
                  a[10] == 0xff && a[11] == 0xff;
  if (v4) {
    return a[12] == 127 || a[12] == 10 || (a[12] == 172 && (a[13] & 0xf0) == 16) ||
           (a[12] == 192 && a[13] == 168);
  }
  const bool loopback =
      std::all_of(a.begin(), a.end() - 1, [](std::uint8_t b) { return b == 0; }) && a[15] == 1;
  return loopback || (a[0] & 0xfe) == 0xfc;
}

bool IsAlpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// Without its scheme. A text that begins with no scheme is a path, whose first part may hold no colon.
Result<std::string_view> WithoutScheme(std::string_view url) {
  std::size_t at = 0;
  while (at < url.size() &&
         (IsAlpha(url[at]) || IsDigit(url[at]) || url[at] == '+' || url[at] == '-' || url[at] == '.')) {
    ++at;
  }
  if (at < url.size() && url[at] == ':') {
    if (at == 0) return EvaluationError("missing protocol scheme");
    if (IsAlpha(url[0])) return url.substr(at + 1);
  }
  const std::string_view first = url.substr(0, url.find_first_of("/?"));
  if (first.find(':') != std::string_view::npos) {
    return EvaluationError("first path segment in URL cannot contain colon");
  }
  return url;
}

// The host of a URL without its fragment; without user, port, brackets and the zone of an address. "" where
// there is none.
Result<std::string_view> Hostname(std::string_view url) {
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (std::any_of(url.begin(), url.end(), is_control)) {
    return EvaluationError("net/url: invalid control character in URL");
  }
  EPHOR_ASSIGN(const std::string_view rest, WithoutScheme(url));
  if (!rest.starts_with("//")) return std::string_view();
  std::string_view authority = rest.substr(2);
  authority = authority.substr(0, authority.find_first_of("/?"));
  if (const std::size_t user = authority.rfind('@'); user != std::string_view::npos) {
    authority.remove_prefix(user + 1);
  }
  std::string_view host = authority.substr(0, authority.find(':')), port = authority.substr(host.size());
  if (authority.starts_with('[')) {
    const std::size_t end = authority.rfind(']');
    if (end == std::string_view::npos) return EvaluationError("missing ']' in host");
    host = authority.substr(1, end - 1);
    host = host.substr(0, host.find('%'));
    port = authority.substr(end + 1);
  }
  if (!port.empty() && (port[0] != ':' || !std::all_of(port.begin() + 1, port.end(), IsDigit))) {
    return EvaluationError("invalid port " + GoQuote(port) + " after host");
  }
  return host;
}

// Whether the last part of a host begins with a digit and is one number, as in "127.1" and "0x7f.1": no name
// ends so, but the system's resolver would take it for an address, and the reference's does not.
bool EndsInNumber(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const std::string_view last = host.substr(host.rfind('.') + 1);
  if (last.empty() || !IsDigit(last[0])) return false;
  const bool hex = last.starts_with("0x") || last.starts_with("0X");
  return last.find_first_not_of(hex ? "0123456789abcdefABCDEF" : "0123456789", hex ? 2 : 0) ==
         std::string_view::npos;
}

}  // namespace

Result<Value> IsExternalUrl(Invocation& in) {
  const std::string_view url = in.text(0).substr(0, in.text(0).find('#'));
  const Result<std::string_view> parsed = Hostname(url);
  if (!parsed) return EvaluationError("parse " + GoQuote(url) + ": " + parsed.error().message());
  const std::string_view host = *parsed;
  if (const auto address = ParseAddress(host)) return Value::Bool(!IsInternal(*address));
  if (host.empty() || EndsInNumber(host)) {
    return EvaluationError("lookup " + std::string(host) + ": no such host");
  }
  if (in.world().resolver == nullptr) return in.Fail("there is no resolver");
  const auto addresses = in.world().resolver->Resolve(host, in.world().deadline);
  if (!addresses) return std::unexpected(addresses.error());
  for (const std::string& text : *addresses) {
    const auto address = ParseAddress(text);
    if (address && IsInternal(*address)) return Value::Bool(false);
  }
  return Value::Bool(true);
}

}  // namespace ephor::jmespath::functions
