// What the small questions of matching cost: is this text a quantity, does a selector hold, which roles has a
// user, what is an image's normal form. Everything that is compiled once is compiled outside of the loops.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "base/arena.h"
#include "base/duration.h"
#include "base/quantity.h"
#include "base/regex.h"
#include "image/reference.h"
#include "json/parse.h"
#include "kube/builtin_kinds.h"
#include "kube/kinds.h"
#include "kube/rbac.h"
#include "kube/selector.h"

namespace ephor {
namespace {

void BM_QuantityTryParse(benchmark::State& state, std::string_view text) {
  Quantity quantity;
  for (auto _ : state) {
    benchmark::DoNotOptimize(text);
    benchmark::DoNotOptimize(Quantity::TryParse(text, quantity));
  }
}
BENCHMARK_CAPTURE(BM_QuantityTryParse, milli, "1500m");
BENCHMARK_CAPTURE(BM_QuantityTryParse, binary, "512Mi");
BENCHMARK_CAPTURE(BM_QuantityTryParse, exact, "1.5Gi");
BENCHMARK_CAPTURE(BM_QuantityTryParse, word, "nginx");
BENCHMARK_CAPTURE(BM_QuantityTryParse, hostile, "9999999999999999999999999999999999999999999999999999999999");

void BM_QuantityCompare(benchmark::State& state, std::string_view a, std::string_view b) {
  const Quantity left = Quantity::Parse(a).value(), right = Quantity::Parse(b).value();
  for (auto _ : state) benchmark::DoNotOptimize(left <=> right);
}
BENCHMARK_CAPTURE(BM_QuantityCompare, same_scale, "512Mi", "1Gi");
BENCHMARK_CAPTURE(BM_QuantityCompare, other_scale, "1500m", "2");

void BM_DurationTryParse(benchmark::State& state, std::string_view text) {
  Duration duration;
  for (auto _ : state) {
    benchmark::DoNotOptimize(text);
    benchmark::DoNotOptimize(Duration::TryParse(text, duration));
  }
}
BENCHMARK_CAPTURE(BM_DurationTryParse, duration, "1h30m");
BENCHMARK_CAPTURE(BM_DurationTryParse, word, "nginx");

void BM_RegexSearch(benchmark::State& state) {
  const Regex regex = Regex::Compile("^[a-z0-9]+(-[a-z0-9]+)*$").value();
  for (auto _ : state) benchmark::DoNotOptimize(regex.Search("payments-api-7d9c5b6f4-x2x9k"));
}
BENCHMARK(BM_RegexSearch);

void BM_SelectorMatches(benchmark::State& state, std::string_view selector_text) {
  Arena arena;
  const auto selector = kube::LabelSelector::FromValue(json::Parse(selector_text, arena).value());
  const json::Value labels =
      json::Parse(R"({"app.kubernetes.io/name": "payments", "app.kubernetes.io/part-of": "shop",
      "environment": "production", "pod-template-hash": "7d9c5b6f4", "team": "blue"})",
                  arena)
          .value();
  for (auto _ : state) benchmark::DoNotOptimize(selector.Matches(labels));
}
BENCHMARK_CAPTURE(BM_SelectorMatches, label, R"({"matchLabels": {"team": "blue"}})");
BENCHMARK_CAPTURE(BM_SelectorMatches, wildcard, R"({"matchLabels": {"*/part-of": "sh*"}})");
BENCHMARK_CAPTURE(BM_SelectorMatches, expressions, R"({"matchExpressions": [
    {"key": "environment", "operator": "In", "values": ["staging", "production"]},
    {"key": "canary", "operator": "DoesNotExist"}]})");

void BM_KindSelectorMatches(benchmark::State& state) {
  const auto selector = kube::KindSelector::Parse("apps/v1/Deployment");
  const kube::GroupVersionKind gvk{"apps", "v1", "Deployment"};
  for (auto _ : state) benchmark::DoNotOptimize(selector.Matches(gvk, ""));
}
BENCHMARK(BM_KindSelectorMatches);

void BM_KindOfResource(benchmark::State& state) {
  const kube::GroupVersionResource resource{"apps", "v1", "deployments"};
  for (auto _ : state) benchmark::DoNotOptimize(kube::KindOfResource(resource));
}
BENCHMARK(BM_KindOfResource);

// One user in three groups against N RoleBindings of other users and one of theirs.
void BM_RolesOf(benchmark::State& state) {
  Arena bindings_arena;
  std::string text = "[";
  for (int i = 0; i < state.range(0); ++i) {
    text += R"({"metadata": {"namespace": "ns"}, "roleRef": {"kind": "Role", "name": "edit"},
        "subjects": [{"kind": "User", "name": "user)" +
            std::to_string(i) + "\"}]},";
  }
  text += R"({"metadata": {"namespace": "ns"}, "roleRef": {"kind": "ClusterRole", "name": "view"},
      "subjects": [{"kind": "Group", "name": "staff"}]}])";
  const json::Value bindings = json::Parse(text, bindings_arena).value();
  const auto index = kube::RoleIndex::Build(bindings.items(), {});
  const std::vector<std::string_view> groups = {"system:authenticated", "staff", "oncall"};
  Arena arena;
  for (auto _ : state) {
    benchmark::DoNotOptimize(index.RolesOf({"user0", groups}, "ns", arena));
    arena.Reset();
  }
}
BENCHMARK(BM_RolesOf)->Arg(1)->Arg(10'000);

void BM_ImageReference(benchmark::State& state, std::string_view text) {
  Arena arena;
  for (auto _ : state) {
    benchmark::DoNotOptimize(image::ParseReference(text, {}, arena));
    arena.Reset();
  }
}
BENCHMARK_CAPTURE(BM_ImageReference, short_name, "nginx");
BENCHMARK_CAPTURE(BM_ImageReference, full, "registry.example.com:5000/team/payments/api:v1.2.3");

}  // namespace
}  // namespace ephor
