#include "cli/output_path.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "source/paths.h"
#include "source/system_error.h"

namespace ephor::cli {

Result<void> MakeFolders(const std::string& path) {
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    if (mkdir(part.c_str(), 0750) != 0 && errno != EEXIST) {
      return source::SystemError("mkdir", part, errno);
    }
    if (slash == std::string::npos) return {};
  }
}

namespace {

std::unexpected<Error> Refused(const Error& error) {
  return InvalidInput("failed to create file/folder (failed to create file/folder (" + error.message() +
                      "))");
}

}  // namespace

Result<bool> PrepareOutputPath(const std::string& path) {
  if (!source::IsYamlPath(path)) {
    if (auto made = MakeFolders(source::CleanPath(path)); !made) return Refused(made.error());
    return true;
  }
  if (auto made = MakeFolders(source::DirectoryOf(path)); !made) return Refused(made.error());
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) {
    const auto error = source::SystemError("open", path, errno);
    return InvalidInput("failed to truncate the existing file at " + path + " (" + error.error().message() +
                        ")");
  }
  close(fd);
  return false;
}

namespace {

Result<void> Write(const std::string& path, int flags, mode_t mode, std::string_view text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, mode);
  if (fd < 0) return source::SystemError("open", path, errno);
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int error = errno;
      close(fd);
      return source::SystemError("write", path, error);
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  close(fd);
  return {};
}

}  // namespace

Result<void> WriteFile(const std::string& path, std::string_view text) {
  return Write(path, O_TRUNC, 0666, text);
}

Result<void> ReplaceFile(const std::string& path, std::string_view text) {
  const std::string fresh = path + ".part";
  unlink(fresh.c_str());
  EPHOR_TRY(Write(fresh, O_EXCL | O_NOFOLLOW, 0600, text));
  if (rename(fresh.c_str(), path.c_str()) != 0) return source::SystemError("rename", fresh, errno);
  return {};
}

Result<void> AppendToFile(const std::string& path, std::string_view text) {
  return Write(path, O_APPEND, 0600, text);
}

}  // namespace ephor::cli
