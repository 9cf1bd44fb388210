// What one MutatingPolicy costs on a Pod that it changes. Reading the policy and the request is not part of
// it.
//
//   BM_MutatingPolicy/patch      JSONPatch: a label
//   BM_MutatingPolicy/apply      ApplyConfiguration: the security context of each container, by the Pod's
//   types BM_MutatingPolicy/sidecar    both, with a variable and a condition: a security context and a
//   container
//
// Counter: allocs is heap allocations a run in steady state.
#include "engine/cel/mutating_policy.h"

#include <benchmark/benchmark.h>

#include <cstdlib>

#include "bench/allocations.h"
#include "json/builder.h"
#include "policy/decode.h"
#include "yaml/load.h"

namespace ephor {
namespace {

constexpr std::string_view kPod =
    R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"shop",
"labels":{"app":"web"}},"spec":{"serviceAccountName":"web","containers":[
{"name":"nginx","image":"registry.example.com/shop/nginx:1.25","ports":[{"containerPort":80,"protocol":"TCP"}],
"resources":{"limits":{"cpu":"500m","memory":"256Mi"},"requests":{"cpu":"100m","memory":"128Mi"}},
"env":[{"name":"MODE","value":"production"},{"name":"LEVEL","value":"info"}],
"volumeMounts":[{"name":"data","mountPath":"/data"}]},
{"name":"proxy","image":"registry.example.com/shop/proxy:2","args":["--port","8080"]}],
"volumes":[{"name":"data","emptyDir":{}}]}})";

constexpr std::string_view kPatch = R"(
  mutations:
  - patchType: JSONPatch
    jsonPatch:
      expression: |
        has(object.metadata.labels)
        ? [JSONPatch{op: "add", path: "/metadata/labels/managed-by", value: "ephor"}]
        : [JSONPatch{op: "add", path: "/metadata/labels", value: {"managed-by": "ephor"}}]
)";

constexpr std::string_view kApply = R"(
  mutations:
  - patchType: ApplyConfiguration
    applyConfiguration:
      expression: |
        Object{spec: Object.spec{containers: object.spec.containers.map(c, Object.spec.containers{
          name: c.name,
          securityContext: Object.spec.containers.securityContext{allowPrivilegeEscalation: false}})}}
)";

constexpr std::string_view kSidecar = R"(
  matchConditions:
  - {name: has-containers, expression: size(variables.containers) > 0}
  variables:
  - {name: containers, expression: object.spec.containers}
  mutations:
  - patchType: ApplyConfiguration
    applyConfiguration:
      expression: |
        !has(object.spec.securityContext)
        ? Object{spec: Object.spec{securityContext: Object.spec.securityContext{runAsNonRoot: true, runAsUser: 1000}}}
        : Object{}
  - patchType: JSONPatch
    jsonPatch:
      expression: |
        !variables.containers.exists(c, c.name == "logs")
        ? [JSONPatch{op: "add", path: "/spec/containers/-", value: Object.spec.containers{
            name: "logs", image: "busybox:1", command: ["sh", "-c", "tail -f /dev/null"]}}]
        : []
)";

std::shared_ptr<const engine::CompiledMutatingPolicy> Compile(std::string_view spec) {
  auto source = std::make_shared<policy::SourceText>();
  source->bytes =
      "apiVersion: policies.kyverno.io/v1\nkind: MutatingPolicy\nmetadata: {name: p}\nspec:\n"
      "  matchConstraints:\n    resourceRules:\n"
      "    - {apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}" +
      std::string(spec);
  policy::SourceDocument document;
  yaml::LoadAll(source->bytes, source->arena, [&](Result<yaml::Document> read) {
    document.root = read->root;
    return false;
  });
  document.text = source;
  auto decoded = policy::Decode<policy::MutatingPolicy>(document);
  if (!decoded) std::abort();
  auto compiled = engine::CompiledMutatingPolicy::Compile(*decoded, {});
  if (!compiled) std::abort();
  return *compiled;
}

void BM_MutatingPolicy(benchmark::State& state, std::string_view spec) {
  const auto policy = Compile(spec);
  Arena request_arena, arena;
  const ports::World world;
  engine::Request request;
  request.kind = {"", "v1", "Pod"};
  request.resource = {"", "v1", "pods"};
  request.operation = "CREATE";
  request.object = engine::Resource(*yaml::Load(kPod, request_arena));
  request.namespace_ = "shop";
  request.name = "web";
  json::ObjectBuilder variables(request_arena);
  variables.Set("object", request.object.object);
  request.variables = variables.Build();
  const auto mutate = [&] {
    arena.Reset();
    return engine::Mutate(*policy, request, world, arena);
  };
  for (int warm_up = 0; warm_up < 3; ++warm_up) {
    const engine::PolicyResponse response = mutate();
    const bool changed = !json::Equal(response.resource, request.object.object);
    if (!changed || response.rules[0].status != engine::RuleStatus::kPass) std::abort();
  }
  const AllocationCount allocations;
  for (auto _ : state) benchmark::DoNotOptimize(mutate());
  state.counters["allocs"] =
      benchmark::Counter(static_cast<double>(allocations.Since()), benchmark::Counter::kAvgIterations);
}
BENCHMARK_CAPTURE(BM_MutatingPolicy, patch, kPatch);
BENCHMARK_CAPTURE(BM_MutatingPolicy, apply, kApply);
BENCHMARK_CAPTURE(BM_MutatingPolicy, sidecar, kSidecar);

}  // namespace
}  // namespace ephor
