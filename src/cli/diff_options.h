// What `ephor diff` was asked to do.
#pragma once

#include <string>
#include <vector>

#include "cli/apply_options.h"

namespace ephor::cli {

struct DiffOptions {
  std::string old_policies;
  std::string new_policies;
  ApplyOptions given;  // resources, exceptions, values, user; policies are set for each side
  std::vector<std::string> reviews;
  std::string output = "text";
  bool summary = false;  // without the resources
  bool remove_color = false;
};

}  // namespace ephor::cli
