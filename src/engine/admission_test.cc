#include "engine/admission.h"

#include <gmock/gmock.h>

#include "base/encoding.h"
#include "engine/engine_for_test.h"
#include "json/parse.h"

namespace ephor::engine {
namespace {

using ::testing::HasSubstr;

std::shared_ptr<const CompiledPolicy> Policy(std::string_view name, std::string_view spec) {
  std::string yaml = policy::ClusterPolicyYaml(spec);
  yaml.replace(yaml.find("name: p"), 7, "name: " + std::string(name));
  return std::make_shared<CompiledPolicy>(policy::DecodeForTest(yaml));
}

std::string Review(std::string_view object, std::string_view operation = "CREATE") {
  return R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u1","kind":{"group":"",)"
         R"("version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},"name":"web",)"
         R"("namespace":"shop","operation":")" +
         std::string(operation) + R"(","userInfo":{"username":"ann"},"object":)" + std::string(object) +
         R"(,"oldObject":null}})";
}

constexpr std::string_view kEnforce = R"(
  rules:
  - name: team
    match: {any: [{resources: {kinds: [Pod]}}]}
    validate: {failureAction: Enforce, message: team is required, pattern: {metadata: {labels: {team: "?*"}}}}
)";
constexpr std::string_view kAuditAndWarn = R"(
  emitWarning: true
  rules:
  - name: team
    match: {any: [{resources: {kinds: [Pod]}}]}
    validate: {failureAction: Audit, message: team is wanted, pattern: {metadata: {labels: {team: "?*"}}}}
)";
constexpr std::string_view kBroken = R"(
  rules:
  - name: broken
    match: {any: [{resources: {kinds: [Pod]}}]}
    validate: {failureAction: Enforce, deny: {conditions: {any: [{key: "{{ nope }}", operator: Equals, value: 1}]}}}
)";
constexpr std::string_view kPod =
    R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"shop"}})";

struct Answer {
  AdmissionOutcome outcome;
  std::string body;
  std::string error;
};

Answer Ask(const PolicySet& policies, std::string_view body, const AdmissionTarget& target = {},
           const Configuration& configuration = {}) {
  const ports::World world;
  AdmissionWorkspace workspace;
  Answer answer;
  answer.outcome = Admission(policies, configuration, world).Validate(body, target, workspace, answer.body);
  answer.error = answer.outcome.error;
  return answer;
}

Answer AskToMutate(const PolicySet& policies, std::string_view body, const AdmissionTarget& target = {}) {
  const ports::World world;
  const Configuration configuration;
  AdmissionWorkspace workspace;
  Answer answer;
  answer.outcome = Admission(policies, configuration, world).Mutate(body, target, workspace, answer.body);
  return answer;
}

// The rule of a policy that sets a label.
std::string Labelling(std::string_view label, std::string_view value, std::string_view rest = "") {
  return "\n  rules:\n  - name: label\n    match: {any: [{resources: {kinds: [Pod]}}]}\n"
         "    mutate: {patchStrategicMerge: {metadata: {labels: {" +
         std::string(label) + ": \"" + std::string(value) + "\"}}}}\n" + std::string(rest);
}

// The answer's patch, as the API server will read it; "" for none.
std::string PatchOf(const Answer& answer) {
  Arena arena;
  const auto review = json::Parse(answer.body, arena);
  const std::string_view encoded = review ? review->StringAt("response", "patch") : "";
  return encoded.empty() ? "" : *Base64Decode(encoded);
}

constexpr std::string_view kAllowed =
    R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"u1","allowed":true}})";

TEST(Admission, BlocksWithTheReason) {
  const PolicySet policies({Policy("require-team", kEnforce)}, {});
  const Answer answer = Ask(policies, Review(kPod));
  EXPECT_FALSE(answer.outcome.allowed);
  EXPECT_EQ(
      answer.body,
      R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"u1","allowed":false,)"
      R"("status":{"metadata":{},"status":"Failure","message":"\n\nresource Pod/shop/web was blocked due to the )"
      R"(following policies \n\nrequire-team:\n  team: 'validation error: team is required. rule team failed at )"
      R"(path /metadata/labels/'\n"}}})");
}

TEST(Admission, AllowsWhatIsRight) {
  const PolicySet policies({Policy("require-team", kEnforce)}, {});
  const Answer answer =
      Ask(policies,
          Review(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","labels":{"team":"red"}}})"));
  EXPECT_EQ(answer.body, kAllowed);
}

TEST(Admission, AuditRulesOnlyWarn) {
  const PolicySet policies({Policy("want-team", kAuditAndWarn)}, {});
  EXPECT_THAT(
      Ask(policies, Review(kPod)).body,
      HasSubstr(
          R"("allowed":true,"warnings":["policy want-team.team: validation error: team is wanted. rule )"
          R"(team failed at path /metadata/labels/"])"));
}

TEST(Admission, AnErrorBlocksWhereThePolicyFailsClosed) {
  const PolicySet closed({Policy("broken", kBroken)}, {});
  EXPECT_FALSE(Ask(closed, Review(kPod)).outcome.allowed);
  const PolicySet open({Policy("broken", "  failurePolicy: Ignore" + std::string(kBroken))}, {});
  const Answer answer = Ask(open, Review(kPod));
  EXPECT_TRUE(answer.outcome.allowed);
  EXPECT_THAT(answer.body, HasSubstr("policy broken.broken: failed to check deny conditions"));
}

TEST(Admission, PathsSelectPolicies) {
  using FailurePolicy = AdmissionTarget::FailurePolicy;
  const PolicySet policies({Policy("require-team", kEnforce)}, {});
  const std::string review = Review(kPod);
  EXPECT_FALSE(Ask(policies, review, {.failure_policy = FailurePolicy::kFail}).outcome.allowed);
  EXPECT_TRUE(Ask(policies, review, {.failure_policy = FailurePolicy::kIgnore}).outcome.allowed);
  EXPECT_FALSE(Ask(policies, review, {.failure_policy = FailurePolicy::kFail, .policy_key = "require-team"})
                   .outcome.allowed);
  EXPECT_TRUE(Ask(policies, review, {.policy_key = "other"}).outcome.allowed);
}

TEST(Admission, PoliciesChangeOneAfterAnother) {
  const PolicySet policies({Policy("b", Labelling("two", "{{ request.object.metadata.labels.one }}2")),
                            Policy("a", Labelling("one", "1")), Policy("c", Labelling("one", "1"))},
                           {});
  const Answer answer = AskToMutate(policies, Review(kPod));
  EXPECT_TRUE(answer.outcome.allowed);
  EXPECT_EQ(PatchOf(answer), R"([{"op":"add","path":"/metadata/labels","value":{"one":"1"}},)"
                             R"({"op":"add","path":"/metadata/labels/two","value":"12"}])");
  EXPECT_THAT(answer.body, HasSubstr(R"("patchType":"JSONPatch")"));
}

TEST(Admission, NothingToChangeIsABareAnswer) {
  const PolicySet policies({Policy("a", Labelling("one", "1"))}, {});
  EXPECT_EQ(
      AskToMutate(policies, Review(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":)"
                                   R"("shop","labels":{"one":"1"}}})"))
          .body,
      kAllowed);
  // What is deleted is not changed.
  std::string review = Review("null", "DELETE");
  review.replace(review.find(R"("oldObject":null)"), 16, R"("oldObject":)" + std::string(kPod));
  EXPECT_EQ(AskToMutate(policies, review).body, kAllowed);
}

TEST(Admission, AFailedMutationBlocksOrIsDropped) {
  const std::string second =
      "  - name: broken\n    match: {any: [{resources: {kinds: [Pod]}}]}\n"
      "    mutate: {patchStrategicMerge: {metadata: {labels: {two: \"{{ none }}\"}}}}\n";
  const std::string broken = Labelling("one", "1", second);
  const PolicySet closed({Policy("broken", broken)}, {});
  EXPECT_THAT(
      AskToMutate(closed, Review(kPod)).body,
      HasSubstr(
          R"("message":"mutation policy broken error: failed to apply policy broken rules [broken: variable )"
          R"(substitution failed: failed to resolve none at path )"
          R"(/mutate/patchStrategicMerge/metadata/labels/two: JMESPath query failed: Unknown key \"none\" in )"
          R"(path]")"));
  // The whole policy is as if it were not there, and the next one goes on with the object as it was.
  const PolicySet open(
      {Policy("broken", "  failurePolicy: Ignore" + broken),
       Policy("next", "  failurePolicy: Ignore\n  emitWarning: true" + Labelling("three", "3"))},
      {});
  const Answer answer = AskToMutate(open, Review(kPod));
  EXPECT_EQ(PatchOf(answer), R"([{"op":"add","path":"/metadata/labels","value":{"three":"3"}}])");
  EXPECT_THAT(answer.body,
              HasSubstr(R"("warnings":["policy next.label: mutated Pod/web in namespace shop"])"));
}

TEST(Admission, MutatePathsSelectPolicies) {
  using FailurePolicy = AdmissionTarget::FailurePolicy;
  const PolicySet policies({Policy("a", Labelling("one", "1"))}, {});
  const std::string review = Review(kPod);
  EXPECT_EQ(AskToMutate(policies, review, {.failure_policy = FailurePolicy::kIgnore}).body, kAllowed);
  EXPECT_NE(AskToMutate(policies, review, {.failure_policy = FailurePolicy::kFail}).body, kAllowed);
  EXPECT_NE(AskToMutate(policies, review, {.policy_key = "a"}).body, kAllowed);
  EXPECT_EQ(AskToMutate(policies, review, {.policy_key = "b"}).body, kAllowed);
}

TEST(Admission, FiltersAndExclusions) {
  const PolicySet policies({Policy("require-team", kEnforce)}, {});
  Arena arena;
  std::vector<std::string> warnings;
  const auto configured = [&](std::string_view yaml) {
    return Configuration::Read(*yaml::Load(yaml, arena), warnings);
  };
  EXPECT_EQ(Ask(policies, Review(kPod), {}, configured("resourceFilters: '[*/*,shop,*]'")).body, kAllowed);
  EXPECT_EQ(Ask(policies, Review(kPod), {}, configured("excludeUsernames: 'a*'")).body, kAllowed);
  EXPECT_FALSE(Ask(policies, Review(kPod), {}, configured("excludeUsernames: 'a*,!ann'")).outcome.allowed);
  EXPECT_FALSE(
      Ask(policies, Review(kPod), {}, configured("resourceFilters: '[Pod,other,*]'")).outcome.allowed);
  EXPECT_TRUE(warnings.empty());
}

TEST(Admission, ReadsImagesByTheConfiguredRegistry) {
  const PolicySet policies({Policy("show", R"(
  rules:
  - name: image
    match: {any: [{resources: {kinds: [Pod]}}]}
    validate: {failureAction: Enforce, message: "{{ image_normalize('web') }}", deny: {}}
)")},
                           {});
  Arena arena;
  std::vector<std::string> warnings;
  const auto configuration =
      Configuration::Read(*yaml::Load("defaultRegistry: registry.example.com", arena), warnings);
  EXPECT_THAT(Ask(policies, Review(kPod), {}, configuration).body,
              HasSubstr("image: registry.example.com/web:latest"));
  EXPECT_THAT(Ask(policies, Review(kPod)).body, HasSubstr("image: docker.io/web:latest"));
}

TEST(Admission, ContextEntriesShareABoundedSize) {
  // Each is 8 bytes of JSON.
  constexpr std::string_view kTwo = R"(
  rules:
  - name: two
    match: {any: [{resources: {kinds: [Pod]}}]}
    context:
    - {name: a, variable: {value: "123456"}}
    - {name: b, variable: {value: "654321"}}
    validate:
      failureAction: Enforce
      message: "{{ a }}{{ b }}"
      deny: {conditions: {any: [{key: "{{ a }}{{ b }}", operator: NotEquals, value: ""}]}}
)";
  const PolicySet policies({Policy("p", kTwo)}, {});
  const auto message = [&](const char* limit) {
    Arena arena;
    std::vector<std::string> warnings;
    const auto data = json::Parse(std::string(R"({"maxContextSize":")") + limit + "\"}", arena);
    return Ask(policies, Review(kPod), {}, Configuration::Read(*data, warnings)).body;
  };
  EXPECT_THAT(message("16"), HasSubstr("123456654321"));
  EXPECT_THAT(message("0"), HasSubstr("123456654321"));
  EXPECT_THAT(message("15"), HasSubstr("context size limit exceeded: 16 bytes exceeds limit of 15 bytes"));
}

TEST(Admission, RefusesWhatItCannotJudge) {
  const PolicySet policies({Policy("require-team", kEnforce)}, {});
  struct Row {
    std::string_view body;
    int status;
    std::string_view error;
  };
  const Row rows[] = {
      {"", 417, ""},
      {"{", 417, ""},
      {"{\"request\":null}", 400, "AdmissionReview request is nil"},
      {"{}", 400, "AdmissionReview request is nil"},
      {R"({"request":{"uid":"u","operation":"CREATE"}})", 400,
       "AdmissionReview: request.kind.kind must be set"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.body);
    const Answer answer = Ask(policies, row.body);
    EXPECT_EQ(answer.outcome.http_status, row.status);
    EXPECT_TRUE(answer.body.empty());
    if (!row.error.empty()) {
      EXPECT_EQ(answer.error, row.error);
    }
    EXPECT_FALSE(answer.error.empty());
  }
}

}  // namespace
}  // namespace ephor::engine
