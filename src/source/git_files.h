// The files of a git repository.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "source/git_address.h"

namespace ephor::source {

struct GitLogin {
  std::string username, password;  // used where both are given
};

struct GitFile {
  std::string path;  // in the repository: "pod-security/baseline/policy.yaml"
  std::string content;
};

struct GitLimits {
  std::size_t received_bytes = std::size_t{512}
                               << 20;  // of the branch's history: libgit2 cannot leave it out
  std::size_t files = 100'000;
  std::size_t file_bytes = std::size_t{256} << 20;  // of all files that are read
  int seconds = 300;
};

// Fetches a branch and reads the files at its head below the address's path, or the one file that it names,
// in byte order of paths. Links and submodules are left out: nothing read this way is outside the repository.
// The history goes to a folder of its own below the system's temporary folder, which is removed at the end.
//
// kNotFound where there is no such repository, branch or path; kUnavailable where it cannot be fetched,
// kInvalidInput beyond the limits. Neither user nor password are in messages.
Result<std::vector<GitFile>> FetchGitFiles(const GitAddress& address, const GitLogin& login,
                                           const GitLimits& limits = {});

}  // namespace ephor::source
