// What a review costs by policies written in CEL: from the bytes of an AdmissionReview to the bytes of its
// answer. TLS and HTTP are not part of it, nor is compiling the policies.
//
//   BM_Validate/NAME    the review of bench/corpus/reviews/NAME.json by the ValidatingPolicies of
//                       examples/pod-security-cel
//   BM_Others/N         the first of these reviews with N more policies installed, of other resources
//   EPHOR_BENCH_CEL_POLICIES, EPHOR_BENCH_REVIEWS: other folders of policies and reviews
//
// Counter: allocs is heap allocations a review in steady state.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "bench/allocations.h"
#include "bench/files.h"
#include "engine/cel/admission.h"
#include "policy/decode.h"
#include "yaml/load.h"

namespace ephor {
namespace {

using Compiled = std::shared_ptr<const engine::CompiledValidatingPolicy>;

std::vector<std::filesystem::path> Reviews() {
  return FilesOf("EPHOR_BENCH_REVIEWS", "bench/corpus/reviews");
}

Compiled Compile(std::string text) {
  auto source = std::make_shared<policy::SourceText>();
  source->bytes = std::move(text);
  policy::SourceDocument document;
  yaml::LoadAll(source->bytes, source->arena, [&](Result<yaml::Document> read) {
    document.root = read->root;
    return false;
  });
  document.text = source;
  const auto policy = policy::Decode<policy::ValidatingPolicy>(document);
  if (!policy) std::abort();
  auto compiled = engine::CompiledValidatingPolicy::Compile(*policy, {});
  if (!compiled) std::abort();
  return *compiled;
}

// The policies, and as many of other resources; and the path that the API server would send.
struct Installed {
  explicit Installed(std::int64_t others) {
    std::vector<Compiled> all;
    for (const auto& path : FilesOf("EPHOR_BENCH_CEL_POLICIES", "examples/pod-security-cel")) {
      all.push_back(Compile(ReadFile(path)));
    }
    for (std::int64_t i = 0; i < others; ++i) {
      const std::string number = std::to_string(i);
      all.push_back(Compile(
          "apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {name: other-" + number +
          "}\nspec:\n  matchConstraints: {resourceRules: [{apiGroups: [example.com], apiVersions: [v1], "
          "operations: [CREATE], resources: [things" +
          number + "]}]}\n  validations: [{expression: 'true'}]\n"));
    }
    for (const Compiled& policy : all) names.append(names.empty() ? "" : "/").append(policy->name());
    policies.validating = engine::CelPolicyList<engine::CompiledValidatingPolicy>(std::move(all));
  }

  engine::CelPolicySet policies;
  std::string names;
};

void Run(benchmark::State& state, const Installed& installed, const std::string& review) {
  const engine::Configuration configuration = engine::Configuration::ChartDefaults();
  const ports::World world;
  const engine::CelAdmission admission(installed.policies, configuration, world);
  engine::PathNamesCache paths;
  engine::AdmissionWorkspace workspace;
  std::string answer;
  const auto judge = [&] {
    answer.clear();
    const engine::CelTarget target{.names = installed.names, .prepared = paths.Of(installed.names)};
    benchmark::DoNotOptimize(admission.Validate(review, target, workspace, answer));
  };
  for (int warm_up = 0; warm_up < 3; ++warm_up) judge();
  const AllocationCount allocations;
  for (auto _ : state) judge();
  state.counters["allocs"] =
      benchmark::Counter(static_cast<double>(allocations.Since()), benchmark::Counter::kAvgIterations);
}

void BM_Validate(benchmark::State& state, const std::string& review) {
  Run(state, Installed(0), review);
}

void BM_Others(benchmark::State& state) {
  Run(state, Installed(state.range(0)), ReadFile(Reviews().front()));
}
BENCHMARK(BM_Others)->Arg(0)->Arg(1000)->Arg(10000);

const bool registered = [] {
  for (const auto& path : Reviews()) {
    benchmark::RegisterBenchmark(("BM_Validate/" + path.stem().string()).c_str(), BM_Validate,
                                 ReadFile(path));
  }
  return true;
}();

}  // namespace
}  // namespace ephor
