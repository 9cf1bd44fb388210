#include "server/cpu_profile.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <signal.h>
#include <sys/time.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <map>
#include <span>
#include <string_view>
#include <vector>

namespace ephor::server {
namespace {

constexpr int kMaxFrames = 64;
// A minute on ten busy cores. When they are used up, later samples are only counted.
constexpr std::size_t kMaxSamples = 60'000;
// The handler itself and the kernel's trampoline.
constexpr int kOwnFrames = 2;

struct Sample {
  std::array<void*, kMaxFrames> frames;
  int count;
};

// Filled by a signal handler on any thread, read after the signal is switched off.
struct Samples {
  std::unique_ptr<Sample[]> items;
  std::atomic<std::size_t> taken{0};
  std::atomic<int> writers{0};
};
// Never destroyed: a signal may come while the process ends.
Samples& samples = *new Samples;
std::atomic<bool> in_use{false};     // by a CpuProfile
std::atomic<bool> profiling{false};  // samples may be taken: their memory is there

void TakeSample(int, siginfo_t*, void*) {
  const int saved_errno = errno;
  samples.writers.fetch_add(1);
  if (profiling.load()) {
    const std::size_t index = samples.taken.fetch_add(1, std::memory_order_relaxed);
    if (index < kMaxSamples) {
      Sample& sample = samples.items[index];
      // Safe here because Start has called it once: only its first call loads a library.
      sample.count = backtrace(sample.frames.data(), kMaxFrames);
    }
  }
  samples.writers.fetch_sub(1);
  errno = saved_errno;
}

std::int64_t Now() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// The wire format of protocol buffers, as far as profile.proto needs it.
class Message {
 public:
  void Number(int field, std::uint64_t value) {
    Varint(static_cast<std::uint64_t>(field) << 3);
    Varint(value);
  }
  void Bytes(int field, std::string_view bytes) {
    Varint(static_cast<std::uint64_t>(field) << 3 | 2);
    Varint(bytes.size());
    bytes_.append(bytes);
  }
  void Numbers(int field, std::span<const std::uint64_t> values) {
    Message packed;
    for (const std::uint64_t value : values) packed.Varint(value);
    Bytes(field, packed.bytes_);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  void Varint(std::uint64_t value) {
    while (value >= 0x80) {
      bytes_.push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    bytes_.push_back(static_cast<char>(value));
  }

  std::string bytes_;
};

struct Mapping {
  std::uint64_t begin, end, offset;
  std::string file;
};

// The code that is loaded.
std::vector<Mapping> ReadMappings() {
  std::vector<Mapping> mappings;
  std::FILE* const maps = std::fopen("/proc/self/maps", "re");
  if (maps == nullptr) return mappings;
  std::array<char, 4096> line;
  while (std::fgets(line.data(), line.size(), maps) != nullptr) {
    unsigned long begin = 0, end = 0, offset = 0;
    std::array<char, 8> rights{};
    int name = 0;
    if (std::sscanf(line.data(), "%lx-%lx %7s %lx %*s %*s %n", &begin, &end, rights.data(), &offset, &name) <
        4) {
      continue;
    }
    std::string file(line.data() + name);
    while (!file.empty() && file.back() == '\n') file.pop_back();
    if (rights[2] == 'x') mappings.push_back({begin, end, offset, std::move(file)});
  }
  std::fclose(maps);
  return mappings;
}

// Writes one profile; https://github.com/google/pprof/blob/main/proto/profile.proto gives the numbers of the
// fields.
class Writer {
 public:
  Writer() : mappings_(ReadMappings()) { Text(""); }

  void AddSample(std::span<void* const> frames, std::uint64_t count) {
    std::vector<std::uint64_t> locations;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      auto address = reinterpret_cast<std::uint64_t>(frames[i]);
      // Callers stand behind their call; pprof wants a byte of it.
      if (i > 0) --address;
      locations.push_back(Location(address));
    }
    Message sample;
    sample.Numbers(1, locations);
    const std::array<std::uint64_t, 2> values{count, count * (1'000'000'000 / CpuProfile::kHertz)};
    sample.Numbers(2, values);
    profile_.Bytes(2, sample.bytes());
  }

  std::string Finish(std::int64_t started, std::int64_t duration) {
    ValueType(1, "samples", "count");
    ValueType(1, "cpu", "nanoseconds");
    for (std::size_t i = 0; i < mappings_.size(); ++i) {
      Message mapping;
      mapping.Number(1, i + 1);
      mapping.Number(2, mappings_[i].begin);
      mapping.Number(3, mappings_[i].end);
      mapping.Number(4, mappings_[i].offset);
      mapping.Number(5, Text(mappings_[i].file));
      profile_.Bytes(3, mapping.bytes());
    }
    ValueType(11, "cpu", "nanoseconds");
    profile_.Number(12, 1'000'000'000 / CpuProfile::kHertz);
    profile_.Number(9, static_cast<std::uint64_t>(started));
    profile_.Number(10, static_cast<std::uint64_t>(duration));
    return profile_.bytes();
  }

 private:
  std::uint64_t Text(const std::string& text) {
    const auto [found, added] = texts_.try_emplace(text, texts_.size());
    if (added) profile_.Bytes(6, text);
    return found->second;
  }

  void ValueType(int field, const char* type, const char* unit) {
    Message value;
    value.Number(1, Text(type));
    value.Number(2, Text(unit));
    profile_.Bytes(field, value.bytes());
  }

  std::uint64_t Location(std::uint64_t address) {
    const auto [found, added] = locations_.try_emplace(address, locations_.size() + 1);
    if (!added) return found->second;
    Message location;
    location.Number(1, found->second);
    for (std::size_t i = 0; i < mappings_.size(); ++i) {
      if (mappings_[i].begin <= address && address < mappings_[i].end) location.Number(2, i + 1);
    }
    location.Number(3, address);
    Dl_info symbol{};
    if (dladdr(reinterpret_cast<void*>(address), &symbol) != 0 && symbol.dli_sname != nullptr) {
      Message line;
      line.Number(1, Function(symbol.dli_sname));
      location.Bytes(4, line.bytes());
    }
    profile_.Bytes(4, location.bytes());
    return found->second;
  }

  std::uint64_t Function(const std::string& name) {
    const auto [found, added] = functions_.try_emplace(name, functions_.size() + 1);
    if (!added) return found->second;
    Message function;
    function.Number(1, found->second);
    function.Number(2, Text(name));
    function.Number(3, Text(name));
    profile_.Bytes(5, function.bytes());
    return found->second;
  }

  std::vector<Mapping> mappings_;
  std::map<std::string, std::uint64_t> texts_, functions_;
  std::map<std::uint64_t, std::uint64_t> locations_;
  Message profile_;
};

std::string Gzip(const std::string& bytes) {
  constexpr int kGzipWindow = 15 + 16;
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return {};
  }
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

void SetTimer(int hertz) {
  const timeval interval{.tv_sec = 0, .tv_usec = hertz == 0 ? 0 : 1'000'000 / hertz};
  const itimerval timer{.it_interval = interval, .it_value = interval};
  setitimer(ITIMER_PROF, &timer, nullptr);
}

}  // namespace

Result<std::unique_ptr<CpuProfile>> CpuProfile::Start() {
  if (in_use.exchange(true)) return Fail(ErrorCode::kUnavailable, "another CPU profile is being taken");
  return std::unique_ptr<CpuProfile>(new CpuProfile);
}

CpuProfile::CpuProfile() : started_nanoseconds_(Now()) {
  std::array<void*, 1> unused;
  backtrace(unused.data(), 1);
  samples.items = std::make_unique<Sample[]>(kMaxSamples);
  samples.taken = 0;
  profiling.store(true);
  struct sigaction action{};
  action.sa_sigaction = TakeSample;
  action.sa_flags = SA_RESTART | SA_SIGINFO;
  sigaction(SIGPROF, &action, nullptr);
  SetTimer(kHertz);
}

CpuProfile::~CpuProfile() {
  if (running_) Stop();
  samples.items.reset();
  in_use.store(false);
}

// The handler stays: a signal may still be on its way.
void CpuProfile::Stop() {
  running_ = false;
  SetTimer(0);
  profiling.store(false);
  while (samples.writers.load() > 0) {
    const timespec moment{.tv_sec = 0, .tv_nsec = 1'000'000};
    nanosleep(&moment, nullptr);
  }
}

std::string CpuProfile::Finish() {
  const std::int64_t duration = Now() - started_nanoseconds_;
  Stop();
  // Equal stacks are one sample with a count.
  std::map<std::vector<void*>, std::uint64_t> stacks;
  const std::size_t taken = std::min(samples.taken.load(), kMaxSamples);
  for (std::size_t i = 0; i < taken; ++i) {
    const Sample& sample = samples.items[i];
    if (sample.count <= kOwnFrames) continue;
    ++stacks[std::vector<void*>(sample.frames.begin() + kOwnFrames, sample.frames.begin() + sample.count)];
  }
  Writer writer;
  for (const auto& [frames, count] : stacks) writer.AddSample(frames, count);
  return Gzip(writer.Finish(started_nanoseconds_, duration));
}

}  // namespace ephor::server
