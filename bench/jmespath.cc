// What one expression of a policy costs on an AdmissionReview of 3 KB, as {"request": ...}. Compiling and
// parsing are outside of the loops of BM_Evaluate. Counter: allocs is heap allocations an evaluation in
// steady state.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "base/arena.h"
#include "bench/allocations.h"
#include "jmespath/query.h"
#include "json/parse.h"

namespace ephor {
namespace {

struct Expression {
  const char* name;
  const char* text;
};

constexpr Expression kExpressions[] = {
    {"Path", "request.object.metadata.generateName"},
    {"PathOrDefault", "request.object.metadata.labels.app || ''"},
    {"UnknownKeyOrDefault", "request.object.metadata.labels.nosuchlabel || ''"},
    {"Images", "request.object.spec.containers[].image"},
    {"CountPrivileged", "length(request.object.spec.containers[?securityContext.privileged])"},
    {"ListOfObjects", "request.object.spec.containers[*].{name: name, image: image}"},
    {"FilterByName", "request.object.spec.containers[?name == 'web' && contains(image, ':')].image | [0]"},
    {"AllContainers",
     "request.object.spec.[ephemeralContainers, initContainers, "
     "containers][].securityContext.capabilities.add[]"},
    {"Regex", "regex_match('^[a-z0-9.-]+/[a-z0-9/_-]+:[0-9.]+$', request.object.spec.containers[0].image)"},
    {"PatternMatch", "pattern_match('registry.*/*', request.object.spec.containers[0].image)"},
    {"Quantities", "add(request.object.spec.containers[0].resources.requests.memory || '1Gi', '512Mi')"},
    {"ToUpperSplitJoin", "join('-', split(to_upper(request.object.metadata.generateName), '-'))"},
    {"ToString", "to_string(request.object.metadata.labels)"},
};

json::Value LoadInput(Arena& arena) {
  std::ifstream file("bench/corpus/pod-create-3kb.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto value = json::Parse(text, arena);
  if (!value) std::abort();  // not run from the project's root
  return *value;
}

void BM_Evaluate(benchmark::State& state, const char* text) {
  Arena input_arena;
  const json::Value input = LoadInput(input_arena);
  const auto query = jmespath::Query::Compile(text);
  const ports::World world;
  Arena arena;
  const auto run = [&] {
    arena.Reset();
    jmespath::Env env{arena, world};
    auto result = query->Evaluate(input, env);
    if (!result) std::abort();
    benchmark::DoNotOptimize(result);
  };
  for (int warm_up = 0; warm_up < 3; ++warm_up) run();
  const AllocationCount allocations;
  for (auto _ : state) run();
  state.counters["allocs"] =
      benchmark::Counter(static_cast<double>(allocations.Since()), benchmark::Counter::kAvgIterations);
}

void BM_Compile(benchmark::State& state, const char* text) {
  for (auto _ : state) benchmark::DoNotOptimize(jmespath::Query::Compile(text));
}

const bool registered = [] {
  for (const Expression& each : kExpressions) {
    benchmark::RegisterBenchmark((std::string("BM_Evaluate/") + each.name).c_str(), BM_Evaluate, each.text);
  }
  for (const Expression& each : kExpressions) {
    benchmark::RegisterBenchmark((std::string("BM_Compile/") + each.name).c_str(), BM_Compile, each.text);
  }
  return true;
}();

}  // namespace
}  // namespace ephor
