#include "report/policy_report.h"

#include <gtest/gtest.h>

namespace ephor::report {
namespace {

Result Example() {
  Result result;
  result.source = "kyverno";
  result.policy = "need-team";
  result.rule = "check-team";
  result.result = "fail";
  result.message = "a <team> is needed";
  result.properties = {{"process", "background scan"}};
  result.subject = {"v1", "Pod", "prod", "bad", "", ""};
  result.seconds = 1700000000;
  return result;
}

std::string Written(const ResultList& list, std::string_view name, std::string_view report_namespace) {
  std::string out;
  list.Write(name, report_namespace, [&](std::string_view text) { out += text; });
  return out;
}

TEST(ResultList, Json) {
  ResultList list(Format::kJson);
  list.Add(Example());
  EXPECT_EQ(Written(list, "merged", ""),
            R"({"kind":"ClusterReport","apiVersion":"openreports.io/v1alpha1","metadata":{"name":"merged"},)"
            R"("source":"","summary":{"pass":0,"fail":1,"warn":0,"error":0,"skip":0},"results":[)"
            R"({"source":"kyverno","policy":"need-team","rule":"check-team",)"
            R"("timestamp":{"seconds":1700000000,"nanos":0},"result":"fail","scored":true,)"
            R"("resources":[{"kind":"Pod","namespace":"prod","name":"bad","apiVersion":"v1"}],)"
            R"("message":"a \u003cteam\u003e is needed","properties":{"process":"background scan"}}]})"
            "\n");
}

TEST(ResultList, Yaml) {
  ResultList list(Format::kYaml);
  list.Add(Example());
  EXPECT_EQ(
      Written(list, "merged", ""),
      "apiVersion: openreports.io/v1alpha1\nkind: ClusterReport\nmetadata:\n  name: merged\nresults:\n"
      "- message: a <team> is needed\n  policy: need-team\n  properties:\n    process: background scan\n"
      "  resources:\n  - apiVersion: v1\n    kind: Pod\n    name: bad\n    namespace: prod\n"
      "  result: fail\n  rule: check-team\n  scored: true\n  source: kyverno\n  timestamp:\n"
      "    nanos: 0\n    seconds: 1700000000\nsource: \"\"\nsummary:\n  error: 0\n  fail: 1\n  pass: 0\n"
      "  skip: 0\n  warn: 0\n\n");
}

TEST(ResultList, PartsJoinInOrder) {
  for (const Format format : {Format::kJson, Format::kYaml}) {
    Result first = Example(), second = Example();
    second.result = "pass";
    second.scored = false;
    ResultList whole(format), left(format), right(format), empty(format);
    whole.Add(first);
    whole.Add(second);
    left.Add(first);
    right.Add(second);
    left.Append(std::move(empty));
    left.Append(std::move(right));
    EXPECT_EQ(Written(left, "p", "ns"), Written(whole, "p", "ns"));
    EXPECT_NE(Written(left, "p", "ns").find("PolicyReport"), std::string::npos);
  }
}

}  // namespace
}  // namespace ephor::report
