#include "server/outside_calls.h"

#include <algorithm>
#include <string_view>

namespace ephor::server {
namespace {

// Whether the text calls a function of the library: CEL allows white space before the dot.
bool CallsLibrary(std::string_view text, std::string_view library) {
  for (std::size_t at = text.find(library); at != std::string_view::npos; at = text.find(library, at + 1)) {
    const std::size_t next = text.find_first_not_of(" \t\r\n", at + library.size());
    if (next != std::string_view::npos && text[next] == '.') return true;
  }
  return false;
}

bool MentionsCall(std::string_view text) {
  constexpr std::string_view kFunctions[] = {"getMetadata", "GetMetadata", "getImageData", "is_external_url"};
  return CallsLibrary(text, "http") || std::ranges::any_of(kFunctions, [&](std::string_view function) {
           return text.find(function) != std::string_view::npos;
         });
}

}  // namespace

// As deep as the parsers' limit on nesting.
bool MayCallOutside(const json::Value& document) {
  if (document.is_string()) return MentionsCall(document.as_string());
  if (document.is_array()) {
    for (const json::Value& item : document.items()) {
      if (MayCallOutside(item)) return true;
    }
    return false;
  }
  if (!document.is_object()) return false;
  for (const json::Member& member : document.members()) {
    if (member.key() == "imageRegistry") return true;
    if (member.key() == "apiCall" && member.value.Find("service") != nullptr) return true;
    if (MayCallOutside(member.value)) return true;
  }
  return false;
}

}  // namespace ephor::server
