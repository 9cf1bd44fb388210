// A git repository's files on disk, for as long as they are needed.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "source/git_files.h"
#include "source/test_case.h"

namespace ephor::source {

// A folder of its own with the files that FetchGitFiles gives, removed with the object.
class GitFolder {
 public:
  static Result<std::unique_ptr<GitFolder>> Fetch(const GitAddress& address, const GitLogin& login);
  GitFolder(const GitFolder&) = delete;
  GitFolder& operator=(const GitFolder&) = delete;
  ~GitFolder();

  const std::string& path() const { return path_; }

  // Whether a test of this folder reads nothing outside of it: whoever wrote it is not who runs it.
  Result<void> CheckContains(const TestCase& test) const;

 private:
  explicit GitFolder(std::string path) : path_(std::move(path)) {}

  std::string path_;
};

}  // namespace ephor::source
