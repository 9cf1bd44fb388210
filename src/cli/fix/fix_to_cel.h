// `ephor fix policy --to-cel`: ClusterPolicies as ValidatingPolicies.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace ephor::cli {

struct Context;

struct ToCelOptions {
  bool enabled = false;
  std::vector<std::string> paths;
  std::vector<std::string> resources;  // files and folders of objects that both must agree on
  std::string output;                  // "" is standard output
  bool any_types = false;              // no field has the type that its kind gives it
  bool save = false;                   // put the results in the place of the policies
};

// Prints the results, and on standard error what became of each rule. 0 where all rules were converted, 1
// where some were not or a policy could not be read.
Result<int> RunFixToCel(const ToCelOptions& options, const Context& context);

}  // namespace ephor::cli
