#include "cli/recorded_calls.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/quote.h"
#include "json/write.h"

namespace ephor::cli {
namespace {

using json::Value;

std::string Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin));
}

std::string UpperCased(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

Result<void> CheckUrl(const std::string& place, const std::string& url) {
  std::string_view rest = url;
  for (const std::string_view scheme : {"https:", "http:"}) {
    if (UpperCased(url).starts_with(UpperCased(std::string(scheme)))) {
      rest.remove_prefix(scheme.size());
      break;
    }
  }
  if (rest.size() == url.size()) {
    return InvalidInput(place + ": url " + GoQuote(url) + " must be an absolute https/http URL");
  }
  const bool has_host = rest.starts_with("//") && rest.size() > 2 &&
                        std::string_view("/?#:").find(rest[2]) == std::string_view::npos;
  if (!has_host) return InvalidInput(place + ": url " + GoQuote(url) + " has scheme but no host");
  return {};
}

// An entry's URL or path.
Result<std::string> UrlOf(const std::string& place, const Value& entry) {
  const std::string url = Trimmed(entry.StringAt("url")), path = Trimmed(entry.StringAt("urlPath"));
  if (url.empty() && path.empty()) return InvalidInput(place + ": either url or urlPath is required");
  if (!url.empty() && !path.empty()) {
    return InvalidInput(place + ": url and urlPath are mutually exclusive");
  }
  if (!url.empty()) {
    EPHOR_TRY(CheckUrl(place, url));
    return url;
  }
  if (path[0] != '/') {
    return InvalidInput(place + ": urlPath " + GoQuote(path) + " must be an absolute path starting with '/'");
  }
  return path;
}

Result<ports::HttpResponse> ResponseOf(const std::string& place, const Value& entry) {
  const Value* const body = entry.Find("response", "body");
  if (body == nullptr || body->is_null()) return InvalidInput(place + ": response.body is required");
  if (!body->is_object()) return InvalidInput(place + ": response.body must be a JSON object");
  const Value* const status = entry.Find("response", "statusCode");
  std::int64_t code = 0;
  if (status != nullptr && !status->is_null()) {
    if (!status->is_int()) return InvalidInput(place + ": response.statusCode must be an integer");
    code = status->as_int();
  }
  if (code != 0 && (code < 100 || code > 599)) {
    return InvalidInput(place + ": statusCode " + std::to_string(code) + " must be between 100 and 599");
  }
  return ports::HttpResponse{.status = code == 0 ? 200 : static_cast<int>(code),
                             .body = json::ToString(*body)};
}

}  // namespace

Result<RecordedCalls> RecordedCalls::Of(const Value& entries) {
  RecordedCalls calls;
  if (entries.is_null()) return calls;
  if (!entries.is_array()) return InvalidInput("apiCallResponses must be a list");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Value& entry = entries.items()[i];
    const std::string place = "apiCallResponses[" + std::to_string(i) + "]";
    EPHOR_ASSIGN(const std::string url, UrlOf(place, entry));
    const std::string method = UpperCased(Trimmed(entry.StringAt("method")));
    if (!method.empty() && method != "GET" && method != "POST") {
      return InvalidInput(place + ": method must be GET or POST");
    }
    EPHOR_ASSIGN(ports::HttpResponse response, ResponseOf(place + " " + GoQuote(url), entry));
    std::string key = method.empty() ? url : method + ":" + url;
    if (calls.answers_.contains(key)) {
      return InvalidInput("apiCallResponses: duplicate entry for " + GoQuote(url) + " (key " + GoQuote(key) +
                          ") — each method+url combination must be unique");
    }
    calls.answers_.emplace(std::move(key), std::move(response));
  }
  return calls;
}

const ports::HttpResponse* RecordedCalls::Find(std::string_view method, std::string_view url) const {
  auto found = answers_.find(std::string(method).append(":").append(url));
  if (found == answers_.end()) found = answers_.find(url);
  return found == answers_.end() ? nullptr : &found->second;
}

Result<ports::HttpResponse> RecordedCalls::Send(const ports::HttpRequest& request) {
  const ports::HttpResponse* const found = Find(request.method, request.url);
  if (found != nullptr) return *found;
  if (behind_ != nullptr) return behind_->Send(request);
  return Fail(ErrorCode::kUnavailable,
              "the test has no answer for " + std::string(request.method) + " " + std::string(request.url));
}

}  // namespace ephor::cli
