#include "report/test_results.h"

#include <gtest/gtest.h>

namespace ephor::report {
namespace {

const TableRow kRows[] = {
    {1, "p", "r", "v1/Pod/default/a", "Pass", "Ok", "it's <fine>", false},
    {2, "p", "r", "v1/Pod/default/b", "Fail", "Want pass, got fail", "]]> & no", true},
};

std::string Written(std::span<const TableRow> rows, TestFormat format, bool detailed) {
  std::string out;
  WriteTestResults(rows, format, detailed, out);
  return out;
}

TEST(WriteTestResults, Json) {
  EXPECT_EQ(
      Written(std::span(kRows).first(1), TestFormat::kJson, true),
      "\n[\n  {\n    \"ID\": 1,\n    \"Message\": \"it's \\u003cfine\\u003e\",\n    \"POLICY\": \"p\",\n"
      "    \"REASON\": \"Ok\",\n    \"RESOURCE\": \"v1/Pod/default/a\",\n    \"RESULT\": \"Pass\",\n"
      "    \"RULE\": \"r\"\n  }\n]\n\n");
  EXPECT_EQ(Written({}, TestFormat::kJson, false), "\n[]\n\n");
}

TEST(WriteTestResults, Markdown) {
  EXPECT_EQ(Written(kRows, TestFormat::kMarkdown, false),
            "\n| ID | POLICY | RULE | RESOURCE | RESULT | REASON | \n|----|----|----|----|----|----|\n"
            "| 1 | p | r | v1/Pod/default/a | Pass | Ok |\n"
            "| 2 | p | r | v1/Pod/default/b | Fail | Want pass, got fail |\n\n\n");
}

TEST(WriteTestResults, JunitIsWellFormed) {
  EXPECT_EQ(Written(kRows, TestFormat::kJunit, true),
            "\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"2\" failures=\"1\">\n"
            " <testsuite name=\"p\" tests=\"2\" failures=\"1\">\n"
            "  <testcase classname=\"r\" name=\"v1/Pod/default/a\">\n   <system-out><![CDATA[\n"
            "    Reason: Ok\n    Policy: p\n    Rule: r\n    Resource: v1/Pod/default/a\n"
            "    Message: it's <fine>\n   ]]></system-out>\n  </testcase>\n"
            "  <testcase classname=\"r\" name=\"v1/Pod/default/b\">\n"
            "   <failure message=\"Want pass, got fail\">\n    Policy: p\n    Rule: r\n"
            "    Resource: v1/Pod/default/b\n    Result: Fail\n    Message: ]]&gt; &amp; no\n   </failure>\n"
            "  </testcase>\n </testsuite>\n</testsuites>\n\n");
}

TEST(TestFormatOf, KnowsFour) {
  EXPECT_EQ(TestFormatOf("junit"), TestFormat::kJunit);
  EXPECT_EQ(TestFormatOf("JSON"), std::nullopt);
}

}  // namespace
}  // namespace ephor::report
