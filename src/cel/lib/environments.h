// Environments as the reference puts them together.
#pragma once

#include <memory>
#include <span>

#include "cel/check/env.h"

namespace ephor::cel::lib {

// Plain CEL with all extensions in their newest versions, without variables: that of the conformance suite,
// and what `ephor cel eval` starts from. Built once; safe from any thread.
std::shared_ptr<const Env> ConformanceEnv();

}  // namespace ephor::cel::lib
