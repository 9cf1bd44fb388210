// The grammar of github.com/distribution/reference, which Docker and Kubernetes share.
#pragma once

#include <string_view>

namespace ephor::image {

// Views into the text that was split; absent parts are empty.
struct ReferenceParts {
  std::string_view domain;  // with its port
  std::string_view path;
  std::string_view tag;
  std::string_view digest;
};

// Splits "[domain/]path[:tag][@digest]". Returns the library's reason, or "" if the text is a reference.
std::string_view SplitReference(std::string_view text, ReferenceParts& parts);

// A host name, or an IPv6 address in brackets, and perhaps a port.
bool IsDomain(std::string_view text);

}  // namespace ephor::image
