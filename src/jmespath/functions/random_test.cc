#include <gtest/gtest.h>

#include <string>

#include "base/regex.h"
#include "jmespath/query.h"
#include "jmespath/world_for_test.h"

namespace ephor::jmespath {
namespace {

Result<std::string> Generate(std::string_view pattern, const ports::World& world) {
  Arena arena;
  Env env{arena, world};
  EPHOR_ASSIGN(const Query query, Query::Compile("random(@)"));
  EPHOR_ASSIGN(const json::Value value, query.Evaluate(json::Value::String(pattern), env));
  return std::string(value.as_string());
}

TEST(Random, WhatIsGeneratedMatches) {
  FixedWorld fixed;
  for (const std::string_view pattern : {"[a-z0-9]{8}",
                                         "abc",
                                         "a|bc|",
                                         "(ab|c)+d?",
                                         "x{2,5}",
                                         "x{3}",
                                         "x{2,}",
                                         ".",
                                         "[^a-z]",
                                         "[^ -~]",
                                         "[]a]",
                                         "[a-]",
                                         "[-a]",
                                         "[[:alpha:]_]{4}",
                                         "[[:^alpha:][:digit:]]",
                                         "\\.\\*",
                                         "\\x41\\x{42}",
                                         "\\101",
                                         "a{,2}",
                                         "a{x",
                                         "^abc$",
                                         "()",
                                         "日[本語]",
                                         "a*?b",
                                         "\\t\\n",
                                         "[\\]\\\\]",
                                         "((a|b){2}-){3}"}) {
    const Regex regex = *Regex::Compile("(?s)^(?:" + std::string(pattern) + ")$");
    for (int i = 0; i < 20; ++i) {
      const auto text = Generate(pattern, fixed.ports());
      ASSERT_TRUE(text.has_value()) << pattern << ": " << text.error().message();
      EXPECT_TRUE(regex.Search(*text)) << pattern << " made " << *text;
    }
  }
}

TEST(Random, ChoicesVary) {
  FixedWorld fixed;
  EXPECT_NE(*Generate("[a-z]{16}", fixed.ports()), *Generate("[a-z]{16}", fixed.ports()));
}

struct BadPattern {
  std::string_view pattern;
  std::string_view message;
};

TEST(Random, BadPatternsAreErrorsAsGoWordsThem) {
  FixedWorld fixed;
  for (const BadPattern& each : std::initializer_list<BadPattern>{
           {"", "no pattern provided"},
           {"(", "error parsing regexp: missing closing ): `(`"},
           {"a)", "error parsing regexp: unexpected ): `a)`"},
           {"[a", "error parsing regexp: missing closing ]: `[a`"},
           {"[z-a]", "error parsing regexp: invalid character class range: `z-a`"},
           {"[[:nope:]]", "error parsing regexp: invalid character class range: `[:nope:]`"},
           {"*", "error parsing regexp: missing argument to repetition operator: `*`"},
           {"(?i)a", "error parsing regexp: missing argument to repetition operator: `?`"},
           {"\\d", "error parsing regexp: invalid escape sequence: `\\d`"},
           {"\\", "error parsing regexp: trailing backslash at end of expression: ``"},
           {"a{1001}", "error parsing regexp: invalid repeat count: `{1001}`"},
           {"a{2,1}", "error parsing regexp: invalid repeat count: `{2,1}`"},
       }) {
    const auto text = Generate(each.pattern, fixed.ports());
    ASSERT_FALSE(text.has_value()) << each.pattern;
    EXPECT_EQ(text.error().message(), each.message);
  }
}

TEST(Random, DeepPatternsAreRefused) {
  FixedWorld fixed;
  EXPECT_FALSE(Generate(std::string(100'000, '('), fixed.ports()).has_value());
  EXPECT_FALSE(Generate("a" + std::string(100'000, '?'), fixed.ports()).has_value());
  EXPECT_TRUE(Generate("a" + std::string(100, '?'), fixed.ports()).has_value());
}

}  // namespace
}  // namespace ephor::jmespath
