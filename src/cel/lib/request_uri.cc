#include "cel/lib/request_uri.h"

#include <algorithm>

#include "base/quote.h"
#include "cel/lib/network_address.h"

namespace ephor::cel::lib {
namespace {

// Which part of a URL a text stands in: each may hold other characters as they are.
enum class Part { kPath, kHost, kZone, kUser, kQuery };

bool IsAlnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool In(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}
bool IsHex(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}
int HexValue(char c) {
  return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

bool MustEscape(char c, Part part) {
  if (IsAlnum(c) || In(c, "-_.~")) return false;
  switch (part) {
    case Part::kHost:
    case Part::kZone:
      return !In(c, "!$&'()*+,;=:[]<>\"");
    case Part::kPath:
      return !In(c, "$&+,/:;=@");
    default:
      return true;
  }
}

Result<std::string> Unescape(std::string_view text, Part part) {
  const auto bad = [](std::string_view escape) {
    return InvalidInput("invalid URL escape " + GoQuote(escape));
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || !IsHex(text[i + 1]) || !IsHex(text[i + 2])) return bad(text.substr(i, 3));
      const std::string_view escape = text.substr(i, 3);
      const char byte = static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2]));
      // In host names only bytes beyond ASCII may be escaped.
      if (part == Part::kHost && HexValue(text[i + 1]) < 8 && escape != "%25") return bad(escape);
      if (part == Part::kZone && escape != "%25" && byte != ' ' && MustEscape(byte, Part::kHost))
        return bad(escape);
      out += byte;
      i += 2;
    } else if (c == '+' && part == Part::kQuery) {
      out += ' ';
    } else {
      const bool in_host = part == Part::kHost || part == Part::kZone;
      if (in_host && static_cast<unsigned char>(c) < 0x80 && MustEscape(c, part)) {
        return InvalidInput("invalid character " + GoQuote(text.substr(i, 1)) + " in host name");
      }
      out += c;
    }
  }
  return out;
}

std::string EscapePath(std::string_view path) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (char c : path) {
    if (MustEscape(c, Part::kPath)) {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  return out;
}

bool IsValidEncodedPath(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return In(c, "!$&'()*+,;=:@[]%") || !MustEscape(c, Part::kPath); });
}

bool IsOptionalPort(std::string_view port) {
  if (port.empty()) return true;
  return port[0] == ':' &&
         std::all_of(port.begin() + 1, port.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "http" of "http://x"; "" where the text begins with no scheme.
Result<std::string_view> SplitScheme(std::string_view& rest) {
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const char c = rest[i];
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) continue;
    if ((c >= '0' && c <= '9') || In(c, "+-.")) {
      if (i == 0) return std::string_view();
      continue;
    }
    if (c != ':') return std::string_view();
    if (i == 0) return InvalidInput("missing protocol scheme");
    const std::string_view scheme = rest.substr(0, i);
    rest.remove_prefix(i + 1);
    return scheme;
  }
  return std::string_view();
}

Result<std::string> ParseHost(std::string_view scheme, std::string_view host) {
  const auto bad_port = [](std::string_view port) {
    return InvalidInput("invalid port " + GoQuote(port) + " after host");
  };
  const std::size_t bracket = host.rfind('[');
  if (bracket != std::string_view::npos && bracket > 0) return InvalidInput("invalid IP-literal");
  if (bracket == 0) {
    const std::size_t close = host.rfind(']');
    if (close == std::string_view::npos) return InvalidInput("missing ']' in host");
    const std::string_view port = host.substr(close + 1);
    if (!IsOptionalPort(port)) return bad_port(port);
    const std::string_view name = host.substr(1, close - 1);
    const std::size_t zone = std::min(name.find("%25"), name.size());
    EPHOR_ASSIGN(std::string literal, Unescape(name.substr(0, zone), Part::kHost));
    EPHOR_ASSIGN(const std::string zone_text, Unescape(name.substr(zone), Part::kZone));
    literal += zone_text;
    const Result<IpAddress> address = IpAddress::Parse(literal);
    if (!address) return InvalidInput("invalid host: " + address.error().message());
    if (address->v4) return InvalidInput("invalid IP-literal");
    return "[" + literal + "]" + std::string(port);
  }
  const std::size_t first = host.find(':');
  if (first != std::string_view::npos) {
    const bool strict = scheme == "http" || scheme == "https";
    const std::string_view port = host.substr(strict ? first : host.rfind(':'));
    if (!IsOptionalPort(port)) return bad_port(port);
  }
  return Unescape(host, Part::kHost);
}

Result<void> ParseAuthority(std::string_view authority, Url& url) {
  const std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    const std::string_view user = authority.substr(0, at);
    for (char c : user) {
      if (!IsAlnum(c) && !In(c, "-._:~!$&'()*+,;=%@")) return InvalidInput("net/url: invalid userinfo");
    }
    EPHOR_TRY(Unescape(user, Part::kUser));
    url.user = std::string(user) + "@";
    authority.remove_prefix(at + 1);
  }
  EPHOR_ASSIGN(url.host, ParseHost(url.scheme, authority));
  return {};
}

// `of_request`: by the stricter rules of a request line, without fragment.
Result<Url> Parse(std::string_view text, bool of_request) {
  for (char c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) {
      return InvalidInput("net/url: invalid control character in URL");
    }
  }
  Url url;
  if (text.empty() && of_request) return InvalidInput("empty url");
  if (text == "*") {
    url.path = url.escaped_path = "*";
    return url;
  }
  std::string_view rest = text;
  EPHOR_ASSIGN(const std::string_view scheme, SplitScheme(rest));
  for (char c : scheme) url.scheme += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (const std::size_t question = rest.find('?'); question != std::string_view::npos) {
    url.raw_query = rest.substr(question + 1);
    rest = rest.substr(0, question);
  }
  if (!rest.starts_with('/')) {
    if (!url.scheme.empty()) {
      url.opaque = rest;
      return url;
    }
    if (of_request) return InvalidInput("invalid URI for request");
    if (rest.substr(0, rest.find('/')).find(':') != std::string_view::npos) {
      return InvalidInput("first path segment in URL cannot contain colon");
    }
  }
  const bool may_have_host = !url.scheme.empty() || (!of_request && !rest.starts_with("///"));
  if (may_have_host && rest.starts_with("//")) {
    const std::size_t slash = std::min(rest.find('/', 2), rest.size());
    EPHOR_TRY(ParseAuthority(rest.substr(2, slash - 2), url));
    rest.remove_prefix(slash);
  }
  EPHOR_ASSIGN(url.path, Unescape(rest, Part::kPath));
  // The spelling of the text is kept where it is a valid one of the path.
  url.escaped_path = IsValidEncodedPath(rest) ? std::string(rest) : EscapePath(url.path);
  return url;
}

}  // namespace

std::string Url::hostname() const {
  std::string_view name = host;
  const std::size_t colon = name.rfind(':');
  if (colon != std::string_view::npos && IsOptionalPort(name.substr(colon))) name = name.substr(0, colon);
  if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
  return std::string(name);
}

std::string Url::port() const {
  const std::size_t colon = host.rfind(':');
  if (colon == std::string::npos || !IsOptionalPort(std::string_view(host).substr(colon))) return "";
  return host.substr(colon + 1);
}

std::vector<std::pair<std::string, std::string>> Url::Query() const {
  std::vector<std::pair<std::string, std::string>> pairs;
  std::string_view rest = raw_query;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (pair.empty() || pair.find(';') != std::string_view::npos) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    Result<std::string> key = Unescape(pair.substr(0, equals), Part::kQuery);
    Result<std::string> value = Unescape(pair.substr(std::min(equals + 1, pair.size())), Part::kQuery);
    if (key && value) pairs.emplace_back(*std::move(key), *std::move(value));
  }
  return pairs;
}

std::string Url::ToString() const {
  std::string out;
  if (!scheme.empty()) out += scheme + ":";
  if (!opaque.empty()) {
    out += opaque;
  } else {
    if (!host.empty() || !user.empty() || !scheme.empty()) out += "//" + user + host;
    out += escaped_path;
  }
  if (!raw_query.empty()) out += "?" + raw_query;
  return out + fragment;
}

Result<Url> ParseRequestUri(std::string_view text) {
  const auto fail = [text](const Error& error) {
    return InvalidInput("parse " + GoQuote(text) + ": " + error.message());
  };
  const Result<Url> as_request = Parse(text, true);
  if (!as_request) return fail(as_request.error());
  const std::size_t hash = std::min(text.find('#'), text.size());
  Result<Url> url = Parse(text.substr(0, hash), false);
  if (!url) return fail(url.error());
  url->fragment = text.substr(hash);
  return url;
}

}  // namespace ephor::cel::lib
