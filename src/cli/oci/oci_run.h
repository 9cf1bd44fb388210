// `ephor oci push` and `ephor oci pull`: policies in registries.
#pragma once

#include <string>

#include "base/result.h"

namespace ephor::cli {

struct Context;

struct OciOptions {
  std::string path;   // the policies to push, or the folder to pull into
  std::string image;  // where they are pushed to or pulled from
};

// Steps are told of on standard error, as the reference does. Credentials are those of the machine.
Result<int> RunOciPush(const OciOptions& options, const Context& context);
Result<int> RunOciPull(const OciOptions& options, const Context& context);

}  // namespace ephor::cli
