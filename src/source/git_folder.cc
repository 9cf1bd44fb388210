#include "source/git_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "source/paths.h"
#include "source/system_error.h"

namespace ephor::source {

Result<std::unique_ptr<GitFolder>> GitFolder::Fetch(const GitAddress& address, const GitLogin& login) {
  EPHOR_ASSIGN(const std::vector<GitFile> files, FetchGitFiles(address, login));
  std::error_code error;
  std::string pattern = std::filesystem::temp_directory_path(error).string() + "/ephor-git-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) return SystemError("mkdir", pattern, errno);
  std::unique_ptr<GitFolder> folder(new GitFolder(std::move(pattern)));
  for (const GitFile& file : files) {
    const std::string path = folder->path_ + "/" + file.path;
    std::filesystem::create_directories(DirectoryOf(path), error);
    std::ofstream stream(path, std::ios::binary);
    stream << file.content;
    if (!stream.flush()) return Fail(ErrorCode::kUnavailable, "write " + path + ": " + std::strerror(errno));
  }
  return folder;
}

GitFolder::~GitFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Result<void> GitFolder::CheckContains(const TestCase& test) const {
  const std::string directory = DirectoryOf(test.path);
  std::vector<std::string> paths = {test.variables, test.userinfo, test.context};
  for (const std::vector<std::string>* list :
       {&test.policies, &test.resources, &test.target_resources, &test.param_resources, &test.exceptions,
        &test.json_payloads, &test.http_payloads, &test.envoy_payloads, &test.cluster_resources}) {
    paths.insert(paths.end(), list->begin(), list->end());
  }
  for (const ExpectedResult& row : test.results) {
    paths.push_back(row.patched_resources);
    paths.push_back(row.generated_resource);
    paths.push_back(row.clone_source_resource);
    paths.insert(paths.end(), row.generated_resources.begin(), row.generated_resources.end());
  }
  if (test.global_context_entries != nullptr && test.global_context_entries->is_array()) {
    for (const json::Value& entry : test.global_context_entries->items()) {
      const json::Value* const files = entry.Find("resourceFiles");
      if (files == nullptr || !files->is_array()) continue;
      for (const json::Value& file : files->items()) paths.emplace_back(file.string_or(""));
    }
  }
  for (const std::string& path : paths) {
    if (path.empty()) continue;
    const std::string joined = JoinPath(directory, path);
    if (joined != path_ && !joined.starts_with(path_ + "/")) {
      return InvalidInput("the path " + path + " leads out of the repository");
    }
  }
  return {};
}

}  // namespace ephor::source
