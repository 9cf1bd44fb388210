#include "server/outside_calls.h"

namespace ephor::server {

// As deep as the parsers' limit on nesting.
bool MayCallOutside(const json::Value& document) {
  if (document.is_string()) {
    const std::string_view text = document.as_string();
    for (const std::string_view library :
         {"http.", "image.get", "image.Get", "getImageData", "is_external_url"}) {
      if (text.find(library) != std::string_view::npos) return true;
    }
    return false;
  }
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
