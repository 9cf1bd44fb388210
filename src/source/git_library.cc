#include "source/git_library.h"

#include <dlfcn.h>

#include <string>

namespace ephor::source {
namespace {

Result<const GitLibrary*> LoadOnce() {
  void* const library = dlopen("libgit2.so." LIBGIT2_SOVERSION, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return Fail(ErrorCode::kUnavailable, std::string("libgit2: ") + dlerror());
  static GitLibrary git;
  const char* missing = nullptr;
  const auto find = [&](const char* name, auto& function) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
    if (function == nullptr) missing = name;
  };
  decltype(&::git_libgit2_init) init = nullptr;
  find("git_libgit2_init", init);
  find("git_error_last", git.error_last);
  find("git_repository_init", git.repository_init);
  find("git_repository_free", git.repository_free);
  find("git_remote_create_anonymous", git.remote_create_anonymous);
  find("git_remote_free", git.remote_free);
  find("git_remote_fetch", git.remote_fetch);
  find("git_fetch_options_init", git.fetch_options_init);
  find("git_credential_userpass_plaintext_new", git.credential_userpass_plaintext_new);
  find("git_reference_name_to_id", git.reference_name_to_id);
  find("git_commit_lookup", git.commit_lookup);
  find("git_commit_tree", git.commit_tree);
  find("git_commit_free", git.commit_free);
  find("git_tree_entrycount", git.tree_entrycount);
  find("git_tree_entry_byindex", git.tree_entry_byindex);
  find("git_tree_entry_name", git.tree_entry_name);
  find("git_tree_entry_id", git.tree_entry_id);
  find("git_tree_entry_filemode", git.tree_entry_filemode);
  find("git_tree_lookup", git.tree_lookup);
  find("git_tree_free", git.tree_free);
  find("git_blob_lookup", git.blob_lookup);
  find("git_blob_rawcontent", git.blob_rawcontent);
  find("git_blob_rawsize", git.blob_rawsize);
  find("git_blob_free", git.blob_free);
  if (missing != nullptr) return Fail(ErrorCode::kUnavailable, std::string("libgit2 has no ") + missing);
  if (init() < 0) return Fail(ErrorCode::kUnavailable, "libgit2 cannot be initialized");
  return &git;
}

}  // namespace

Result<const GitLibrary*> GitLibrary::Load() {
  static const Result<const GitLibrary*> loaded = LoadOnce();
  return loaded;
}

}  // namespace ephor::source
