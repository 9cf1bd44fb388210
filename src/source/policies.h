// Policies and exceptions from files, folders and standard input.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/result.h"
#include "policy/cel_policy_types.h"
#include "policy/types.h"
#include "source/git_files.h"

namespace ephor::source {

// Something that was to be a policy and is none.
struct PolicyProblem {
  std::string file;
  std::uint32_t line = 0;  // 0 where it concerns the file as a whole
  std::string message;

  // "policies/a.yaml:12: spec.rules[0].macth: ..."
  std::string Description() const;
};

template <class T>
using Objects = std::vector<std::shared_ptr<const T>>;

// A kind is a member here and its place in kLists.
struct LoadedPolicies {
  Objects<policy::Policy> policies;
  Objects<policy::CleanupPolicy> cleanup_policies;
  Objects<policy::ValidatingPolicy> validating_policies;
  Objects<policy::MutatingPolicy> mutating_policies;
  Objects<policy::GeneratingPolicy> generating_policies;
  Objects<policy::DeletingPolicy> deleting_policies;
  Objects<policy::ImageValidatingPolicy> image_validating_policies;
  Objects<policy::ValidatingAdmissionPolicy> validating_admission_policies;
  Objects<policy::MutatingAdmissionPolicy> mutating_admission_policies;
  Objects<policy::AdmissionPolicyBinding> admission_policy_bindings;
  Objects<policy::PolicyException> exceptions;
  Objects<policy::CelPolicyException> cel_exceptions;
  // Documents of policy kinds that cannot be used, and files that cannot be read. The others are loaded all
  // the same.
  std::vector<PolicyProblem> problems;
  // "v1/ConfigMap": documents that are no policies, which are no problem in a folder of policies.
  std::vector<PolicyProblem> others;

  // What the objects were read from.
  std::vector<std::shared_ptr<policy::SourceText>> texts;

  void Append(LoadedPolicies&& more);
  // For programs that keep the objects and have reported what was to be reported: Object::PositionOf knows
  // nothing from now on. No other thread may use the objects yet.
  void ForgetPositions();

  // All lists of objects.
  static constexpr auto Lists() {
    return std::tuple(
        &LoadedPolicies::policies, &LoadedPolicies::cleanup_policies, &LoadedPolicies::validating_policies,
        &LoadedPolicies::mutating_policies, &LoadedPolicies::generating_policies,
        &LoadedPolicies::deleting_policies, &LoadedPolicies::image_validating_policies,
        &LoadedPolicies::validating_admission_policies, &LoadedPolicies::mutating_admission_policies,
        &LoadedPolicies::admission_policy_bindings, &LoadedPolicies::exceptions,
        &LoadedPolicies::cel_exceptions);
  }
  // Calls f with each list.
  template <class F>
  void ForEachList(F&& f) {
    std::apply([&](auto... lists) { (f(this->*lists), ...); }, Lists());
  }
};

struct LoadedExceptions {
  Objects<policy::PolicyException> exceptions;
  Objects<policy::CelPolicyException> cel_exceptions;
};

// How paths that are elsewhere are read.
struct RemoteOptions {
  std::string git_branch;  // then addresses of git repositories end in a folder, rather than in a branch
  GitLogin git_login;
};

// In the order of the paths, of files in byte order, and of documents. "-" reads the stream. The items of a
// v1 List are taken one by one. "oci://IMAGE" is an image that `ephor oci push` has made; an http(s) address
// is a file where it ends in .yaml, .yml or .json and no branch is given, else a folder of a git repository
// (git_address.h), whose hidden files and folders are left out as those of folders on disk.
LoadedPolicies LoadPolicies(const std::vector<std::string>& paths, std::FILE* in,
                            const RemoteOptions& remote = {});
LoadedPolicies LoadPolicyText(std::string name, std::string_view text);

// Exceptions of both groups from files. Anything in them that is none is an error.
Result<LoadedExceptions> LoadExceptions(const std::vector<std::string>& paths);

}  // namespace ephor::source
