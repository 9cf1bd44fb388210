// What ValidatingPolicies cost. Reading policies and requests is not part of it.
//
//   BM_Validate/NAME    the request of bench/corpus/reviews/NAME.json by the policies of
//                       examples/pod-security-cel and those made of them for pod controllers
//   EPHOR_BENCH_CEL_POLICIES, EPHOR_BENCH_REVIEWS: other folders of policies and reviews
//   BM_Compile          one of these policies, variants included
//   BM_CompileMany      1,000 policies of five expressions each
//
// Counter: allocs is heap allocations a run in steady state.
#include "engine/cel/validating_policy.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "bench/allocations.h"
#include "bench/files.h"
#include "engine/admission_request.h"
#include "json/parse.h"
#include "kube/admission_review.h"
#include "policy/decode.h"
#include "yaml/load.h"

namespace ephor {
namespace {

using SourcePolicy = std::shared_ptr<const policy::ValidatingPolicy>;
using CompiledPolicy = std::shared_ptr<const engine::CompiledValidatingPolicy>;

SourcePolicy Decode(std::string text) {
  auto source = std::make_shared<policy::SourceText>();
  source->bytes = std::move(text);
  policy::SourceDocument document;
  yaml::LoadAll(source->bytes, source->arena, [&](Result<yaml::Document> read) {
    document.root = read->root;
    return false;
  });
  document.text = source;
  auto policy = policy::Decode<policy::ValidatingPolicy>(document);
  if (!policy) std::abort();
  return *policy;
}

CompiledPolicy Compile(SourcePolicy source) {
  auto compiled = engine::CompiledValidatingPolicy::Compile(std::move(source), {});
  if (!compiled) std::abort();
  return *compiled;
}

const std::vector<SourcePolicy>& Sources() {
  static const std::vector<SourcePolicy> sources = [] {
    std::vector<SourcePolicy> all;
    for (const auto& path : FilesOf("EPHOR_BENCH_CEL_POLICIES", "examples/pod-security-cel"))
      all.push_back(Decode(ReadFile(path)));
    return all;
  }();
  return sources;
}

void BM_Validate(benchmark::State& state, const std::string& text) {
  std::vector<CompiledPolicy> policies;
  for (const SourcePolicy& source : Sources()) {
    policies.push_back(Compile(source));
    for (const auto& variant : policies.back()->variants()) policies.push_back(variant);
  }
  Arena review_arena, arena;
  const ports::World world;
  const auto review = json::Parse(text, review_arena);
  const auto decoded = kube::DecodeAdmissionReview(*review, review_arena);
  const engine::Request request = engine::MakeRequest(decoded->request, world, review_arena);
  const auto judge = [&] {
    arena.Reset();
    for (const CompiledPolicy& policy : policies)
      benchmark::DoNotOptimize(engine::Validate(*policy, request, world, arena));
  };
  for (int warm_up = 0; warm_up < 3; ++warm_up) judge();
  const AllocationCount allocations;
  for (auto _ : state) judge();
  state.counters["allocs"] =
      benchmark::Counter(static_cast<double>(allocations.Since()), benchmark::Counter::kAvgIterations);
}

void BM_Compile(benchmark::State& state) {
  std::size_t next = 0;
  for (auto _ : state) {
    CompiledPolicy compiled = Compile(Sources()[next++ % Sources().size()]);
    benchmark::DoNotOptimize(compiled);
  }
}
BENCHMARK(BM_Compile)->Unit(benchmark::kMicrosecond);

void BM_CompileMany(benchmark::State& state) {
  std::vector<SourcePolicy> sources;
  for (int i = 0; i < 1000; ++i) {
    const std::string team = "team-" + std::to_string(i);
    sources.push_back(Decode(
        "apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {name: p}\nspec:\n"
        "  matchConstraints:\n    resourceRules:\n"
        "    - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}\n"
        "  variables: [{name: containers, expression: object.spec.template.spec.containers}]\n"
        "  validations:\n"
        "  - {expression: \"object.metadata.?labels.?team.orValue('') == '" +
        team +
        "'\"}\n"
        "  - {expression: \"variables.containers.all(c, c.image.startsWith('registry.example/" +
        team +
        "/'))\"}\n"
        "  - {expression: 'object.spec.?replicas.orValue(1) <= 10'}\n"
        "  - {expression: \"!variables.containers.exists(c, "
        "c.?securityContext.?privileged.orValue(false))\"}\n"));
  }
  for (auto _ : state) {
    std::vector<CompiledPolicy> all;
    for (const SourcePolicy& source : sources) all.push_back(Compile(source));
    benchmark::DoNotOptimize(all);
  }
}
BENCHMARK(BM_CompileMany)->Unit(benchmark::kMillisecond);

const bool registered = [] {
  for (const auto& path : FilesOf("EPHOR_BENCH_REVIEWS", "bench/corpus/reviews")) {
    benchmark::RegisterBenchmark(("BM_Validate/" + path.stem().string()).c_str(), BM_Validate,
                                 ReadFile(path));
  }
  return true;
}();

}  // namespace
}  // namespace ephor
