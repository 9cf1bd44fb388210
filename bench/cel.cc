// What the expressions of policies cost on a Pod: from text to program, and from program and Pod to result.
// Parsing the Pod and, for BM_Evaluate, compiling are outside of the loops. Counter: allocs is heap
// allocations a run in steady state.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "base/arena.h"
#include "bench/allocations.h"
#include "cel/lib/environments.h"
#include "cel/plan/program.h"
#include "json/parse.h"

namespace ephor {
namespace {

struct Expression {
  const char* name;
  const char* text;
};

// The same list is in bench/peers/cel-go.
constexpr Expression kExpressions[] = {
    {"Field", "object.spec.serviceAccountName == 'checkout'"},
    {"HasField", "!has(object.spec.hostPID) || object.spec.hostPID == false"},
    {"AllContainers",
     "object.spec.containers.all(c, has(c.securityContext) && has(c.securityContext.runAsNonRoot) && "
     "c.securityContext.runAsNonRoot == true)"},
    {"NestedLoops",
     "object.spec.containers.all(c, !has(c.ports) || c.ports.all(p, !has(p.hostPort) || p.hostPort == 0))"},
    {"Optionals", "object.spec.containers.all(c, c.?securityContext.?privileged.orValue(false) == false)"},
    {"VolumeTypes",
     "!has(object.spec.volumes) || object.spec.volumes.all(v, has(v.configMap) || has(v.csi) || "
     "has(v.downwardAPI) || "
     "has(v.emptyDir) || has(v.persistentVolumeClaim) || has(v.projected) || has(v.secret))"},
    {"InList", "object.metadata.namespace in ['default', 'kube-system', 'kube-public', 'shop', 'billing']"},
    {"Labels",
     "object.metadata.labels.exists(k, k.startsWith('app.kubernetes.io/') && object.metadata.labels[k] != "
     "'')"},
    {"MapFilter", "object.spec.containers.map(c, c.image).filter(i, !i.contains('@sha256:')).size() > 0"},
    {"Regex", "object.spec.containers.all(c, c.image.matches('^[a-z0-9.-]+/[a-z0-9/_-]+:[0-9.]+$'))"},
    {"Message",
     "'the pod ' + object.metadata.namespace + '/' + object.metadata.generateName + ' is refused'"},
    {"Arithmetic", "object.spec.containers.size() * 2 + 1 < 100 && object.spec.containers.size() % 7 != 6"},
};

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

void BM_Compile(benchmark::State& state, const char* text) {
  const auto env = Environment();
  for (auto _ : state) {
    auto program = cel::Program::Compile(text, env);
    if (!program) std::abort();
    benchmark::DoNotOptimize(program);
  }
}

void BM_Evaluate(benchmark::State& state, const char* text) {
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
  for (const Expression& expression : kExpressions) {
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
  for (const Expression& expression : kExpressions) {
    benchmark::RegisterBenchmark((std::string("BM_Evaluate/") + expression.name).c_str(), BM_Evaluate,
                                 expression.text);
    benchmark::RegisterBenchmark((std::string("BM_Compile/") + expression.name).c_str(), BM_Compile,
                                 expression.text);
  }
  return 0;
}();

}  // namespace
}  // namespace ephor
