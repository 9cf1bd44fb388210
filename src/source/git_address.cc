#include "source/git_address.h"

#include <vector>

namespace ephor::source {
namespace {

std::string_view WithoutSlashes(std::string_view text) {
  while (text.starts_with('/')) text.remove_prefix(1);
  while (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

// What git allows in names of branches is more; what it forbids is here.
bool MayBeBranch(std::string_view text) {
  if (text.empty() || text.starts_with('-') || text.ends_with(".lock") || text.ends_with('.')) return false;
  for (const std::string_view part : {"..", "@{", "//", "/.", "\\"}) {
    if (text.find(part) != std::string_view::npos) return false;
  }
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f ||
        std::string_view("~^:?*[").find(c) != std::string_view::npos) {
      return false;
    }
  }
  return true;
}

bool LeadsUp(std::string_view path) {
  return path == ".." || path.starts_with("../") || path.ends_with("/..") ||
         path.find("/../") != std::string_view::npos;
}

}  // namespace

Result<GitAddress> GitAddress::Parse(std::string_view url, std::string_view branch) {
  const std::size_t host = url.find("://") + 3;
  const std::size_t slash = url.find('/', host);
  std::string_view path = slash == std::string_view::npos ? std::string_view() : url.substr(slash + 1);
  path = path.substr(0, path.find_first_of("?#"));
  const std::size_t second = path.find('/');
  const std::size_t third = second == std::string_view::npos ? second : path.find('/', second + 1);
  if (second == std::string_view::npos || second == 0 || WithoutSlashes(path.substr(second)).empty()) {
    return InvalidInput(
        "invalid URL path /" + std::string(path) +
        " - expected https://<any_git_source_domain>/:owner/:repository/:branch (without --git-branch flag) "
        "OR "
        "https://<any_git_source_domain>/:owner/:repository/:directory (with --git-branch flag)");
  }
  GitAddress address;
  address.repository = std::string(url.substr(0, slash + 1)) + std::string(path.substr(0, third));
  const std::string_view rest =
      third == std::string_view::npos ? std::string_view() : WithoutSlashes(path.substr(third));
  address.branch = branch.empty() ? (rest.empty() ? "main" : rest) : branch;
  if (!branch.empty()) address.path = rest;
  if (!MayBeBranch(address.branch)) {
    return InvalidInput("invalid URL path /" + std::string(path) + " - '" + address.branch +
                        "' cannot be the name of a branch");
  }
  if (LeadsUp(address.path)) {
    return InvalidInput("invalid URL path /" + std::string(path) +
                        " - a folder must be within the repository");
  }
  return address;
}

}  // namespace ephor::source
