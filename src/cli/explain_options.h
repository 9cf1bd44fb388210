// What `ephor explain` was asked to do.
#pragma once

#include <string>
#include <vector>

#include "cli/apply_options.h"

namespace ephor::cli {

struct ExplainOptions {
  ApplyOptions given;  // policies, resources, exceptions, values, user
  std::vector<std::string> reviews;
  std::vector<std::string> policies;  // only these; wildcards
  std::vector<std::string> rules;
  std::string output = "text";
  bool remove_color = false;
};

}  // namespace ephor::cli
