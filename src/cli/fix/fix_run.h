// `ephor fix policy` and `ephor fix test`: finding files, telling what is wrong, and saving.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace ephor::cli {

struct Context;

struct FixPolicyOptions {
  std::vector<std::string> paths;
  bool save = false;
};

struct FixTestOptions {
  std::vector<std::string> folders;
  std::string file_name = "kyverno-test.yaml";
  bool save = false;
  bool force = false;
  bool compress = false;
};

// Mistakes in a file are printed and do not change the exit code; a path that is not there is an error.
Result<int> RunFixPolicy(const FixPolicyOptions& options, const Context& context);
Result<int> RunFixTest(const FixTestOptions& options, const Context& context);

}  // namespace ephor::cli
