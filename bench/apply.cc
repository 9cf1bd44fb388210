// What `ephor apply` costs as people run it: a process from its start to its end, output to /dev/null.
//
//   BM_OneResource     one policy, one Pod: start-up and first result
//   BM_Pods/N          the 17 Pod Security policies on N Pods in one YAML file, half of them bad
//   BM_PodsReport/N    the same as a policy report in JSON
//
// Times are wall times. rss_mb is the largest resident set of a run, cpu_ms what a run used of all
// processors.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

extern char** environ;

namespace ephor {
namespace {

struct Usage {
  bool ran = false;
  double rss_mb = 0;
  double cpu_ms = 0;
};

Usage Run(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), EPHOR_BINARY);
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int failed = posix_spawn(&child, EPHOR_BINARY, &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  Usage usage;
  if (failed != 0) return usage;
  int status = 0;
  rusage used{};
  wait4(child, &status, 0, &used);
  const auto milliseconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  // 1 is the ordinary end of a run that found violations.
  usage.ran = WIFEXITED(status) && WEXITSTATUS(status) <= 1;
  usage.rss_mb = static_cast<double>(used.ru_maxrss) / 1024;
  usage.cpu_ms = milliseconds(used.ru_utime) + milliseconds(used.ru_stime);
  return usage;
}

// A file of Pods, removed at the end.
class PodFile {
 public:
  explicit PodFile(int pods) {
    std::string pattern = (std::filesystem::temp_directory_path() / "ephor-bench-XXXXXX").string();
    close(mkstemp(pattern.data()));
    path_ = pattern + ".yaml";
    std::filesystem::rename(pattern, path_);
    std::ofstream file(path_);
    for (int i = 0; i < pods; ++i) {
      file << "apiVersion: v1\nkind: Pod\nmetadata:\n  name: pod-" << i
           << "\n  namespace: load-test\n  labels:\n    app: web\nspec:\n"
           << (i % 2 == 0 ? "  hostNetwork: true\n" : "  securityContext:\n    runAsNonRoot: true\n")
           << "  containers:\n  - name: web\n    image: registry.k8s.io/pause:3.9\n    ports:\n"
              "    - containerPort: 8080\n    securityContext:\n      privileged: "
           << (i % 2 == 0 ? "true" : "false")
           << "\n      allowPrivilegeEscalation: false\n      capabilities:\n        drop: [ALL]\n---\n";
    }
  }
  PodFile(const PodFile&) = delete;
  PodFile& operator=(const PodFile&) = delete;
  ~PodFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void RunAll(benchmark::State& state, const std::vector<std::string>& arguments) {
  double rss_mb = 0, cpu_ms = 0;
  for (auto _ : state) {
    const Usage usage = Run(arguments);
    if (!usage.ran) {
      state.SkipWithError("ephor did not run");
      break;
    }
    rss_mb = std::max(rss_mb, usage.rss_mb);
    cpu_ms += usage.cpu_ms;
  }
  state.counters["rss_mb"] = rss_mb;
  state.counters["cpu_ms"] = benchmark::Counter(cpu_ms, benchmark::Counter::kAvgIterations);
}

constexpr const char* kPolicies = "examples/pod-security";

void BM_OneResource(benchmark::State& state) {
  const PodFile pods(1);
  RunAll(state, {"apply", std::string(kPolicies) + "/disallow-privileged-containers.yaml", "--resource",
                 pods.path()});
}

void BM_Pods(benchmark::State& state) {
  const PodFile pods(static_cast<int>(state.range(0)));
  RunAll(state, {"apply", kPolicies, "--resource", pods.path()});
}

void BM_PodsReport(benchmark::State& state) {
  const PodFile pods(static_cast<int>(state.range(0)));
  RunAll(state,
         {"apply", kPolicies, "--resource", pods.path(), "--policy-report", "--output-format", "json"});
}

BENCHMARK(BM_OneResource)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Pods)->Arg(100)->Arg(10000)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_PodsReport)->Arg(10000)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ephor
