// What a review costs: from the bytes of an AdmissionReview to the bytes of its answer. TLS and HTTP are not
// part of it, nor is compiling the policies, which happens once.
//
//   BM_Validate/NAME        the review of bench/corpus/reviews/NAME.json by the Pod Security policies of the
//   examples EPHOR_BENCH_POLICIES, EPHOR_BENCH_REVIEWS: other folders of policies and reviews
//
// Counters: allocs is heap allocations a review in steady state, bytes the size of the review.
#include "engine/admission.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "bench/allocations.h"
#include "bench/files.h"
#include "policy/decode.h"
#include "yaml/load.h"

namespace ephor {
namespace {

std::shared_ptr<const engine::CompiledPolicy> Compile(const std::filesystem::path& path) {
  auto source = std::make_shared<policy::SourceText>();
  source->name = path.filename();
  source->bytes = ReadFile(path);
  policy::SourceDocument document;
  yaml::LoadAll(source->bytes, source->arena, [&](Result<yaml::Document> read) {
    document.root = read->root;
    return false;
  });
  document.text = source;
  auto policy = policy::Decode<policy::Policy>(document);
  if (!policy) std::abort();
  return std::make_shared<engine::CompiledPolicy>(*policy);
}

const engine::PolicySet& Policies() {
  static const engine::PolicySet policies = [] {
    std::vector<std::shared_ptr<const engine::CompiledPolicy>> compiled;
    for (const auto& path : FilesOf("EPHOR_BENCH_POLICIES", "examples/pod-security"))
      compiled.push_back(Compile(path));
    return engine::PolicySet(std::move(compiled), {});
  }();
  return policies;
}

void Judge(const engine::Admission& admission, std::string_view review, engine::AdmissionWorkspace& workspace,
           std::string& answer) {
  answer.clear();
  benchmark::DoNotOptimize(admission.Validate(review, {}, workspace, answer));
}

// In the steady state. Out of line, so that an instruction counter finds it by name.
[[gnu::noinline]] void JudgeReview(const engine::Admission& admission, std::string_view review,
                                   engine::AdmissionWorkspace& workspace, std::string& answer) {
  Judge(admission, review, workspace, answer);
}

void BM_Validate(benchmark::State& state, const std::string& review) {
  const engine::Configuration configuration = engine::Configuration::ChartDefaults();
  const ports::World world;
  const engine::Admission admission(Policies(), configuration, world);
  engine::AdmissionWorkspace workspace;
  std::string answer;
  for (int warm_up = 0; warm_up < 3; ++warm_up) {
    Judge(admission, review, workspace, answer);
  }
  const AllocationCount allocations;
  for (auto _ : state) {
    JudgeReview(admission, review, workspace, answer);
  }
  state.counters["allocs"] =
      benchmark::Counter(static_cast<double>(allocations.Since()), benchmark::Counter::kAvgIterations);
  state.counters["bytes"] = static_cast<double>(review.size());
}

const bool registered = [] {
  for (const auto& path : FilesOf("EPHOR_BENCH_REVIEWS", "bench/corpus/reviews")) {
    benchmark::RegisterBenchmark(("BM_Validate/" + path.stem().string()).c_str(), BM_Validate,
                                 ReadFile(path));
  }
  return true;
}();

}  // namespace
}  // namespace ephor
