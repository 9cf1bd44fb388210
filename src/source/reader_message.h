// Messages of the YAML reader without their line numbers, for errors that name the place themselves.
#pragma once

#include <string>
#include <string_view>

namespace ephor::source {

// "yaml: line 4: did not find expected key" as "yaml: did not find expected key"; other texts as they are.
inline std::string WithoutLine(std::string_view message) {
  for (const std::string_view prefix : {"yaml: line ", "yaml: unmarshal errors:\n  line "}) {
    if (!message.starts_with(prefix)) continue;
    const std::size_t end = message.find_first_not_of("0123456789", prefix.size());
    if (end == std::string_view::npos || !message.substr(end).starts_with(": ")) continue;
    return "yaml: " + std::string(message.substr(end + 2));
  }
  return std::string(message);
}

}  // namespace ephor::source
