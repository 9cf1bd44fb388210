// What matching a compiled pattern against a Pod costs, and what compiling one costs. Parsing is outside of
// the loops. Run from the project's root.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "base/arena.h"
#include "json/parse.h"
#include "pattern/overlay.h"

namespace ephor {
namespace {

// Of the shapes that the Pod Security Standards and common good practice take as patterns.
constexpr const char* kHostNamespaces =
    R"j({"spec":{"=(hostPID)":"false","=(hostIPC)":"false","=(hostNetwork)":"false"}})j";
constexpr const char* kPrivileged = R"j({"spec":{
    "=(ephemeralContainers)":[{"=(securityContext)":{"=(privileged)":"false"}}],
    "=(initContainers)":[{"=(securityContext)":{"=(privileged)":"false"}}],
    "containers":[{"=(securityContext)":{"=(privileged)":"false"}}]}})j";
constexpr const char* kHostPorts = R"j({"spec":{
    "=(ephemeralContainers)":[{"=(ports)":[{"=(hostPort)":0}]}],
    "=(initContainers)":[{"=(ports)":[{"=(hostPort)":0}]}],
    "containers":[{"=(ports)":[{"=(hostPort)":0}]}]}})j";
constexpr const char* kSeccomp = R"j({"spec":{
    "=(securityContext)":{"=(seccompProfile)":{"=(type)":"RuntimeDefault | Localhost"}},
    "=(initContainers)":[{"=(securityContext)":{"=(seccompProfile)":{"=(type)":"RuntimeDefault | Localhost"}}}],
    "containers":[{"=(securityContext)":{"=(seccompProfile)":{"=(type)":"RuntimeDefault | Localhost"}}}]}})j";
constexpr const char* kResources = R"j({"spec":{"containers":[{"(name)":"?*","resources":{
    "requests":{"memory":"?*","cpu":"?*"},"limits":{"memory":"<=8Gi"}}}]}})j";
constexpr const char* kImagesAndLabels = R"j({
    "metadata":{"labels":{"app.kubernetes.io/*":"?*"}},
    "spec":{"containers":[{"image":"!*:latest & *:*"}]}})j";

json::Value LoadPod(Arena& arena) {
  std::ifstream file("bench/corpus/pod-create-3kb.json");
  if (!file) {
    std::fprintf(stderr, "cannot open bench/corpus: run from the project's root\n");
    std::exit(1);
  }
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto review = json::Parse(text, arena);
  const json::Value* pod = review ? review->Find("request", "object") : nullptr;
  if (pod == nullptr) {
    std::fprintf(stderr, "the corpus holds no Pod\n");
    std::exit(1);
  }
  return *pod;
}

void BM_Match(benchmark::State& state, const char* pattern_text) {
  Arena policy_arena, pod_arena, arena;
  const auto pattern = json::Parse(pattern_text, policy_arena);
  const auto overlay = pattern::Overlay::Compile(*pattern, policy_arena);
  const json::Value pod = LoadPod(pod_arena);
  pattern::MatchResult result;
  for (auto _ : state) {
    arena.Reset();
    result = overlay->Match(pod, arena);
    benchmark::DoNotOptimize(result);
  }
  constexpr const char* kKinds[] = {"pass", "fail", "skip", "error"};
  state.SetLabel(kKinds[static_cast<int>(result.kind)]);
}
BENCHMARK_CAPTURE(BM_Match, host_namespaces, kHostNamespaces);
BENCHMARK_CAPTURE(BM_Match, privileged, kPrivileged);
BENCHMARK_CAPTURE(BM_Match, host_ports, kHostPorts);
BENCHMARK_CAPTURE(BM_Match, seccomp, kSeccomp);
BENCHMARK_CAPTURE(BM_Match, resources, kResources);
BENCHMARK_CAPTURE(BM_Match, images_and_labels, kImagesAndLabels);
BENCHMARK_CAPTURE(BM_Match, fails_at_a_leaf, R"j({"spec":{"containers":[{"imagePullPolicy":"Never"}]}})j");

// What a pattern with variables costs at each request, after substitution.
void BM_Compile(benchmark::State& state) {
  Arena policy_arena, arena;
  const auto pattern = json::Parse(kSeccomp, policy_arena);
  for (auto _ : state) {
    arena.Reset();
    auto overlay = pattern::Overlay::Compile(*pattern, arena);
    benchmark::DoNotOptimize(overlay);
  }
}
BENCHMARK(BM_Compile);

}  // namespace
}  // namespace ephor
