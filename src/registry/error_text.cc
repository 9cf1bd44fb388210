#include "registry/error_text.h"

#include <algorithm>

#include "base/arena.h"
#include "base/utf8.h"
#include "json/parse.h"
#include "json/write.h"
#include "net/http.h"

namespace ephor::registry {
namespace {

constexpr std::size_t kMaxShownBytes = 1024;

std::string Diagnostic(const json::Value& error) {
  std::string text(error.StringAt("code"));
  text += ": ";
  text += error.StringAt("message");
  const json::Value* detail = error.Find("detail");
  if (detail != nullptr && !detail->is_null()) {
    text += "; " + (detail->is_string() ? std::string(detail->as_string()) : json::ToString(*detail));
  }
  return text;
}

// A registry's text goes to terminals and logs.
std::string Printable(std::string_view text) {
  std::string printable(text.substr(0, kMaxShownBytes));
  for (char& c : printable) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
  }
  while (printable.ends_with(' ')) printable.pop_back();
  return printable;
}

std::string ReasonOf(std::string_view method, const net::ClientResponse& response) {
  Arena arena;
  const auto body = json::Parse(response.body, arena);
  const json::Value* const errors = body ? body->Find("errors") : nullptr;
  if (errors != nullptr && errors->is_array() && errors->size() > 0) {
    std::string text;
    for (const json::Value& error : errors->items()) {
      if (!text.empty()) text += "; ";
      text += Diagnostic(error);
    }
    return Printable(errors->size() == 1 ? text : "multiple errors returned: " + text);
  }
  std::string text = "unexpected status code " + std::to_string(response.status);
  const std::string_view phrase = net::ReasonPhrase(response.status);
  if (!phrase.empty()) text.append(" ").append(phrase);
  if (method == "HEAD") return text + " (HEAD responses have no body, use GET for details)";
  const std::string shown = Printable(response.body);
  return shown.empty() ? text : text + ": " + shown;
}

}  // namespace

Error RefusalOf(std::string_view method, std::string_view url, const net::ClientResponse& response) {
  return Error(response.status == 404 ? ErrorCode::kNotFound : ErrorCode::kUnavailable,
               std::string(method) + " " + std::string(url.substr(0, url.find('?'))) + ": " +
                   ReasonOf(method, response));
}

bool IsTemporary(int status) {
  constexpr int kTemporary[] = {408, 429, 499, 500, 502, 503, 504, 522};
  return std::find(std::begin(kTemporary), std::end(kTemporary), status) != std::end(kTemporary);
}

}  // namespace ephor::registry
