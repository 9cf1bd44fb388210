// What mutating costs: sixteen policies that each add a label to a Pod, one after another, from the bytes of
// an AdmissionReview to the bytes of its answer. TLS, HTTP and compiling the policies are not part of it.
//
//   BM_Mutate/merge     patchStrategicMerge with a constant value
//   BM_Mutate/anchors   patchStrategicMerge that adds the label only where it is not there, and looks at each
//   container BM_Mutate/patch     patchesJson6902 with a JMESPath expression in its value BM_Mutate/present
//   as merge, but the Pod has all the labels: there is nothing to do
//
// Counters: allocs is heap allocations a review in steady state.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "bench/allocations.h"
#include "engine/admission.h"
#include "policy/decode.h"
#include "yaml/load.h"

namespace ephor {
namespace {

constexpr int kPolicies = 16;

constexpr std::string_view kPod =
    R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"shop",
"labels":{"app":"web"LABELS}},"spec":{"serviceAccountName":"web","containers":[
{"name":"nginx","image":"registry.example.com/shop/nginx:1.25","ports":[{"containerPort":80,"protocol":"TCP"}],
"resources":{"limits":{"cpu":"500m","memory":"256Mi"},"requests":{"cpu":"100m","memory":"128Mi"}},
"env":[{"name":"MODE","value":"production"},{"name":"LEVEL","value":"info"}],
"volumeMounts":[{"name":"data","mountPath":"/data"}]},
{"name":"proxy","image":"registry.example.com/shop/proxy:2","args":["--port","8080"]}],
"volumes":[{"name":"data","emptyDir":{}}]}})";

std::string Replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

std::string Review(bool with_labels) {
  std::string labels;
  for (int i = 0; with_labels && i < kPolicies; ++i) labels += ",\"l" + std::to_string(i) + "\":\"x\"";
  return R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u1",)"
         R"("kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},)"
         R"("name":"web","namespace":"shop","operation":"CREATE","userInfo":{"username":"ann"},"object":)" +
         Replaced(std::string(kPod), "LABELS", labels) + "}}";
}

std::string_view Body(std::string_view name) {
  if (name == "anchors") {
    return "patchStrategicMerge: {metadata: {labels: {+(LABEL): x}}, spec: {containers: [{(name): '*', "
           "(image): 'registry.example.com/*'}]}}";
  }
  if (name == "patch") {
    return "patchesJson6902: |-\n"
           "        - op: add\n"
           "          path: /metadata/labels/LABEL\n"
           "          value: \"{{ request.object.metadata.name || 'x' }}\"";
  }
  return "patchStrategicMerge: {metadata: {labels: {LABEL: x}}}";
}

std::shared_ptr<const engine::CompiledPolicy> Compile(std::string yaml) {
  auto source = std::make_shared<policy::SourceText>();
  source->bytes = std::move(yaml);
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

engine::PolicySet Policies(std::string_view name) {
  std::vector<std::shared_ptr<const engine::CompiledPolicy>> policies;
  for (int i = 0; i < kPolicies; ++i) {
    const std::string number = std::to_string(i);
    policies.push_back(
        Compile("apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: add-" + number +
                "}\nspec:\n  rules:\n  - name: add\n    match: {any: [{resources: {kinds: [Pod]}}]}\n"
                "    mutate:\n      " +
                Replaced(std::string(Body(name)), "LABEL", "l" + number) + "\n"));
  }
  return engine::PolicySet(std::move(policies), {});
}

void BM_Mutate(benchmark::State& state, std::string_view name) {
  const engine::PolicySet policies = Policies(name);
  const std::string review = Review(name == "present");
  const engine::Configuration configuration = engine::Configuration::ChartDefaults();
  const ports::World world;
  const engine::Admission admission(policies, configuration, world);
  engine::AdmissionWorkspace workspace;
  std::string answer;
  for (int warm_up = 0; warm_up < 3; ++warm_up) {
    answer.clear();
    admission.Mutate(review, {}, workspace, answer);
  }
  if ((answer.find("\"patch\"") != std::string::npos) != (name != "present")) std::abort();
  const AllocationCount allocations;
  for (auto _ : state) {
    answer.clear();
    benchmark::DoNotOptimize(admission.Mutate(review, {}, workspace, answer));
  }
  state.counters["allocs"] =
      benchmark::Counter(static_cast<double>(allocations.Since()), benchmark::Counter::kAvgIterations);
}
BENCHMARK_CAPTURE(BM_Mutate, merge, "merge");
BENCHMARK_CAPTURE(BM_Mutate, anchors, "anchors");
BENCHMARK_CAPTURE(BM_Mutate, patch, "patch");
BENCHMARK_CAPTURE(BM_Mutate, present, "present");

}  // namespace
}  // namespace ephor
