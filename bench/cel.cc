// What the expressions of policies cost on a Pod: from text to program, and from program and Pod to result.
// Parsing the Pod and, for BM_Evaluate, compiling are outside of the loops. Counter: allocs is heap
// allocations a run in steady state.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/arena.h"
#include "bench/allocations.h"
#include "cel/lib/environments.h"
#include "cel/plan/program.h"
#include "json/parse.h"

namespace ephor {
namespace {

struct Expression {
  std::string name, text;
};

// A line each: a name, a tab and the expression. bench/peers/cel-go reads the same file.
std::vector<Expression> LoadExpressions() {
  std::ifstream file("bench/corpus/cel-expressions.txt");
  std::vector<Expression> expressions;
  for (std::string line; std::getline(file, line);) {
    const std::size_t tab = line.find('\t');
    expressions.push_back({line.substr(0, tab), line.substr(tab + 1)});
  }
  return expressions;
}

std::shared_ptr<const cel::Env> Environment() {
  cel::Env::Builder builder(cel::lib::KubernetesEnv());
  builder.AddVariable("object", &cel::types::kDyn);
  return builder.Build();
}

json::Value LoadPod(Arena& arena) {
  std::ifstream file("bench/corpus/pod-create-3kb.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto review = json::Parse(text, arena);
  if (!review) std::abort();  // not run from the project's root
  return *review->Find("request", "object");
}

void BM_Compile(benchmark::State& state, const std::string& text) {
  const auto env = Environment();
  for (auto _ : state) {
    auto program = cel::Program::Compile(text, env);
    if (!program) std::abort();
    benchmark::DoNotOptimize(program);
  }
}

void BM_Evaluate(benchmark::State& state, const std::string& text) {
  Arena pod_arena;
  const cel::Value slots[] = {cel::Value::Json(LoadPod(pod_arena))};
  const auto program = cel::Program::Compile(text, Environment());
  const ports::World world;
  Arena arena;
  const auto run = [&] {
    arena.Reset();
    cel::Context context{arena, world};
    const cel::Value value = program->Run(slots, context);
    if (value.is_error()) std::abort();
    benchmark::DoNotOptimize(value);
  };
  run();
  const AllocationCount before;
  for (auto _ : state) run();
  state.counters["allocs"] =
      benchmark::Counter(static_cast<double>(before.Since()), benchmark::Counter::kAvgIterations);
}

// All of them once: about what sixteen Pod Security policies ask of one Pod.
void BM_EvaluateAll(benchmark::State& state) {
  Arena pod_arena;
  const cel::Value slots[] = {cel::Value::Json(LoadPod(pod_arena))};
  std::vector<cel::Program> programs;
  for (const Expression& expression : LoadExpressions()) {
    programs.push_back(*cel::Program::Compile(expression.text, Environment()));
  }
  const ports::World world;
  Arena arena;
  const auto run = [&] {
    arena.Reset();
    cel::Context context{arena, world};
    for (const cel::Program& program : programs) benchmark::DoNotOptimize(program.Run(slots, context));
  };
  run();
  const AllocationCount before;
  for (auto _ : state) run();
  state.counters["allocs"] =
      benchmark::Counter(static_cast<double>(before.Since()), benchmark::Counter::kAvgIterations);
}
BENCHMARK(BM_EvaluateAll);

const int kRegistered = [] {
  for (const Expression& expression : LoadExpressions()) {
    benchmark::RegisterBenchmark(("BM_Evaluate/" + expression.name).c_str(), BM_Evaluate, expression.text);
    benchmark::RegisterBenchmark(("BM_Compile/" + expression.name).c_str(), BM_Compile, expression.text);
  }
  return 0;
}();

}  // namespace
}  // namespace ephor
