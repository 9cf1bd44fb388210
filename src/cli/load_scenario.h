// Scenario files of `ephor load`.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/load_options.h"

namespace ephor::cli {

// Fills what the options leave open from a file: flags win over files, and of several files the one that is
// applied first. Paths in it are relative to its folder. A key that there is not, or a value of the wrong
// type, fails with the file, the key and its line.
//
//   description: Pod Security policies on a Pod that breaks them
//   target: https://127.0.0.1:9443/validate/fail
//   policies: [policies/pss]                # for whoever starts the server; so are exceptions and resources
//   reviews: [../corpus/reviews/bad.json]
//   checks: ["status == 200"]
//   thresholds: ["http_req_duration:p(95)<50"]
//   executor: ramping-vus                   # and vus, maxVUs, iterations, duration, rate, timeout,
//   gracefulStop stages: [{duration: 10s, target: 50}] connectionReuse: true abortOnFail: false
Result<void> ApplyScenario(const std::string& path, LoadOptions& options);

}  // namespace ephor::cli
