// Addresses of folders in git repositories, as commands take them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ephor::source {

// "https://HOST/OWNER/REPOSITORY[/REST]". Without a branch given beside it, the rest is the branch, "main"
// where there is none, and all of the repository is meant; with one, the rest is a folder or a file in it.
struct GitAddress {
  std::string repository;  // "https://HOST/OWNER/REPOSITORY"
  std::string branch;
  std::string path;  // in the repository, without slashes at its ends; "" for all of it

  // Fails where the address has less than two parts, or what could not be a branch or a folder.
  static Result<GitAddress> Parse(std::string_view url, std::string_view branch);
};

}  // namespace ephor::source
