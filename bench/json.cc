// What reading and writing JSON costs. Run from the project's root.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/arena.h"
#include "json/parse.h"
#include "json/write.h"

namespace ephor {
namespace {

std::string LoadCorpus(const char* name) {
  const std::string path = std::string("bench/corpus/") + name;
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) {
    std::fprintf(stderr, "cannot open %s: run from the project's root\n", path.c_str());
    std::exit(1);
  }
  std::string text;
  char buffer[4096];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, file)) > 0;) text.append(buffer, n);
  std::fclose(file);
  return text;
}

// An AdmissionReview's bytes to a tree in a warm arena.
void BM_ParseReview(benchmark::State& state) {
  const std::string text = LoadCorpus("pod-create-3kb.json");
  Arena arena;
  for (auto _ : state) {
    arena.Reset();
    auto value = json::Parse(text, arena);
    benchmark::DoNotOptimize(value);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(BM_ParseReview);

// The same review N times in one array: how large documents scale.
void BM_ParseArray(benchmark::State& state) {
  const std::string review = LoadCorpus("pod-create-3kb.json");
  std::string text = "[" + review;
  for (std::int64_t i = 1; i < state.range(0); ++i) text += "," + review;
  text += "]";
  Arena arena;
  for (auto _ : state) {
    arena.Reset();
    auto value = json::Parse(text, arena);
    benchmark::DoNotOptimize(value);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(BM_ParseArray)->Arg(100)->Arg(10000);

// The tree back to bytes, into a string that has its room.
void BM_WriteReview(benchmark::State& state) {
  const std::string text = LoadCorpus("pod-create-3kb.json");
  Arena arena;
  const auto value = json::Parse(text, arena);
  std::string out;
  for (auto _ : state) {
    out.clear();
    json::Write(*value, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * out.size()));
}
BENCHMARK(BM_WriteReview);

}  // namespace
}  // namespace ephor
