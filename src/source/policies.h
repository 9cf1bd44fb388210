// Policies and exceptions from files, folders and standard input.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "policy/types.h"

namespace ephor::source {

// Something that was to be a policy and is none.
struct PolicyProblem {
  std::string file;
  std::uint32_t line = 0;  // 0 where it concerns the file as a whole
  std::string message;

  // "policies/a.yaml:12: spec.rules[0].macth: ..."
  std::string Description() const;
};

struct LoadedPolicies {
  std::vector<std::shared_ptr<const policy::Policy>> policies;
  std::vector<std::shared_ptr<const policy::PolicyException>> exceptions;
  std::vector<std::shared_ptr<const policy::CleanupPolicy>> cleanup_policies;
  // Documents of policy kinds that cannot be used, and files that cannot be read. The others are loaded all
  // the same.
  std::vector<PolicyProblem> problems;
  // "v1/ConfigMap": documents that are no policies, which are no problem in a folder of policies.
  std::vector<PolicyProblem> others;

  void Append(LoadedPolicies&& more);
};

// In the order of the paths, of files in byte order, and of documents. "-" reads the stream. The items of a
// v1 List are taken one by one.
LoadedPolicies LoadPolicies(const std::vector<std::string>& paths, std::FILE* in);
LoadedPolicies LoadPolicyText(std::string name, std::string_view text);

// Exceptions from files. Anything in them that is no PolicyException is an error.
Result<std::vector<std::shared_ptr<const policy::PolicyException>>> LoadExceptions(
    const std::vector<std::string>& paths);

}  // namespace ephor::source
