#include "cli/diff_run.h"

#include <gtest/gtest.h>

#include <functional>

#include "cli/run_for_test.h"
#include "source/temporary_folder.h"

namespace ephor::cli {
namespace {

std::string Policy(std::string_view action, std::string_view message, std::string_view label) {
  return std::string(
             "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: p\n"
             "  annotations: {pod-policies.kyverno.io/autogen-controllers: none}\nspec:\n"
             "  validationFailureAction: ")
      .append(action)
      .append(
          "\n  rules:\n  - name: team\n    match: {any: [{resources: {kinds: [Pod]}}]}\n"
          "    validate: {message: ")
      .append(message)
      .append(
          ", pattern: {metadata: {labels: {team: '?*'}}}}\n"
          "  - name: add\n    match: {any: [{resources: {kinds: [Pod]}}]}\n"
          "    mutate: {patchStrategicMerge: {metadata: {labels: {+(env): ")
      .append(label)
      .append("}}}}\n");
}

struct DiffCase {
  const char* name;
  std::string new_policy;
  std::function<void(DiffOptions&)> change;
  int code;
  std::string out;
  std::string err;
};

TEST(Diff, TellsWhatChanges) {
  source::TemporaryFolder folder;
  const std::string pods = folder.Write("pods.yaml", kPods);
  const std::string reviews = folder.Write(
      "reviews.jsonl",
      "\n{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"request\":{\"uid\":\"u\","
      "\"operation\":\"CREATE\",\"kind\":{\"group\":\"\",\"version\":\"v1\",\"kind\":\"Pod\"},"
      "\"resource\":{\"group\":\"\",\"version\":\"v1\",\"resource\":\"pods\"},\"userInfo\":{},"
      "\"name\":\"bad\",\"namespace\":\"prod\",\"object\":{\"apiVersion\":\"v1\",\"kind\":\"Pod\","
      "\"metadata\":{\"name\":\"bad\",\"namespace\":\"prod\"}}}}\n");
  const auto nothing = [](DiffOptions&) {};
  const DiffCase cases[] = {
      {"Same", Policy("Audit", "m", "a"), nothing, 0, "resources: 2, changed: 0\n", ""},
      {"Action", Policy("Enforce", "m", "a"), nothing, 1,
       "prod/Pod/bad  " + pods +
           ":5\n"
           "  p/team: fail (audits) -> fail (blocks)\n"
           "    validation error: m. rule team failed at path /metadata/labels/team/\n"
           "\np/team  fail (audits) -> fail (blocks)  1\n\nresources: 2, changed: 1\n",
       ""},
      {"Message", Policy("Audit", "other", "a"), nothing, 1,
       "prod/Pod/bad  " + pods +
           ":5\n"
           "  p/team: another message\n"
           "    - validation error: m. rule team failed at path /metadata/labels/team/\n"
           "    + validation error: other. rule team failed at path /metadata/labels/team/\n"
           "\np/team  another message  1\n\nresources: 2, changed: 1\n",
       ""},
      {"Patch", Policy("Audit", "m", "b"), [](DiffOptions& o) { o.summary = true; }, 1,
       "p/add  another patch  2\n\nresources: 2, changed: 2\n", ""},
      {"PatchText", Policy("Audit", "m", "b"),
       [&](DiffOptions& o) {
         o.given.resources.clear();
         o.reviews = {reviews};
       },
       1,
       "prod/Pod/bad  " + reviews +
           ":2\n"
           "  p/add: another patch\n"
           R"(    - [{"op":"add","path":"/metadata/labels","value":{"env":"a"}}])"
           "\n"
           R"(    + [{"op":"add","path":"/metadata/labels","value":{"env":"b"}}])"
           "\n\np/add  another patch  1\n\nresources: 1, changed: 1\n",
       ""},
      {"Json", Policy("Enforce", "m", "a"), [](DiffOptions& o) { o.output = "json"; }, 1,
       "{\"resources\":[\n{\"resource\":\"prod/Pod/bad\",\"file\":\"" + pods +
           R"j(","line":5,"changes":[{"policy":"p","rule":"team","change":"fail (audits) -> fail (blocks)",)j"
           R"j("before":"fail (audits)","after":"fail (blocks)",)j"
           R"j("old":"validation error: m. rule team failed at path /metadata/labels/team/",)j"
           R"j("new":"validation error: m. rule team failed at path /metadata/labels/team/"}]})j"
           "\n],\"summary\":{\"resources\":2,\"changed\":1,\"changes\":[{\"policy\":\"p\",\"rule\":\"team\","
           "\"change\":\"fail (audits) -> fail (blocks)\",\"count\":1}]}}\n",
       ""},
      {"JsonSame", Policy("Audit", "m", "a"), [](DiffOptions& o) { o.output = "json"; }, 0,
       "{\"resources\":[\n],\"summary\":{\"resources\":2,\"changed\":0,\"changes\":[]}}\n", ""},
      {"NoCorpus", Policy("Audit", "m", "a"), [](DiffOptions& o) { o.given.resources.clear(); }, 2, "",
       "Error: either resources (--resource) or reviews (--reviews) are required\n"},
  };
  const std::string old_policy = folder.Write("old.yaml", Policy("Audit", "m", "a"));
  for (const DiffCase& c : cases) {
    SCOPED_TRACE(c.name);
    DiffOptions options;
    options.old_policies = old_policy;
    options.new_policies = folder.Write("new.yaml", c.new_policy);
    options.given.resources = {pods};
    c.change(options);
    CapturedContext captured;
    EXPECT_EQ(RunDiff(options, captured.context()), c.code);
    EXPECT_EQ(captured.out(), c.out);
    EXPECT_EQ(captured.err(), c.err);
  }
}

TEST(Diff, KeepsTheOrderOfTheResources) {
  source::TemporaryFolder folder;
  std::string pods;
  for (int i = 0; i < 500; ++i) {
    pods += "---\napiVersion: v1\nkind: Pod\nmetadata: {name: pod-" + std::to_string(i) + "}\n";
  }
  pods += "---\nkind: [\n";
  DiffOptions options;
  options.old_policies = folder.Write("old.yaml", Policy("Audit", "m", "a"));
  options.new_policies = folder.Write("new.yaml", Policy("Audit", "other", "a"));
  options.given.resources = {folder.Write("pods.yaml", pods)};
  CapturedContext captured;
  EXPECT_EQ(RunDiff(options, captured.context()), 2);
  const std::string out = captured.out();
  std::size_t at = 0;
  for (int i = 0; i < 500; ++i) {
    at = out.find("default/Pod/pod-" + std::to_string(i) + " ", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
  EXPECT_TRUE(out.ends_with("p/team  another message  500\n\nresources: 500, changed: 500\n")) << out;
  EXPECT_NE(captured.err().find("pods.yaml:2003"), std::string::npos) << captured.err();
}

// The policy's value for the label.
std::string MutatingPolicy(std::string_view value) {
  return "apiVersion: policies.kyverno.io/v1\nkind: MutatingPolicy\nmetadata: {name: p}\nspec:\n"
         "  matchConstraints:\n"
         "    resourceRules: [{apiGroups: [''], apiVersions: [v1], resources: [pods], operations: "
         "[CREATE]}]\n"
         "  mutations:\n"
         "  - patchType: ApplyConfiguration\n"
         "    applyConfiguration:\n"
         "      expression: 'Object{metadata: Object.metadata{labels: {\"env\": \"" +
         std::string(value) + "\"}}}'\n";
}

TEST(Diff, ComparesPatchesOfMutatingPoliciesInReviews) {
  source::TemporaryFolder folder;
  DiffOptions options;
  options.old_policies = folder.Write("old.yaml", MutatingPolicy("a"));
  options.new_policies = folder.Write("new.yaml", MutatingPolicy("b"));
  options.reviews = {folder.Write(
      "reviews.json",
      R"({"request":{"uid":"u","kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},"namespace":"prod","name":"web","operation":"CREATE","object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"prod"}}}})"
      "\n")};
  CapturedContext captured;
  EXPECT_EQ(RunDiff(options, captured.context()), 1);
  EXPECT_EQ(captured.out(), "prod/Pod/web  " + options.reviews[0] +
                                ":1\n"
                                "  p: another patch\n"
                                R"(    - [{"op":"add","path":"/metadata/labels","value":{"env":"a"}}])"
                                "\n"
                                R"(    + [{"op":"add","path":"/metadata/labels","value":{"env":"b"}}])"
                                "\n\np  another patch  1\n\nresources: 1, changed: 1\n");
  EXPECT_EQ(captured.err(), "");
}

}  // namespace
}  // namespace ephor::cli
