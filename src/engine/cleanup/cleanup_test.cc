#include <gtest/gtest.h>

#include <map>
#include <string>

#include "engine/cleanup/cleanup_policy.h"
#include "engine/cleanup/shared_entries.h"
#include "engine/cleanup/ttl.h"
#include "policy/decode_for_test.h"
#include "ports/http_service.h"
#include "yaml/load.h"

namespace ephor::engine {
namespace {

std::shared_ptr<const policy::CleanupPolicy> DecodePolicy(const std::string& yaml) {
  auto decoded = policy::Decode<policy::CleanupPolicy>(policy::ParseForTest(yaml));
  EXPECT_TRUE(decoded) << decoded.error().message();
  return *decoded;
}

std::string ClusterCleanup(std::string_view spec, std::string_view schedule = "*/5 * * * *") {
  return "apiVersion: kyverno.io/v2\nkind: ClusterCleanupPolicy\nmetadata: {name: clean}\nspec:\n"
         "  schedule: '" +
         std::string(schedule) + "'\n" + std::string(spec);
}

constexpr std::string_view kMatchPods = "  match: {any: [{resources: {kinds: [Pod]}}]}\n";

constexpr std::string_view kPod =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: prod, labels: {app: web, "
    "app.kubernetes.io/managed-by: kyverno}}\nspec: {containers: [{name: c, image: 'nginx:1.0'}]}\n";

struct DecideCase {
  const char* name;
  std::string policy;
  std::string_view object = kPod;
  std::string verdict;  // or the beginning of an error
  std::string_view namespace_labels = {};
  bool filters = false;
  bool protects_managed = false;
};

std::string NameOf(CleanupVerdict verdict) {
  switch (verdict) {
    case CleanupVerdict::kDelete:
      return "delete";
    case CleanupVerdict::kFiltered:
      return "filtered";
    case CleanupVerdict::kProtected:
      return "protected";
    case CleanupVerdict::kOtherNamespace:
      return "other namespace";
    case CleanupVerdict::kNotMatched:
      return "not matched";
    case CleanupVerdict::kExcluded:
      return "excluded";
    case CleanupVerdict::kConditionsFalse:
      return "conditions false";
  }
  return "?";
}

class DecideTest : public ::testing::TestWithParam<DecideCase> {};

TEST_P(DecideTest, Verdict) {
  const DecideCase& c = GetParam();
  const CompiledCleanupPolicy policy(DecodePolicy(c.policy));
  Arena arena;
  const ports::World world;
  Context context(arena, world);
  policy.entries().AddTo(context);
  const Configuration configuration = Configuration::ChartDefaults();
  const CleanupScene scene{
      .configuration = &configuration,
      .namespace_labels = c.namespace_labels.empty() ? json::Value() : *yaml::Load(c.namespace_labels, arena),
      .filters = c.filters,
      .protects_managed = c.protects_managed};
  const auto object = yaml::Load(c.object, arena);
  ASSERT_TRUE(object);
  // Twice: nothing stays behind in the context.
  for (int i = 0; i < 2; ++i) {
    const auto verdict = policy.Decide(*object, scene, context);
    const std::string found = verdict ? NameOf(*verdict) : verdict.error().message();
    EXPECT_TRUE(found.starts_with(c.verdict)) << found;
  }
}

const std::string kNamespaced =
    "apiVersion: kyverno.io/v2\nkind: CleanupPolicy\nmetadata: {name: clean, namespace: prod}\nspec:\n"
    "  schedule: '* * * * *'\n" +
    std::string(kMatchPods);

INSTANTIATE_TEST_SUITE_P(
    Cleanup, DecideTest,
    ::testing::ValuesIn<DecideCase>({
        {"Matches", ClusterCleanup(kMatchPods), kPod, "delete"},
        {"OtherKind", ClusterCleanup(kMatchPods), "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n",
         "not matched"},
        {"AllFiltersMustMatch",
         ClusterCleanup("  match: {all: [{resources: {kinds: [Pod]}}, {resources: {names: [db-*]}}]}\n"),
         kPod, "not matched"},
        {"AnyFilterIsEnough",
         ClusterCleanup("  match: {any: [{resources: {names: [db-*]}}, {resources: {kinds: [Pod]}}]}\n"),
         kPod, "delete"},
        {"Excluded",
         ClusterCleanup(std::string(kMatchPods) +
                        "  exclude: {any: [{resources: {selector: {matchLabels: {app: web}}}}]}\n"),
         kPod, "excluded"},
        {"NotExcluded",
         ClusterCleanup(std::string(kMatchPods) + "  exclude: {any: [{resources: {namespaces: [dev]}}]}\n"),
         kPod, "delete"},
        {"NamespaceSelector",
         ClusterCleanup("  match: {any: [{resources: {kinds: [Pod], namespaceSelector: {matchLabels: {a: "
                        "b}}}}]}\n"),
         kPod, "delete", "{a: b}"},
        {"NamespaceSelectorWithoutLabels",
         ClusterCleanup("  match: {any: [{resources: {kinds: [Pod], namespaceSelector: {matchLabels: {a: "
                        "b}}}}]}\n"),
         kPod, "not matched"},
        {"ConditionsOnTheTarget",
         ClusterCleanup(std::string(kMatchPods) +
                        "  conditions: {all: [{key: '{{ target.metadata.name }}', operator: Equals, value: "
                        "web}]}\n"),
         kPod, "delete"},
        {"ConditionsOnImages",
         ClusterCleanup(
             std::string(kMatchPods) +
             "  conditions: {any: [{key: '{{ images.containers.c.tag }}', operator: Equals, value: "
             "'1.0'}]}\n"),
         kPod, "delete"},
        {"ConditionsOnTheNamespace",
         ClusterCleanup(std::string(kMatchPods) +
                        "  conditions: {any: [{key: '{{ request.namespace }}', operator: Equals, value: "
                        "dev}]}\n"),
         kPod, "conditions false"},
        {"ConditionsWithAContext",
         ClusterCleanup(std::string(kMatchPods) +
                        "  context: [{name: wanted, variable: {value: web}}]\n"
                        "  conditions: {all: [{key: '{{ wanted }}', operator: Equals, value: '{{ "
                        "target.metadata.name }}'}]}\n"),
         kPod, "delete"},
        {"AnErrorKeeps",
         ClusterCleanup(std::string(kMatchPods) +
                        "  conditions: {all: [{key: '{{ target.spec.nothing }}', operator: Equals, value: "
                        "web}]}\n"),
         kPod, "failed to substitute variables in condition key"},
        {"OwnNamespace", kNamespaced, kPod, "delete"},
        {"OtherNamespace", kNamespaced, "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: dev}\n",
         "other namespace"},
        {"FilteredByTheConfiguration",
         ClusterCleanup(kMatchPods),
         "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: kube-system}\n",
         "filtered",
         {},
         true},
        {"FiltersDoNotCount", ClusterCleanup(kMatchPods),
         "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: kube-system}\n", "delete"},
        {"Protected", ClusterCleanup(kMatchPods), kPod, "protected", {}, false, true},
        {"OthersAreNotProtected",
         ClusterCleanup(kMatchPods),
         "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: dev}\n",
         "delete",
         {},
         false,
         true},
        {"NoObjectAtAll", ClusterCleanup(kMatchPods), "[]", "not matched"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

// Answers with the path, and counts.
class CountingService final : public ports::HttpService {
 public:
  bool HasRecordings() const override { return true; }
  bool IsRecorded(std::string_view, std::string_view) const override { return true; }
  Result<ports::HttpResponse> Send(const ports::HttpRequest& request) override {
    ++calls[std::string(request.url)];
    if (request.url == "/broken") return ports::HttpResponse{503, ""};
    return ports::HttpResponse{200, "\"" + std::string(request.url) + "\""};
  }
  std::map<std::string, int> calls;
};

TEST(SharedEntries, LoadOnceWhatDoesNotDependOnTheObject) {
  const CompiledCleanupPolicy policy(
      DecodePolicy(ClusterCleanup(std::string(kMatchPods) +
                                  "  context:\n"
                                  "  - {name: once, apiCall: {urlPath: /once}}\n"
                                  "  - {name: never, apiCall: {urlPath: /never}}\n"
                                  "  - {name: each, apiCall: {urlPath: '/{{ target.metadata.name }}'}}\n"
                                  "  - {name: derived, variable: {value: '{{ each }}'}}\n"
                                  "  - {name: broken, apiCall: {urlPath: /broken}}\n"
                                  "  conditions:\n    all:\n"
                                  "    - {key: '{{ once }}', operator: Equals, value: /once}\n"
                                  "    - {key: '{{ derived }}', operator: Equals, value: /b}\n"
                                  "    - {key: '{{ broken }}', operator: Equals, value: x}\n")));
  CountingService service;
  ports::World world;
  world.http = &service;
  const Configuration configuration = Configuration::ChartDefaults();
  const SharedEntries entries(policy.entries());
  const auto decide = [&](const std::string& name) {
    Arena arena;  // nothing that is shared may depend on it
    Context context(arena, world);
    entries.AddTo(context);
    const auto object = *yaml::Load("{apiVersion: v1, kind: Pod, metadata: {name: " + name + "}}", arena);
    const auto verdict = policy.Decide(object, {.configuration = &configuration}, context);
    return verdict ? NameOf(*verdict) : verdict.error().message();
  };
  EXPECT_EQ(decide("a"), "conditions false");
  for (int i = 0; i < 2; ++i) {
    EXPECT_NE(decide("b").find("HTTP 503 from apiCall mock for context entry \"broken\""), std::string::npos);
  }
  EXPECT_EQ(service.calls, (std::map<std::string, int>{{"/once", 1}, {"/a", 1}, {"/b", 2}, {"/broken", 1}}));
}

TEST(CleanupPolicy, NextRun) {
  const struct {
    const char* schedule;
    const char* last_run;
    const char* next;
  } cases[] = {
      {"*/5 * * * *", "", "2024-01-01T00:05:00Z"},
      {"*/5 * * * *", "2024-03-01T12:04:59Z", "2024-03-01T12:05:00Z"},
      {"@hourly", "2024-03-01T12:04:59Z", "2024-03-01T13:00:00Z"},
      {"0 0 30 2 *", "", "never"},
      // Accepted by validation, but no schedule when it comes to it.
      {"@every 1h", "", "missing field(s)"},
  };
  for (const auto& c : cases) {
    const CompiledCleanupPolicy policy(DecodePolicy(ClusterCleanup(kMatchPods, c.schedule)));
    std::optional<Time> last_run;
    if (*c.last_run != '\0') last_run = *Time::Parse(kRfc3339, c.last_run);
    const auto next = policy.NextRun(last_run, *Time::Parse(kRfc3339, "2024-01-01T00:00:00Z"));
    EXPECT_EQ(!next   ? next.error().message()
              : *next ? (*next)->Format(kRfc3339)
                      : "never",
              c.next)
        << c.schedule;
  }
}

TEST(CleanupPolicy, Propagation) {
  EXPECT_EQ(CompiledCleanupPolicy(DecodePolicy(ClusterCleanup(kMatchPods))).propagation(), "");
  EXPECT_EQ(CompiledCleanupPolicy(DecodePolicy(ClusterCleanup(std::string(kMatchPods) +
                                                              "  deletionPropagationPolicy: Orphan\n")))
                .propagation(),
            "Orphan");
}

TEST(LooseDuration, Table) {
  const struct {
    const char* text;
    const char* duration;  // "" for none
  } cases[] = {
      {"1h30m", "1h30m0s"},
      {"-5m", "-5m0s"},
      {"10s", "10s"},
      {"2d", "48h0m0s"},
      {"1w", "168h0m0s"},
      {"1 week 2 Days", "216h0m0s"},
      {"3HOURS", "3h0m0s"},
      {"4hr", "4h0m0s"},
      {"5 minutes and 10 seconds", "5m10s"},
      {"1wk", "168h0m0s"},
      {"7 microseconds", "7µs"},
      {"7 µs 1 nanos", "7.001µs"},
      {"2millis", "2ms"},
      {"1d 3 parrots", "24h0m0s"},
      {"3 parrots", ""},
      {"", ""},
      {"10", ""},
      {"day", ""},
      {"2024-01-01", ""},
      {"2024-01-01T150405Z", ""},
      {"99999999999999999999d", "2562047h47m16.854775807s"},
      {"300000 years 300000w", "2562047h47m16.854775807s"},
      {"\xff", ""},
  };
  for (const auto& c : cases) {
    const auto duration = ParseLooseDuration(c.text);
    EXPECT_EQ(duration ? duration->ToString() : "", c.duration) << c.text;
  }
}

TEST(Ttl, DeletionOf) {
  const struct {
    const char* metadata;
    const char* due;  // with the propagation behind it; "" for nothing
  } cases[] = {
      {"{}", ""},
      {"{creationTimestamp: '2024-01-01T00:00:00Z', labels: {cleanup.kyverno.io/ttl: 1d}}",
       "2024-01-02T00:00:00Z "},
      {"{creationTimestamp: '2024-01-01T00:00:00Z', labels: {cleanup.kyverno.io/ttl: '2025-06-07'}}",
       "2025-06-07T00:00:00Z "},
      {"{labels: {cleanup.kyverno.io/ttl: 2025-06-07T101112Z}}", "2025-06-07T10:11:12Z "},
      {"{creationTimestamp: '2024-01-01T00:00:00Z', labels: {cleanup.kyverno.io/ttl: -1h}, annotations: "
       "{cleanup.kyverno.io/propagation-policy: Foreground}}",
       "2023-12-31T23:00:00Z Foreground"},
      {"{labels: {cleanup.kyverno.io/ttl: '2025-06-07'}, annotations: "
       "{cleanup.kyverno.io/propagation-policy: "
       "Sideways}}",
       "2025-06-07T00:00:00Z "},
      {"{deletionTimestamp: '2024-01-01T00:00:00Z', labels: {cleanup.kyverno.io/ttl: '2025-06-07'}}", ""},
      {"{labels: {cleanup.kyverno.io/ttl: 1h}}", ""},
      {"{labels: {cleanup.kyverno.io/ttl: soon}}",
       "error: parsing time \"soon\" as \"2006-01-02\": cannot parse \"soon\" as \"2006\""},
      {"{labels: {cleanup.kyverno.io/ttl: 5}}",
       "error: parsing time \"\" as \"2006-01-02\": cannot parse \"\" as \"2006\""},
  };
  for (const auto& c : cases) {
    Arena arena;
    const std::string text = "apiVersion: v1\nkind: Pod\nmetadata: " + std::string(c.metadata) + "\n";
    const json::Value object = *yaml::Load(text, arena);
    const auto deletion = TtlDeletionOf(object);
    std::string found;
    if (!deletion) {
      found = "error: " + deletion.error().message();
      EXPECT_EQ(TtlWarning(object),
                "cleanup.kyverno.io/ttl label value cannot be parsed as any recognizable format (" +
                    deletion.error().message() + ")");
    } else {
      if (*deletion) found = (*deletion)->due.Format(kRfc3339) + " " + std::string((*deletion)->propagation);
      EXPECT_EQ(TtlWarning(object), std::nullopt);
    }
    EXPECT_EQ(found, c.due) << c.metadata;
  }
}

}  // namespace
}  // namespace ephor::engine
