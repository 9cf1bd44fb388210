// What a server asks for before it answers: the header WWW-Authenticate (RFC 9110, 11.6.1).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ephor::registry {

struct Challenge {
  std::string scheme;                                           // in lower case: "basic", "bearer"
  std::vector<std::pair<std::string, std::string>> parameters;  // names in lower case

  // A parameter's value, or "".
  std::string_view Parameter(std::string_view name) const;
};

// All challenges of a header's value, in order. What cannot be read ends the list: the rest is not guessed
// at. Linear in the text.
std::vector<Challenge> ParseChallenges(std::string_view text);

}  // namespace ephor::registry
