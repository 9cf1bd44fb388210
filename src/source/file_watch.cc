#include "source/file_watch.h"

#include <dirent.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace ephor::source {
namespace {

using std::chrono::steady_clock;

constexpr std::uint32_t kChanges = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                                   IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB | IN_MODIFY;

bool IsFolder(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::string NameOf(const std::string& path) {
  const std::size_t end = path.find_last_not_of('/') + 1;
  const std::size_t slash = path.find_last_of('/', end == 0 ? 0 : end - 1);
  return path.substr(slash == std::string::npos ? 0 : slash + 1,
                     end - (slash == std::string::npos ? 0 : slash + 1));
}

std::string Parent(const std::string& path) {
  const std::size_t slash = path.find_last_of('/', path.find_last_not_of('/'));
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Result<std::unique_ptr<FileWatch>> FileWatch::Start(std::vector<std::string> paths, Timing timing,
                                                    std::function<void()> changed) {
  std::unique_ptr<FileWatch> watch(new FileWatch(std::move(paths), timing, std::move(changed)));
  if (watch->notify_ < 0 || watch->stop_ < 0) {
    return Fail(ErrorCode::kUnavailable, std::string("cannot watch files: ") + std::strerror(errno));
  }
  watch->WatchAll();
  watch->thread_ = std::thread([self = watch.get()] { self->Run(); });
  return watch;
}

FileWatch::FileWatch(std::vector<std::string> paths, Timing timing, std::function<void()> changed)
    : paths_(std::move(paths)),
      timing_(timing),
      changed_(std::move(changed)),
      notify_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)),
      stop_(eventfd(0, EFD_CLOEXEC)) {}

FileWatch::~FileWatch() {
  if (thread_.joinable()) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t ignored = write(stop_, &one, sizeof one);
    thread_.join();
  }
  if (notify_ >= 0) close(notify_);
  if (stop_ >= 0) close(stop_);
}

void FileWatch::Run() {
  while (WaitUntil(steady_clock::time_point::max()) == Event::kNotice) {
    const auto latest = steady_clock::now() + timing_.at_most;
    Event event = Event::kNotice;
    while (event == Event::kNotice && steady_clock::now() < latest) {
      event = WaitUntil(std::min(latest, steady_clock::now() + timing_.quiet));
    }
    if (event == Event::kStop) return;
    // Folders that are new are watched before the files are read, so that nothing falls in between.
    WatchAll();
    changed_();
  }
}

FileWatch::Event FileWatch::WaitUntil(steady_clock::time_point deadline) {
  while (true) {
    int timeout = -1;
    if (deadline != steady_clock::time_point::max()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
      if (left.count() <= 0) return Event::kTimeout;
      timeout = static_cast<int>(left.count());
    }
    std::array<pollfd, 2> watched{{{notify_, POLLIN, 0}, {stop_, POLLIN, 0}}};
    if (poll(watched.data(), watched.size(), timeout) < 0 && errno != EINTR) return Event::kStop;
    if (watched[1].revents != 0) return Event::kStop;
    if (watched[0].revents != 0 && ReadNotices()) return Event::kNotice;
  }
}

bool FileWatch::ReadNotices() {
  alignas(inotify_event) std::array<char, 16 << 10> notices;
  bool any = false;
  while (true) {
    const ssize_t size = read(notify_, notices.data(), notices.size());
    if (size <= 0) return any;
    for (ssize_t at = 0; at < size;) {
      inotify_event event;
      std::memcpy(&event, notices.data() + at, sizeof event);
      const std::string_view name = event.len == 0 ? "" : notices.data() + at + sizeof event;
      const auto some = names_.find(event.wd);
      const bool counts =
          some == names_.end() || folders_.contains(event.wd) || name.empty() || some->second.contains(name);
      any |= counts && (event.mask & IN_IGNORED) == 0;  // which says only that a watch has ended
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
  }
}

void FileWatch::WatchAll() {
  names_.clear();
  folders_.clear();
  for (const std::string& path : paths_) WatchPath(path);
}

void FileWatch::WatchPath(const std::string& path) {
  std::string name = NameOf(path), above = Parent(path);
  if (IsFolder(path)) {
    std::set<int> walked;
    WatchFolder(path, walked);
    return WatchName(above, name);
  }
  // A file: everything beside it counts, since it may be a link to something that is swapped there.
  if (IsFolder(above)) {
    folders_.insert(inotify_add_watch(notify_, above.c_str(), kChanges | IN_ONLYDIR));
    return;
  }
  while (!IsFolder(above) && above != "/" && above != ".") {
    name = NameOf(above);
    above = Parent(above);
  }
  WatchName(above, name);
}

// Adding a watch that there is already changes nothing.
void FileWatch::WatchName(const std::string& folder, const std::string& name) {
  names_[inotify_add_watch(notify_, folder.c_str(), kChanges | IN_ONLYDIR)].insert(name);
}

// Symbolic links may form circles; a folder has one watch, by whichever path it was reached.
void FileWatch::WatchFolder(const std::string& folder, std::set<int>& walked) {
  const int watch = inotify_add_watch(notify_, folder.c_str(), kChanges | IN_ONLYDIR);
  if (watch < 0 || !walked.insert(watch).second) return;
  folders_.insert(watch);
  DIR* const list = opendir(folder.c_str());
  if (list == nullptr) return;
  std::vector<std::string> below;
  while (const dirent* entry = readdir(list)) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == ".." || entry->d_type == DT_REG) continue;
    below.push_back(folder + "/" + std::string(name));
  }
  closedir(list);
  for (const std::string& path : below) {
    if (IsFolder(path)) WatchFolder(path, walked);
  }
}

}  // namespace ephor::source
