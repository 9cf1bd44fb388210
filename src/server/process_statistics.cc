#include "server/process_statistics.h"

#include <dirent.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace ephor::server {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

std::string ReadAll(std::FILE* file) {
  std::string text;
  std::array<char, 4096> piece;
  for (std::size_t size; (size = std::fread(piece.data(), 1, piece.size(), file)) > 0;) {
    text.append(piece.data(), size);
  }
  return text;
}

std::string ReadProc(const char* path) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path, "re"));
  return file == nullptr ? std::string() : ReadAll(file.get());
}

// A field of /proc/self/stat, counted from 1 as in proc(5). The second, a name in brackets, may hold spaces.
double StatField(const std::string& stat, int field) {
  std::size_t at = stat.rfind(')');
  for (int i = 2; i < field && at != std::string::npos; ++i) at = stat.find(' ', at + 1);
  return at == std::string::npos ? 0 : std::strtod(stat.c_str() + at, nullptr);
}

double BootTime() {
  const std::string stat = ReadProc("/proc/stat");
  const std::size_t at = stat.find("btime ");
  return at == std::string::npos ? 0 : std::strtod(stat.c_str() + at + 6, nullptr);
}

double OpenFiles() {
  DIR* const list = opendir("/proc/self/fd");
  if (list == nullptr) return 0;
  double count = -3;  // ".", ".." and the list itself
  while (readdir(list) != nullptr) ++count;
  closedir(list);
  return count;
}

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

}  // namespace

void AddProcessStatistics(std::vector<Gauge>& gauges) {
  constexpr int kStart = 22, kVirtualBytes = 23, kResidentPages = 24;
  const std::string stat = ReadProc("/proc/self/stat");
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  gauges.push_back({"process_cpu_seconds_total", "Total user and system CPU time spent in seconds.",
                    Seconds(usage.ru_utime) + Seconds(usage.ru_stime), true});
  gauges.push_back({"process_resident_memory_bytes", "Resident memory size in bytes.",
                    StatField(stat, kResidentPages) * static_cast<double>(sysconf(_SC_PAGESIZE))});
  gauges.push_back(
      {"process_virtual_memory_bytes", "Virtual memory size in bytes.", StatField(stat, kVirtualBytes)});
  gauges.push_back({"process_open_fds", "Number of open file descriptors.", OpenFiles()});
  gauges.push_back(
      {"process_max_fds", "Maximum number of open file descriptors.", static_cast<double>(files.rlim_cur)});
  gauges.push_back({"process_start_time_seconds", "Start time of the process since unix epoch in seconds.",
                    BootTime() + StatField(stat, kStart) / ticks});
}

std::string HeapStatistics() {
  const struct mallinfo2 total = mallinfo2();
  std::string text = "bytes in use: " + std::to_string(total.uordblks + total.hblkhd) +
                     "\nbytes free but held: " + std::to_string(total.fordblks) +
                     "\nbytes mapped for large blocks: " + std::to_string(total.hblkhd) +
                     "\nbytes from the system: " + std::to_string(total.arena + total.hblkhd) + "\n\n";
  char* details = nullptr;
  std::size_t size = 0;
  if (std::FILE* const stream = open_memstream(&details, &size)) {
    malloc_info(0, stream);
    std::fclose(stream);
    text.append(details, size);
    std::free(details);
  }
  return text;
}

void ReturnFreeMemory() {
  malloc_trim(0);
}

}  // namespace ephor::server
