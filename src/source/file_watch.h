// Notice of changes in files and folders.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"

namespace ephor::source {

// Watches paths, which may be folders with all below them, files, or not there yet, and calls `changed` on a
// thread of its own when something may have changed and then was quiet for a while: one call for a burst of
// changes. A change during the call leads to another call. Replacing a file by renaming, and the symbolic
// links by which Kubernetes swaps mounted volumes, are changes too.
class FileWatch {
 public:
  struct Timing {
    std::chrono::milliseconds quiet{100};
    // A burst that does not end is reported after this time all the same.
    std::chrono::milliseconds at_most{2'000};
  };

  static Result<std::unique_ptr<FileWatch>> Start(std::vector<std::string> paths, Timing timing,
                                                  std::function<void()> changed);
  // Waits for a call that is under way.
  ~FileWatch();

 private:
  FileWatch(std::vector<std::string> paths, Timing timing, std::function<void()> changed);
  void Run();
  void WatchAll();
  void WatchPath(const std::string& path);
  void WatchFolder(const std::string& folder, std::set<int>& walked);
  void WatchName(const std::string& folder, const std::string& name);
  // Reads what there is; true if any of it was a notice.
  bool ReadNotices();
  // Waits for a notice. False where the watch is to end.
  enum class Event { kNotice, kTimeout, kStop };
  Event WaitUntil(std::chrono::steady_clock::time_point deadline);

  std::vector<std::string> paths_;
  Timing timing_;
  std::function<void()> changed_;
  // The names that count in a folder, by the number of its watch; all where there is no entry.
  std::map<int, std::set<std::string, std::less<>>> names_;
  std::set<int> folders_;  // watches of folders in which everything counts
  int notify_ = -1;
  int stop_ = -1;
  std::thread thread_;
};

}  // namespace ephor::source
