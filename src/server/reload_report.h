// What reading the policies again has changed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "source/policies.h"

namespace ephor::server {

struct ReloadReport {
  struct Change {
    std::string policy;  // "name" or "namespace/name"
    std::string kind;    // "created", "updated" or "deleted"
  };
  std::vector<Change> changes;
  // What is wrong with files that were read now; for those that had been read before it was said then.
  std::vector<source::PolicyProblem> problems;
  std::vector<std::string> kept;  // policies whose last good version stays in force
  // Created or updated policies that the server does not evaluate, or not all of their rules.
  std::vector<std::string> unevaluated;
  std::size_t policies = 0, rules = 0, exceptions = 0;
  std::optional<Time> next_expiry;  // when the first of the exceptions counts no longer
};

}  // namespace ephor::server
