#include "net/http.h"

#include <algorithm>

#include "net/mailbox.h"

namespace ephor::net {
namespace {

bool SameName(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::string_view Request::Find(std::string_view name) const {
  for (const Header& header : headers) {
    if (SameName(header.name, name)) return header.value;
  }
  return {};
}

std::string_view Request::QueryParameter(std::string_view name) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (pair.substr(0, equals) == name) return pair.substr(std::min(equals + 1, pair.size()));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

Deferred::~Deferred() {
  if (mailbox_ == nullptr) return;
  Response response;
  response.status = 500;
  response.body = "no answer was given\n";
  std::move(*this).Complete(std::move(response));
}

void Deferred::Complete(Response response) && {
  const std::shared_ptr<Mailbox> mailbox = std::move(mailbox_);
  mailbox_ = nullptr;
  if (mailbox != nullptr) mailbox->PostAnswer({connection_, stream_, std::move(response)});
}

Deferred Response::Defer() {
  deferred_ = true;
  return Deferred(mailbox_ == nullptr ? nullptr : *mailbox_, connection_, stream_);
}

void Response::Clear() {
  // What an unusually large answer took is given back.
  constexpr std::size_t kKeepBytes = 1 << 20;
  if (body.capacity() > kKeepBytes) body = std::string();
  status = 200;
  content_type = "text/plain; charset=utf-8";
  body.clear();
  headers_.clear();
  deferred_ = false;
}

std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Request Entity Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "";
  }
}

}  // namespace ephor::net
