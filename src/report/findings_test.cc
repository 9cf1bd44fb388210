#include "report/findings.h"

#include <gtest/gtest.h>

#include <vector>

#include "report/xml.h"

namespace ephor::report {
namespace {

std::vector<Finding> SomeFindings() {
  return {
      {.policy = "a", .rule = "r", .status = "pass", .resource = "ns/Pod/p"},
      {.policy = "a",
       .rule = "r",
       .description = "says what",
       .category = "Best",
       .severity = "high",
       .status = "fail",
       .message = "no \"<b>\"",
       .resource = "ns/Pod/q",
       .manifest = {"my pods.yaml", {3, 7}},
       .rule_place = {"a.yaml", {9, 5}}},
      {.policy = "ns/b", .status = "warn", .resource = "Namespace/n", .manifest = {"n.yaml", {}}},
      {.policy = "a", .rule = "r", .status = "error", .message = "broken", .resource = "ns/Pod/r"},
      {.policy = "a", .rule = "r", .status = "skip", .message = "why", .resource = "ns/Pod/s"},
  };
}

TEST(Sarif, HoldsWhatFailed) {
  std::string out;
  WriteSarif(SomeFindings(), "1.2.3", [&](std::string_view text) { out += text; });
  EXPECT_EQ(out, R"({
  "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
  "runs": [
    {
      "results": [
        {
          "level": "error",
          "locations": [
            {
              "logicalLocations": [
                {
                  "fullyQualifiedName": "ns/Pod/q",
                  "kind": "resource"
                }
              ],
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "my%20pods.yaml"
                },
                "region": {
                  "startColumn": 7,
                  "startLine": 3
                }
              }
            }
          ],
          "message": {
            "text": "no \"<b>\""
          },
          "relatedLocations": [
            {
              "id": 0,
              "message": {
                "text": "the rule a/r"
              },
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "a.yaml"
                },
                "region": {
                  "startColumn": 5,
                  "startLine": 9
                }
              }
            }
          ],
          "ruleId": "a/r",
          "ruleIndex": 0
        },
        {
          "level": "warning",
          "locations": [
            {
              "logicalLocations": [
                {
                  "fullyQualifiedName": "Namespace/n",
                  "kind": "resource"
                }
              ],
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "n.yaml"
                }
              }
            }
          ],
          "message": {
            "text": "validation failed"
          },
          "ruleId": "ns/b",
          "ruleIndex": 1
        },
        {
          "level": "error",
          "locations": [
            {
              "logicalLocations": [
                {
                  "fullyQualifiedName": "ns/Pod/r",
                  "kind": "resource"
                }
              ]
            }
          ],
          "message": {
            "text": "broken"
          },
          "ruleId": "a/r",
          "ruleIndex": 0
        }
      ],
      "tool": {
        "driver": {
          "name": "ephor",
          "rules": [
            {
              "fullDescription": {
                "text": "says what"
              },
              "id": "a/r",
              "properties": {
                "category": "Best",
                "severity": "high"
              },
              "shortDescription": {
                "text": "a/r"
              }
            },
            {
              "id": "ns/b",
              "shortDescription": {
                "text": "ns/b"
              }
            }
          ],
          "semanticVersion": "1.2.3"
        }
      }
    }
  ],
  "version": "2.1.0"
}
)");
}

TEST(Junit, HoldsEverything) {
  std::string out;
  WriteJunit(SomeFindings(), [&](std::string_view text) { out += text; });
  EXPECT_EQ(out, R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="ephor" tests="5" failures="2" errors="1" skipped="1">
  <testsuite name="a" tests="4" failures="1" errors="1" skipped="1">
    <testcase classname="r" name="ns/Pod/p"/>
    <testcase classname="r" name="ns/Pod/q" file="my pods.yaml" line="3">
      <failure type="fail" message="no &quot;&lt;b&gt;&quot;">
my pods.yaml:3:7: the resource
a.yaml:9:5: the rule
      </failure>
    </testcase>
    <testcase classname="r" name="ns/Pod/r">
      <error type="error" message="broken">
      </error>
    </testcase>
    <testcase classname="r" name="ns/Pod/s">
      <skipped message="why"/>
    </testcase>
  </testsuite>
  <testsuite name="ns/b" tests="1" failures="1" errors="0" skipped="0">
    <testcase classname="ns/b" name="Namespace/n" file="n.yaml">
      <failure type="warn" message="">
n.yaml: the resource
      </failure>
    </testcase>
  </testsuite>
</testsuites>
)");
}

TEST(Findings, OfNothing) {
  std::string sarif, junit;
  WriteSarif({}, "1", [&](std::string_view text) { sarif += text; });
  WriteJunit({}, [&](std::string_view text) { junit += text; });
  EXPECT_NE(sarif.find("\"results\": []"), std::string::npos);
  EXPECT_NE(junit.find("tests=\"0\""), std::string::npos);
  EXPECT_EQ(EscapeXml("a\x01<&>\"\n"), "a &lt;&amp;&gt;&quot;\n");
}

}  // namespace
}  // namespace ephor::report
