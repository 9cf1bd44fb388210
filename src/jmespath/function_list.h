// What functions there are beyond the standard ones, for people.
#pragma once

#include <string>
#include <vector>

namespace ephor::jmespath {

struct FunctionDescription {
  std::string name;
  std::string signature;  // "items(object|array, string, string) array"
  std::string note;
};

// Kyverno's functions, in the order of their signatures.
std::vector<FunctionDescription> DescribeFunctions();

}  // namespace ephor::jmespath
