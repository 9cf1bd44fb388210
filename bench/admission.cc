// What a review costs: from the bytes of an AdmissionReview to the bytes of its answer. TLS and HTTP are not
// part of it, nor is compiling the policies, which happens once.
//
//   BM_Validate/NAME      the review of bench/corpus/reviews/NAME.json by the Pod Security policies of the
//                         examples
//   BM_Exceptions/SELECT/N
//                         the review "good" by the same, where each of N exceptions names all of these
//                         policies and selects another object: by its name, by the name of its namespace, or
//                         by a label
// EPHOR_BENCH_POLICIES, EPHOR_BENCH_REVIEWS: other folders of policies and reviews.
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

// Decodes the first document of the text.
template <class Object>
std::shared_ptr<const Object> Decode(std::string text) {
  auto source = std::make_shared<policy::SourceText>();
  source->bytes = std::move(text);
  policy::SourceDocument document;
  yaml::LoadAll(source->bytes, source->arena, [&](Result<yaml::Document> read) {
    document.root = read->root;
    return false;
  });
  document.text = source;
  auto object = policy::Decode<Object>(document);
  if (!object) std::abort();
  return *std::move(object);
}

const std::vector<std::shared_ptr<const engine::CompiledPolicy>>& CompiledPolicies() {
  static const auto policies = [] {
    std::vector<std::shared_ptr<const engine::CompiledPolicy>> compiled;
    for (const auto& path : FilesOf("EPHOR_BENCH_POLICIES", "examples/pod-security")) {
      compiled.push_back(std::make_shared<engine::CompiledPolicy>(Decode<policy::Policy>(ReadFile(path))));
    }
    return compiled;
  }();
  return policies;
}

// What the exception of this number selects.
std::string Selection(std::string_view by, int number) {
  const std::string id = std::to_string(number);
  if (by == "name") return "names: [other-" + id + "]";
  if (by == "namespace") return "namespaces: [other-" + id + "]";
  return "selector: {matchLabels: {app: other-" + id + "}}";
}

std::vector<std::shared_ptr<const engine::CompiledException>> Exceptions(std::string_view by, int count) {
  std::string named;
  for (const auto& policy : CompiledPolicies()) {
    named += "  - {policyName: " + std::string(policy->source().metadata.name) + ", ruleNames: ['*']}\n";
  }
  std::vector<std::shared_ptr<const engine::CompiledException>> exceptions;
  for (int i = 0; i < count; ++i) {
    exceptions.push_back(std::make_shared<engine::CompiledException>(Decode<policy::PolicyException>(
        "apiVersion: kyverno.io/v2\nkind: PolicyException\nmetadata: {namespace: shop, name: e" +
        std::to_string(i) + "}\nspec:\n  match: {any: [{resources: {kinds: [Pod], " + Selection(by, i) +
        "}}]}\n  exceptions:\n" + named)));
  }
  return exceptions;
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

void Measure(benchmark::State& state, const engine::PolicySet& policies, const std::string& review) {
  const engine::Configuration configuration = engine::Configuration::ChartDefaults();
  const ports::World world;
  const engine::Admission admission(policies, configuration, world);
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

void BM_Validate(benchmark::State& state, const std::string& review) {
  static const engine::PolicySet policies(CompiledPolicies(), {});
  Measure(state, policies, review);
}

void BM_Exceptions(benchmark::State& state, std::string_view by) {
  const engine::PolicySet policies(CompiledPolicies(), Exceptions(by, static_cast<int>(state.range(0))));
  static const std::string review = ReadFile("bench/corpus/reviews/good.json");
  Measure(state, policies, review);
}
BENCHMARK_CAPTURE(BM_Exceptions, name, "name")->Arg(0)->Arg(8000);
BENCHMARK_CAPTURE(BM_Exceptions, namespace, "namespace")->Arg(0)->Arg(8000);
BENCHMARK_CAPTURE(BM_Exceptions, label, "label")->Arg(0)->Arg(8000);

const bool registered = [] {
  for (const auto& path : FilesOf("EPHOR_BENCH_REVIEWS", "bench/corpus/reviews")) {
    benchmark::RegisterBenchmark(("BM_Validate/" + path.stem().string()).c_str(), BM_Validate,
                                 ReadFile(path));
  }
  return true;
}();

}  // namespace
}  // namespace ephor
