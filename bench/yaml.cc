// What reading and writing YAML costs. Run from the project's root.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/arena.h"
#include "json/parse.h"
#include "yaml/emit.h"
#include "yaml/load.h"

namespace ephor {
namespace {

// The Pod of the review, as YAML.
std::string PodYaml() {
  const char* const path = "bench/corpus/pod-create-3kb.json";
  std::FILE* const file = std::fopen(path, "rb");
  if (file == nullptr) {
    std::fprintf(stderr, "cannot open %s: run from the project's root\n", path);
    std::exit(1);
  }
  std::string text;
  char buffer[4096];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, file)) > 0;) text.append(buffer, n);
  std::fclose(file);
  Arena arena;
  return yaml::ToString(*json::Parse(text, arena)->Find("request", "object"));
}

// N Pods in one text, as `ephor apply` reads a resource file.
void BM_LoadPods(benchmark::State& state) {
  const std::string pod = PodYaml();
  std::string text;
  for (std::int64_t i = 0; i < state.range(0); ++i) text += "---\n" + pod;
  Arena arena;
  std::size_t documents = 0;
  for (auto _ : state) {
    arena.Reset();
    yaml::LoadAll(text, arena, [&documents](const Result<yaml::Document>& document) {
      documents += document.has_value();
      return true;
    });
  }
  if (documents != static_cast<std::size_t>(state.iterations() * state.range(0)))
    state.SkipWithError("lost Pods");
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(BM_LoadPods)->Arg(1)->Arg(10'000)->Unit(benchmark::kMicrosecond);

void BM_EmitPod(benchmark::State& state) {
  Arena arena;
  const auto pod = yaml::Load(PodYaml(), arena);
  std::string out;
  for (auto _ : state) {
    out.clear();
    yaml::Emit(*pod, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * out.size()));
}
BENCHMARK(BM_EmitPod)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace ephor
