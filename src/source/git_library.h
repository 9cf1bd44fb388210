// libgit2, loaded when it is first needed.
#pragma once

#include <git2.h>

#include "base/result.h"

namespace ephor::source {

// Not linked in the ordinary way for the reason that net/curl_library.h gives: few commands need it.
struct GitLibrary {
  decltype(&::git_error_last) error_last;
  decltype(&::git_repository_init) repository_init;
  decltype(&::git_repository_free) repository_free;
  decltype(&::git_remote_create_anonymous) remote_create_anonymous;
  decltype(&::git_remote_free) remote_free;
  decltype(&::git_remote_fetch) remote_fetch;
  decltype(&::git_fetch_options_init) fetch_options_init;
  decltype(&::git_credential_userpass_plaintext_new) credential_userpass_plaintext_new;
  decltype(&::git_reference_name_to_id) reference_name_to_id;
  decltype(&::git_commit_lookup) commit_lookup;
  decltype(&::git_commit_tree) commit_tree;
  decltype(&::git_commit_free) commit_free;
  decltype(&::git_tree_entrycount) tree_entrycount;
  decltype(&::git_tree_entry_byindex) tree_entry_byindex;
  decltype(&::git_tree_entry_name) tree_entry_name;
  decltype(&::git_tree_entry_id) tree_entry_id;
  decltype(&::git_tree_entry_filemode) tree_entry_filemode;
  decltype(&::git_tree_lookup) tree_lookup;
  decltype(&::git_tree_free) tree_free;
  decltype(&::git_blob_lookup) blob_lookup;
  decltype(&::git_blob_rawcontent) blob_rawcontent;
  decltype(&::git_blob_rawsize) blob_rawsize;
  decltype(&::git_blob_free) blob_free;

  // The same object on every call, from any thread; it stays for the life of the process. kUnavailable where
  // the library is not installed or lacks a function.
  static Result<const GitLibrary*> Load();
};

}  // namespace ephor::source
