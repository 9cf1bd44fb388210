#include "source/paths.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "source/system_error.h"

namespace ephor::source {
namespace {

struct Entry {
  std::string name;
  bool directory;  // itself, not what a symbolic link leads to
};

Result<std::vector<Entry>> List(const std::string& directory) {
  DIR* stream = opendir(directory.c_str());
  if (stream == nullptr) return SystemError("open", directory, errno);
  std::vector<Entry> entries;
  while (const dirent* item = readdir(stream)) {
    const std::string_view name = item->d_name;
    if (name == "." || name == "..") continue;
    bool is_directory = item->d_type == DT_DIR;
    if (item->d_type == DT_UNKNOWN) {
      struct stat status;
      is_directory = lstat((directory + "/" + item->d_name).c_str(), &status) == 0 && S_ISDIR(status.st_mode);
    }
    entries.push_back({std::string(name), is_directory});
  }
  closedir(stream);
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return entries;
}

std::string_view BaseName(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// Folders within folders; a file system has no deeper ones without a loop of mounts.
constexpr int kMaxDepth = 256;

enum class Hidden { kSkip, kTake };

Result<bool> CollectYamlFiles(const std::string& directory, Hidden hidden, int depth,
                              std::vector<std::string>& files) {
  if (depth > kMaxDepth) return InvalidInput("folder " + directory + " is nested too deeply");
  EPHOR_ASSIGN(const std::vector<Entry> entries, List(directory));
  for (const Entry& entry : entries) {
    if (hidden == Hidden::kSkip && entry.name[0] == '.') continue;
    const std::string path = JoinPath(directory, entry.name);
    if (entry.directory) {
      EPHOR_TRY(CollectYamlFiles(path, hidden, depth + 1, files));
    } else if (IsYamlPath(entry.name)) {
      files.push_back(path);
    }
  }
  return true;
}

Result<bool> CollectFilesNamed(const std::string& directory, std::string_view name, int depth,
                               std::vector<std::string>& files) {
  if (depth > kMaxDepth) return InvalidInput("folder " + directory + " is nested too deeply");
  EPHOR_ASSIGN(const std::vector<Entry> entries, List(directory));
  for (const Entry& entry : entries) {
    if (entry.directory) {
      EPHOR_TRY(CollectFilesNamed(JoinPath(directory, entry.name), name, depth + 1, files));
    } else if (entry.name == name) {
      files.push_back(JoinPath(directory, entry.name));
    }
  }
  return true;
}

}  // namespace

bool IsUrl(std::string_view path) {
  return path.starts_with("http://") || path.starts_with("https://");
}

bool IsYamlPath(std::string_view path) {
  return path.ends_with(".yaml") || path.ends_with(".yml");
}

std::string CleanPath(std::string_view path) {
  const bool rooted = path.starts_with('/');
  std::vector<std::string_view> elements;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    const std::string_view element = path.substr(at, slash - at);
    at = slash + 1;
    if (element.empty() || element == ".") continue;
    if (element == ".." && !elements.empty() && elements.back() != "..") {
      elements.pop_back();
    } else if (element != ".." || !rooted) {
      elements.push_back(element);
    }
  }
  std::string clean(rooted ? "/" : "");
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (i > 0) clean += '/';
    clean += elements[i];
  }
  return clean.empty() ? "." : clean;
}

std::string JoinPath(std::string_view directory, std::string_view path) {
  if (path.starts_with('/') || directory.empty()) return CleanPath(path);
  std::string joined(directory);
  joined += '/';
  joined += path;
  return CleanPath(joined);
}

std::string DirectoryOf(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return CleanPath(path.substr(0, slash + 1));
}

bool IsDirectory(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

Result<std::vector<std::string>> PolicyFiles(const std::string& path) {
  std::vector<std::string> files;
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return SystemError("stat", path, errno);
  if (BaseName(CleanPath(path)).starts_with('.') && CleanPath(path) != "." && CleanPath(path) != "..") {
    return files;
  }
  if (!S_ISDIR(status.st_mode)) {
    if (IsYamlPath(path) || path.ends_with(".json")) files.push_back(path);
    return files;
  }
  EPHOR_TRY(CollectYamlFiles(path, Hidden::kSkip, 0, files));
  return files;
}

Result<std::vector<std::string>> ResourceFiles(std::vector<std::string> paths) {
  if (paths.empty() || IsUrl(paths[0])) return paths;
  struct stat status;
  if (stat(paths[0].c_str(), &status) != 0) return SystemError("stat", paths[0], errno);
  if (!S_ISDIR(status.st_mode)) return paths;
  std::vector<std::string> files;
  EPHOR_ASSIGN(const std::vector<Entry> entries, List(paths[0]));
  for (const Entry& entry : entries) {
    if (!entry.directory && IsYamlPath(entry.name)) files.push_back(JoinPath(paths[0], entry.name));
  }
  return files;
}

Result<std::vector<std::string>> YamlFiles(const std::string& path) {
  std::vector<std::string> files;
  struct stat status;
  if (lstat(path.c_str(), &status) != 0) return SystemError("lstat", path, errno);
  if (S_ISDIR(status.st_mode)) {
    EPHOR_TRY(CollectYamlFiles(path, Hidden::kTake, 0, files));
  } else if (IsYamlPath(path)) {
    files.push_back(path);
  }
  return files;
}

Result<std::vector<std::string>> FilesNamed(const std::string& directory, std::string_view name) {
  std::vector<std::string> files;
  struct stat status;
  if (stat(directory.c_str(), &status) != 0) return SystemError("open", directory, errno);
  if (!S_ISDIR(status.st_mode)) return InvalidInput("open " + directory + ": not a directory");
  EPHOR_TRY(CollectFilesNamed(directory, name, 0, files));
  return files;
}

}  // namespace ephor::source
