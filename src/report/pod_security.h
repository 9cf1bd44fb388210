// What reports tell of a podSecurity rule that failed.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/types.h"
#include "pss/standard.h"

namespace ephor::report {

// The properties standard, version, controls and controlsJSON; none where nothing is violated.
std::vector<std::pair<std::string_view, std::string>> PodSecurityProperties(const pss::Evaluation& evaluation,
                                                                            const policy::PodSecurity& rule);

}  // namespace ephor::report
