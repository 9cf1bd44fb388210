#include "source/git_files.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string_view>

#include "base/quote.h"
#include "source/git_library.h"

namespace ephor::source {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kMaxDepth = 256;

class TemporaryRepository {
 public:
  TemporaryRepository() {
    std::error_code error;
    std::string pattern = std::filesystem::temp_directory_path(error).string() + "/ephor-git-XXXXXX";
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  TemporaryRepository(const TemporaryRepository&) = delete;
  TemporaryRepository& operator=(const TemporaryRepository&) = delete;
  ~TemporaryRepository() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }  // "" where none could be made

 private:
  std::string path_;
};

// A libgit2 object that is freed by the function given.
template <class T>
using Owned = std::unique_ptr<T, void (*)(T*)>;

class Fetch {
 public:
  Fetch(const GitLibrary& git, const GitAddress& address, const GitLogin& login, const GitLimits& limits)
      : git_(git),
        address_(address),
        login_(login),
        limits_(limits),
        deadline_(Clock::now() + std::chrono::seconds(limits.seconds)) {}

  Result<std::vector<GitFile>> Run() {
    if (folder_.path().empty())
      return Fail(ErrorCode::kUnavailable, "no folder for temporary files can be made");
    git_repository* opened = nullptr;
    if (git_.repository_init(&opened, folder_.path().c_str(), 1) != 0) return Failed();
    repository_.reset(opened);
    EPHOR_TRY(FetchBranch());
    git_oid id;
    const std::string reference = "refs/heads/" + address_.branch;
    if (git_.reference_name_to_id(&id, opened, reference.c_str()) != 0) {
      return Fail(ErrorCode::kNotFound, "couldn't find remote ref " + GoQuote(reference));
    }
    git_commit* commit = nullptr;
    if (git_.commit_lookup(&commit, opened, &id) != 0) return Failed();
    const Owned<git_commit> owned_commit(commit, git_.commit_free);
    git_tree* tree = nullptr;
    if (git_.commit_tree(&tree, commit) != 0) return Failed();
    const Owned<git_tree> owned_tree(tree, git_.tree_free);
    EPHOR_TRY(ReadTree(*tree, "", 0));
    if (files_.empty() && !found_path_) {
      return Fail(ErrorCode::kNotFound, "the branch has no " + GoQuote(address_.path));
    }
    std::sort(files_.begin(), files_.end(),
              [](const GitFile& a, const GitFile& b) { return a.path < b.path; });
    return std::move(files_);
  }

 private:
  std::unexpected<Error> Failed() const {
    const git_error* const error = git_.error_last();
    std::string message = error == nullptr || error->message == nullptr ? "git failed" : error->message;
    const bool is_missing = message.find("404") != std::string::npos;
    return Fail(is_missing ? ErrorCode::kNotFound : ErrorCode::kUnavailable, std::move(message));
  }

  Result<void> FetchBranch() {
    git_remote* remote = nullptr;
    if (git_.remote_create_anonymous(&remote, repository_.get(), address_.repository.c_str()) != 0) {
      return Failed();
    }
    const Owned<git_remote> owned(remote, git_.remote_free);
    git_fetch_options options;
    if (git_.fetch_options_init(&options, GIT_FETCH_OPTIONS_VERSION) != 0) return Failed();
    options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
    options.proxy_opts.type = GIT_PROXY_AUTO;
    options.callbacks.payload = this;
    options.callbacks.credentials = &Fetch::GiveCredentials;
    options.callbacks.transfer_progress = &Fetch::Watch;
    std::string spec = "+refs/heads/" + address_.branch + ":refs/heads/" + address_.branch;
    char* specs[] = {spec.data()};
    const git_strarray list{specs, 1};
    const int failed = git_.remote_fetch(remote, &list, &options, nullptr);
    if (too_large_) {
      return InvalidInput("the history of the branch is larger than " +
                          std::to_string(limits_.received_bytes >> 20) + " MiB");
    }
    if (too_late_) {
      return Fail(ErrorCode::kUnavailable, "not fetched within " + std::to_string(limits_.seconds) + " s");
    }
    if (wants_login_) return Fail(ErrorCode::kUnavailable, "authentication required");
    if (failed != 0) return Failed();
    return {};
  }

  static int GiveCredentials(git_credential** out, const char*, const char*, unsigned allowed, void* self) {
    auto& fetch = *static_cast<Fetch*>(self);
    const GitLogin& login = fetch.login_;
    const bool has_login = !login.username.empty() && !login.password.empty();
    // Asked again, the server has refused them.
    if (fetch.gave_login_ || !has_login || (allowed & GIT_CREDENTIAL_USERPASS_PLAINTEXT) == 0) {
      fetch.wants_login_ = true;
      return GIT_EUSER;
    }
    fetch.gave_login_ = true;
    return fetch.git_.credential_userpass_plaintext_new(out, login.username.c_str(), login.password.c_str());
  }

  static int Watch(const git_indexer_progress* progress, void* self) {
    auto& fetch = *static_cast<Fetch*>(self);
    fetch.too_large_ = progress->received_bytes > fetch.limits_.received_bytes;
    fetch.too_late_ = Clock::now() > fetch.deadline_;
    return fetch.too_large_ || fetch.too_late_ ? GIT_EUSER : 0;
  }

  // Whether the address means this path, or something below it.
  bool Wants(std::string_view path) const {
    const std::string_view wanted = address_.path;
    return wanted.empty() || path == wanted || (path.starts_with(wanted) && path[wanted.size()] == '/');
  }
  bool LeadsToWanted(std::string_view path) const {
    const std::string_view wanted = address_.path;
    return Wants(path) || (wanted.starts_with(path) && wanted[path.size()] == '/');
  }

  Result<void> ReadTree(const git_tree& tree, const std::string& folder, int depth) {
    if (depth > kMaxDepth) return InvalidInput("folder " + folder + " is nested too deeply");
    const std::size_t count = git_.tree_entrycount(&tree);
    for (std::size_t i = 0; i < count; ++i) {
      const git_tree_entry* const entry = git_.tree_entry_byindex(&tree, i);
      const std::string_view name = git_.tree_entry_name(entry);
      if (name.empty() || name == "." || name == ".." || name.find('/') != std::string_view::npos) continue;
      const std::string path = folder.empty() ? std::string(name) : folder + "/" + std::string(name);
      if (!LeadsToWanted(path)) continue;
      found_path_ = found_path_ || Wants(path);
      const git_filemode_t mode = git_.tree_entry_filemode(entry);
      if (mode == GIT_FILEMODE_TREE) {
        git_tree* below = nullptr;
        if (git_.tree_lookup(&below, repository_.get(), git_.tree_entry_id(entry)) != 0) return Failed();
        const Owned<git_tree> owned(below, git_.tree_free);
        EPHOR_TRY(ReadTree(*below, path, depth + 1));
      } else if (mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE) {
        EPHOR_TRY(ReadFile(*git_.tree_entry_id(entry), path));
      }
    }
    return {};
  }

  Result<void> ReadFile(const git_oid& id, const std::string& path) {
    git_blob* blob = nullptr;
    if (git_.blob_lookup(&blob, repository_.get(), &id) != 0) return Failed();
    const Owned<git_blob> owned(blob, git_.blob_free);
    const auto size = static_cast<std::size_t>(git_.blob_rawsize(blob));
    if (files_.size() == limits_.files || size > limits_.file_bytes - read_bytes_) {
      return InvalidInput("the repository has more than " + std::to_string(limits_.files) + " files or " +
                          std::to_string(limits_.file_bytes >> 20) + " MiB");
    }
    read_bytes_ += size;
    files_.push_back({path, std::string(static_cast<const char*>(git_.blob_rawcontent(blob)), size)});
    return {};
  }

  const GitLibrary& git_;
  const GitAddress& address_;
  const GitLogin& login_;
  const GitLimits& limits_;
  const Clock::time_point deadline_;
  const TemporaryRepository folder_;
  Owned<git_repository> repository_{nullptr, git_.repository_free};
  std::vector<GitFile> files_;
  std::size_t read_bytes_ = 0;
  bool found_path_ = false;
  bool gave_login_ = false, wants_login_ = false, too_large_ = false, too_late_ = false;
};

}  // namespace

Result<std::vector<GitFile>> FetchGitFiles(const GitAddress& address, const GitLogin& login,
                                           const GitLimits& limits) {
  EPHOR_ASSIGN(const GitLibrary* const git, GitLibrary::Load());
  return Fetch(*git, address, login, limits).Run();
}

}  // namespace ephor::source
