#include "load/request.h"

#include <charconv>

namespace ephor::load {
namespace {

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

template <class Number>
bool ParseNumber(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool TakePrefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

Result<Url> Url::Parse(std::string_view text) {
  const auto wrong = [text](std::string_view why) {
    return InvalidInput("target '" + std::string(text) + "': " + std::string(why));
  };
  Url url;
  std::string_view rest = text;
  if (TakePrefix(rest, "https://")) {
    url.secure = true;
  } else if (!TakePrefix(rest, "http://")) {
    return wrong("must begin with http:// or https://");
  }
  for (const char c : rest) {
    if (c <= ' ' || c == 127) return wrong("has a space or a control character");
  }
  const std::size_t slash = rest.find_first_of("/?#");
  std::string_view authority = rest.substr(0, slash);
  if (slash != std::string_view::npos) {
    const std::string_view path = rest.substr(slash, rest.find('#') - slash);
    url.path = path.starts_with('/') ? std::string(path) : "/" + std::string(path);
  }
  if (authority.find('@') != std::string_view::npos) return wrong("must not have a user or a password");
  std::string_view port;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return wrong("'[' without ']'");
    url.host = authority.substr(1, end - 1);
    port = authority.substr(end + 1);
  } else {
    const std::size_t colon = authority.find(':');
    url.host = authority.substr(0, colon);
    port = colon == std::string_view::npos ? std::string_view() : authority.substr(colon);
  }
  if (url.host.empty()) return wrong("has no host");
  url.port = url.secure ? 443 : 80;
  if (!port.empty() && (!TakePrefix(port, ":") || !ParseNumber(port, url.port) || url.port == 0)) {
    return wrong("the port must be a number from 1 to 65535");
  }
  return url;
}

std::string Url::authority() const {
  const std::string bracketed = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == (secure ? 443 : 80) ? bracketed : bracketed + ":" + std::to_string(port);
}

Result<Check> Check::Parse(std::string_view text) {
  Check check;
  check.name = Trim(text);
  const auto wrong = [&check](std::string_view why) {
    return InvalidInput("check '" + check.name + "': " + std::string(why) +
                        "; write \"status == 200\", \"body contains TEXT\" or \"body lacks TEXT\"");
  };
  std::string_view rest = check.name;
  if (TakePrefix(rest, "body ")) {
    rest = Trim(rest);
    if (TakePrefix(rest, "contains ")) {
      check.kind = Kind::kContains;
    } else if (TakePrefix(rest, "lacks ")) {
      check.kind = Kind::kLacks;
    } else {
      return wrong("a body can be checked for what it contains or lacks");
    }
    check.text = Trim(rest);
    return check;
  }
  if (!TakePrefix(rest, "status")) return wrong("begins neither with 'status' nor with 'body'");
  rest = Trim(rest);
  const auto comparison = TakeComparison(rest);
  if (!comparison) return wrong("a comparison is missing");
  check.comparison = *comparison;
  if (!ParseNumber(Trim(rest), check.status)) return wrong("the status must be a number");
  return check;
}

bool Check::Holds(int answer_status, std::string_view body) const {
  if (kind == Kind::kContains) return body.find(text) != std::string_view::npos;
  if (kind == Kind::kLacks) return body.find(text) == std::string_view::npos;
  return ephor::Holds(answer_status <=> status, comparison);
}

void Render(Request& request, const Url& url, bool keep_alive) {
  std::string& text = request.text;
  text = request.method + " " + request.path + " HTTP/1.1\r\nhost: " + url.authority() + "\r\n";
  for (const auto& [name, value] : request.headers)
    text.append(name).append(": ").append(value).append("\r\n");
  if (!keep_alive) text += "connection: close\r\n";
  text.append("content-length: ").append(std::to_string(request.body.size())).append("\r\n\r\n");
  text += request.body;
}

}  // namespace ephor::load
