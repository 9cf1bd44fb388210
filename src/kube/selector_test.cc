#include "kube/selector.h"

#include <gtest/gtest.h>

#include "json/parse.h"

namespace ephor::kube {
namespace {

struct SelectorCase {
  const char* name;
  std::string_view selector, labels;
  bool matches;
};

TEST(LabelSelector, Matches) {
  const SelectorCase cases[] = {
      {"EmptySelectsAll", "{}", "{}", true},
      {"EmptySelectsWithoutLabels", "{}", "null", true},
      {"Equal", R"({"matchLabels":{"app":"web"}})", R"({"app":"web","x":"y"})", true},
      {"OtherValue", R"({"matchLabels":{"app":"web"}})", R"({"app":"db"})", false},
      {"Absent", R"({"matchLabels":{"app":"web"}})", "null", false},
      {"AllMustHold", R"({"matchLabels":{"a":"1","b":"2"}})", R"({"a":"1"})", false},
      {"WildcardValue", R"({"matchLabels":{"app":"w?b*"}})", R"({"app":"web-1"})", true},
      {"WildcardKey", R"({"matchLabels":{"x.io/*":"1"}})", R"({"x.io/a":"2","x.io/b":"1"})", true},
      {"WildcardNeedsALabel", R"({"matchLabels":{"*":"*"}})", "{}", false},
      {"In", R"({"matchExpressions":[{"key":"a","operator":"In","values":["1","2"]}]})", R"({"a":"2"})",
       true},
      {"NotInAbsent", R"({"matchExpressions":[{"key":"a","operator":"NotIn","values":["1"]}]})", "{}", true},
      {"NotInPresent", R"({"matchExpressions":[{"key":"a","operator":"NotIn","values":["1"]}]})",
       R"({"a":"1"})", false},
      {"Exists", R"({"matchExpressions":[{"key":"a","operator":"Exists"}]})", R"({"a":""})", true},
      {"DoesNotExist", R"({"matchExpressions":[{"key":"a","operator":"DoesNotExist"}]})", R"({"a":""})",
       false},
      {"InvalidOperator", R"({"matchExpressions":[{"key":"a","operator":"Has"}]})", R"({"a":"1"})", false},
      {"InWithoutValues", R"({"matchExpressions":[{"key":"a","operator":"In"}]})", R"({"a":"1"})", false},
      {"ExistsWithValues", R"({"matchExpressions":[{"key":"a","operator":"Exists","values":["1"]}]})",
       R"({"a":"1"})", false},
      {"InvalidKey", R"({"matchLabels":{"a b":"1"}})", R"({"a b":"1"})", false},
      {"InvalidValue", R"({"matchLabels":{"a":"x y"}})", R"({"a":"x y"})", false},
  };
  for (const SelectorCase& c : cases) {
    SCOPED_TRACE(c.name);
    Arena arena;
    const auto selector = json::Parse(c.selector, arena);
    const auto labels = json::Parse(c.labels, arena);
    ASSERT_TRUE(selector && labels);
    EXPECT_EQ(LabelSelector::FromValue(*selector).Matches(*labels), c.matches);
  }
}

TEST(Labels, KeysAndValues) {
  EXPECT_TRUE(IsLabelKey("app.kubernetes.io/name"));
  EXPECT_TRUE(IsLabelKey("a"));
  EXPECT_FALSE(IsLabelKey(""));
  EXPECT_FALSE(IsLabelKey("Example.com/name"));
  EXPECT_FALSE(IsLabelKey("a/b/c"));
  EXPECT_FALSE(IsLabelKey("-a"));
  EXPECT_TRUE(IsLabelValue(""));
  EXPECT_TRUE(IsLabelValue("v1.2_3-x"));
  EXPECT_FALSE(IsLabelValue(std::string(64, 'a')));
}

}  // namespace
}  // namespace ephor::kube
