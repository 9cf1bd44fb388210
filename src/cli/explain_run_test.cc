#include "cli/explain_run.h"

#include <gtest/gtest.h>

#include <functional>

#include "cli/run_for_test.h"
#include "source/temporary_folder.h"

namespace ephor::cli {
namespace {

constexpr std::string_view kPolicy =
    "apiVersion: kyverno.io/v1\n"
    "kind: ClusterPolicy\n"
    "metadata:\n"
    "  name: require-team\n"
    "  annotations: {pod-policies.kyverno.io/autogen-controllers: none}\n"
    "spec:\n"
    "  rules:\n"
    "  - name: check-team\n"
    "    match:\n"
    "      any:\n"
    "      - resources:\n"
    "          kinds: [Pod]\n"
    "    context:\n"
    "    - name: teams\n"
    "      variable:\n"
    "        value: [payments]\n"
    "    preconditions:\n"
    "      all:\n"
    "      - key: \"{{ request.operation }}\"\n"
    "        operator: NotEquals\n"
    "        value: DELETE\n"
    "    validate:\n"
    "      message: one of {{ teams }}\n"
    "      pattern:\n"
    "        metadata:\n"
    "          labels:\n"
    "            team: payments\n"
    "  - name: nodes\n"
    "    match: {any: [{resources: {kinds: [Node]}}]}\n"
    "    validate: {message: m, deny: {}}\n";

constexpr std::string_view kPod =
    "# a Pod\n"
    "apiVersion: v1\n"
    "kind: Pod\n"
    "metadata:\n"
    "  name: web\n"
    "  labels:\n"
    "    team: search\n";

class ExplainTest : public ::testing::Test {
 protected:
  ExplainTest() {
    options_.given.policies = {folder_.Write("policy.yaml", kPolicy)};
    options_.given.resources = {folder_.Write("pod.yaml", kPod)};
  }

  source::TemporaryFolder folder_;
  ExplainOptions options_;
};

TEST_F(ExplainTest, PrintsATree) {
  CapturedContext captured;
  EXPECT_EQ(*RunExplain(options_, captured.context()), 0);
  EXPECT_EQ(captured.err(), "");
  EXPECT_EQ(captured.out(), "resource default/Pod/web  " + folder_.Path("pod.yaml") + ":2\n\n" +
                                folder_.Path("policy.yaml") +
                                ":\n"
                                R"(policy require-team (validate)  policy:1
├─ rule check-team: fail  policy:8
│  │  validation error: one of ["payments"]. rule check-team failed at path /metadata/labels/team/
│  ├─ match: yes  policy:9
│  │  └─ any[0]: yes  policy:11
│  ├─ preconditions: hold  policy:17
│  │  └─ all[0]: true  "CREATE" NotEquals "DELETE"  policy:19
│  │     └─ {{ request.operation }} = "CREATE"
│  ├─ pattern: fail — resource value 'search' does not match 'payments' at path /metadata/labels/team/  policy:24 resource:2
│  │  └─ metadata: fail  policy:25 resource:4
│  │     └─ labels: fail  policy:26 resource:6
│  │        └─ team: fail  wanted "payments", found "search"  policy:27 resource:7
│  └─ {{ teams }} = ["payments"]
│     └─ variable teams (variable) = ["payments"]  policy:14
└─ rule nodes — does not concern this object  policy:28
   └─ match: no  policy:29
      └─ any[0]: no — kinds  wanted ["Node"], found "v1/Pod"  policy:29
)");
}

TEST_F(ExplainTest, ShowsWhatIsAskedFor) {
  struct Case {
    const char* name;
    std::function<void(ExplainOptions&)> change;
    int code;
    std::string_view has;  // in the output
    std::string_view has_not;
    std::string_view err;
  };
  const std::string review = folder_.Write(
      "review.json",
      R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"DELETE",
"kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},
"userInfo":{"username":"jane"},"name":"web","namespace":"shop","object":null,
"oldObject":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"shop"}}}})");
  const Case cases[] = {
      {"Rule", [](ExplainOptions& o) { o.rules = {"nod*"}; }, 0, "└─ rule nodes", "check-team", ""},
      {"Policy", [](ExplainOptions& o) { o.policies = {"require-*"}; }, 0, "policy require-team", "~", ""},
      {"NothingLeft", [](ExplainOptions& o) { o.rules = {"none"}; }, 1, "", "policy",
       "Error: no policy or rule of these names was evaluated\n"},
      {"Json", [](ExplainOptions& o) { o.output = "json"; }, 0, "              \"verdict\": \"fail\"", "└─",
       ""},
      {"Review",
       [&](ExplainOptions& o) {
         o.given.resources.clear();
         o.reviews = {review};
       },
       0, "all[0]: false  \"DELETE\" NotEquals \"DELETE\"", "pattern", ""},
      {"Colour", [](ExplainOptions&) {}, 0, "rule \x1b[36;1mcheck-team\x1b[0;22m: \x1b[31;1mfail\x1b[0;22m",
       "~", ""},
      {"NoColour", [](ExplainOptions& o) { o.remove_color = true; }, 0, "rule check-team: fail", "\x1b", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    ExplainOptions options = options_;
    c.change(options);
    CapturedContext captured;
    captured.context().colour = std::string_view(c.name).ends_with("Colour");
    const auto code = RunExplain(options, captured.context());
    ASSERT_TRUE(code) << code.error().message();
    EXPECT_EQ(*code, c.code);
    EXPECT_NE(captured.out().find(c.has), std::string::npos) << captured.out();
    EXPECT_EQ(captured.out().find(c.has_not), std::string::npos) << captured.out();
    EXPECT_EQ(captured.err(), c.err);
  }
}

TEST_F(ExplainTest, SaysWhatIsWrong) {
  struct Case {
    const char* name;
    std::function<void(ExplainOptions&)> change;
    std::string error;
  };
  const Case cases[] = {
      {"NoPolicy", [](ExplainOptions& o) { o.given.policies.clear(); }, "require policy"},
      {"NoResource", [](ExplainOptions& o) { o.given.resources.clear(); },
       "a resource (--resource) or an AdmissionReview (--review) is required"},
      {"Both", [](ExplainOptions& o) { o.reviews = {"x"}; }, "pass either resources or reviews, not both"},
      {"Output", [](ExplainOptions& o) { o.output = "xml"; },
       "invalid output \"xml\", expected text or json"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    ExplainOptions options = options_;
    c.change(options);
    CapturedContext captured;
    const auto code = RunExplain(options, captured.context());
    ASSERT_FALSE(code);
    EXPECT_EQ(code.error().message(), c.error);
  }
}

TEST_F(ExplainTest, GoesOnAfterWhatCannotBeUsed) {
  options_.given.resources.push_back(folder_.Write("broken.yaml", "kind: [\n---\nmetadata: {}\n"));
  CapturedContext captured;
  EXPECT_EQ(*RunExplain(options_, captured.context()), 1);
  EXPECT_NE(captured.out().find("rule check-team: fail"), std::string::npos);
  EXPECT_NE(captured.err().find("broken.yaml:"), std::string::npos) << captured.err();

  // An escape sequence of an object does not reach the terminal.
  options_.given.resources = {
      folder_.Write("escape.yaml",
                    "apiVersion: v1\nkind: Pod\nmetadata: {name: \"a\\e[31m\", labels: {team: "
                    "\"x\\e[0m\"}}\n")};
  CapturedContext second;
  EXPECT_EQ(*RunExplain(options_, second.context()), 0);
  EXPECT_EQ(second.out().find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace ephor::cli
