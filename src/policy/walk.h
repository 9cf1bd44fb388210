// Goes through the texts of a document: its keys and its string values, in the order of the keys.
#pragma once

#include <string>
#include <string_view>

#include "json/value.h"

namespace ephor::policy {

namespace internal {

template <class Visit>
bool WalkAt(const json::Value& value, std::string& path, Visit& visit) {
  if (value.is_string()) return visit(value.as_string(), std::string_view(path), false);
  const std::size_t here = path.size();
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      path.append("/").append(std::to_string(i));
      if (!WalkAt(value.items()[i], path, visit)) return false;
      path.resize(here);
    }
  } else if (value.is_object()) {
    for (const json::Member& member : value.members()) {
      if (!visit(member.key(), std::string_view(path), true)) return false;
      path += '/';
      for (const char c : member.key()) {
        if (c == '/') path += '\\';
        path += c;
      }
      if (!WalkAt(member.value, path, visit)) return false;
      path.resize(here);
    }
  }
  return true;
}

}  // namespace internal

// Calls visit(text, path, is_key) until it returns false, and returns whether it never did. The path is
// "/spec/containers/0/image", behind that of the document where one is given; a '/' within a key is written
// "\/". A key's path is that of its object. Depth is bounded by what read the document.
template <class Visit>
bool Walk(const json::Value& document, Visit visit, std::string_view document_path = {}) {
  std::string path(document_path);
  return internal::WalkAt(document, path, visit);
}

// The same without paths: visit(text).
template <class Visit>
bool ForEachText(const json::Value& document, Visit visit) {
  if (document.is_string()) return visit(document.as_string());
  if (document.is_array()) {
    for (const json::Value& item : document.items()) {
      if (!ForEachText<Visit&>(item, visit)) return false;
    }
  } else if (document.is_object()) {
    for (const json::Member& member : document.members()) {
      if (!visit(member.key()) || !ForEachText<Visit&>(member.value, visit)) return false;
    }
  }
  return true;
}

}  // namespace ephor::policy
