// Policies from YAML, converted, for the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "convert/cel_text.h"
#include "convert/convert.h"
#include "policy/decode_for_test.h"

namespace ephor::convert {

// The rules of a ClusterPolicy of one rule about the kind, of which the text is what stands below `validate`,
// indented by eight.
inline std::string RuleYaml(std::string_view kinds, std::string_view body, std::string_view more = "") {
  return policy::ClusterPolicyYaml(
      "  rules:\n    - name: r\n      match:\n        any:\n          - resources:\n"
      "              kinds: [" +
      std::string(kinds) + "]\n" + std::string(more) + "      validate:\n        message: m\n" +
      std::string(body));
}

class ConvertForTest {
 public:
  explicit ConvertForTest(std::string_view yaml, std::size_t most_generated = 1500,
                          std::string_view resource = {}) {
    const auto policy = policy::DecodeForTest(yaml);
    std::vector<json::Value> resources;
    if (!resource.empty()) {
      auto loaded = yaml::Load(resource, arena_);
      EXPECT_TRUE(loaded);
      if (loaded) resources.push_back(*loaded);
    }
    if (policy == nullptr) return;
    conversion_ = Convert(policy, {.resources = resources, .most_generated = most_generated}, arena_);
  }

  const Conversion& operator*() const { return conversion_; }
  const Conversion* operator->() const { return &conversion_; }

  // Why the first rule is not converted: "reason at line N", with the counterexample; "" where it is.
  std::string Refusal() const {
    const RuleReport& rule = conversion_.rules[0];
    if (rule.converted) return "";
    std::string text = rule.reason + " at line " + std::to_string(rule.position.line);
    if (rule.counterexample) {
      text += "\n" + rule.counterexample->operation + "\nrule: " + rule.counterexample->by_rule +
              "\npolicy: " + rule.counterexample->by_policy + "\n" + rule.counterexample->object;
    }
    return text;
  }

  // The expressions of a list of the first document's spec, on one line each.
  std::vector<std::string> Expressions(std::string_view list) const {
    std::vector<std::string> expressions;
    if (conversion_.documents.empty()) return expressions;
    const json::Value* found = conversion_.documents[0].Find("spec", list);
    if (found == nullptr) return expressions;
    for (const json::Value& item : found->items()) {
      const Result<std::string> line = Formatted(std::string(item.StringAt("expression")), 0);
      EXPECT_TRUE(line);
      expressions.push_back(line ? *line : "");
    }
    return expressions;
  }

 private:
  Arena arena_;
  Conversion conversion_;
};

}  // namespace ephor::convert
