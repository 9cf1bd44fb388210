#include "engine/template.h"

#include <gtest/gtest.h>

#include "engine/context.h"
#include "json/parse.h"
#include "json/write.h"

namespace ephor::engine {
namespace {

constexpr std::string_view kVariables = R"({
  "name": "web", "n": 1000000, "half": 0.5, "none": null, "list": [1, "<a>"], "braces": "{{ name }}",
  "object": {"k": "{{ name }}", "plain": "x"}, "key": "name", "request": {"operation": "OPERATION",
  "object": {"v": "new"}, "oldObject": {"v": "old"}}})";

struct TemplateCase {
  const char* name;
  std::string_view document;  // JSON
  std::string_view result;    // JSON, or "! " and the error
};

std::string Substitute(std::string_view document, std::string_view operation) {
  Arena arena;
  std::string variables(kVariables);
  variables.replace(variables.find("OPERATION"), 9, operation);
  const auto source = json::Parse(document, arena), root = json::Parse(variables, arena);
  EXPECT_TRUE(source && root);
  const ports::World world;
  Context context(arena, world);
  context.Set(root->members());
  const Template compiled(*source);
  const auto result = compiled.Substitute(context);
  return result ? json::ToString(*result) : "! " + result.error().message();
}

// Values that a request brings along are looked at again: they must not double for ever.
TEST(Template, WhatDoublesEnds) {
  Arena arena;
  const ports::World world;
  Context context(arena, world);
  const json::Value root = *json::Parse(
      R"({"twice": "{{ twice }}{{ twice }}", "o": {"a": "{{ o }}", "b": "{{ o }}"}, "big": ")" +
          std::string(1 << 20, 'x') + R"(", "many": "{{ big }}{{ big }}{{ big }}{{ big }}{{ big }}"})",
      arena);
  context.Set(root.members());
  std::string many = "x";
  for (int i = 0; i < 20; ++i) many += "{{ many }}";
  for (const std::string& text : {std::string("x {{ twice }}"), std::string("{{ o }}"), many}) {
    const auto result = SubstituteText(text, "p", context);
    ASSERT_FALSE(result);
    EXPECT_TRUE(result.error().message().ends_with(" does not end")) << result.error().message();
  }
}

TEST(Template, Substitutes) {
  const TemplateCase cases[] = {
      {"Constant", R"({"a": [1, "b"]})", R"({"a":[1,"b"]})"},
      {"WholeKeepsTheType", R"("{{ n }}")", "1000000"},
      {"WholeNull", R"("{{none}}")", "null"},
      {"SpaceAroundIsText", R"(" {{ n }}")", R"(" 1000000")"},
      {"EmbeddedString", R"("a-{{ name }}-b")", R"("a-web-b")"},
      {"EmbeddedList", R"("{{ list }}!")", R"("[1,\"\\u003ca\\u003e\"]!")"},
      {"EmbeddedNull", R"("x{{ none }}")", R"("xnull")"},
      {"TwoVariables", R"("{{ name }}{{ n }}")", R"("web1000000")"},
      {"Nested", R"("{{ {{ key }} }}")", R"("web")"},
      {"NestedInText", R"("is {{ {{key}} }}.")", R"("is web.")"},
      {"Escaped", R"("\\{{ name }}")", R"("{{ name }}")"},
      {"ValueIsLookedAtAgainInText", R"("x {{ braces }}")", R"("x web")"},
      {"WholeStringIsFinal", R"("{{ braces }}")", R"("{{ name }}")"},
      {"Shallow", R"("x {{- braces }}")", R"("x {{ name }}")"},
      {"StringsOfAnObjectAreSubstituted", R"("{{ object }}")", R"({"k":"web","plain":"x"})"},
      {"MultiSelectHash", R"("{{ {a: name} }}")", R"({"a":"web"})"},
      {"TwoLevelsOfBracesAreText", R"("{{ {a: {b: name}} }}")", R"("{{ {a: {b: name}} }}")"},
      {"BraceAfter", R"("{{ name }}}")", R"("web}")"},
      {"NonAsciiBefore", R"("\u00e9{{ name }}")", "\"\u00e9web\""},
      {"Key", R"({"{{ key }}": 1})", R"({"name":1})"},
      {"KeyNullStays", R"({"{{ none }}": 1})", R"({"{{ none }}":1})"},
      {"KeyNotAString", R"({"{{ n }}": 1})",
       R"(! expected string after substituting variables in key "{{ n }}")"},
      {"Deep", R"({"a": [{"b": "{{ name }}"}, 2]})", R"({"a":[{"b":"web"},2]})"},
      {"UnknownKey", R"({"a": ["{{ nope }}"]})",
       R"(! failed to resolve nope at path /a/0: JMESPath query failed: Unknown key "nope" in path)"},
      {"EmptyQuery", R"("{{ }}")", "! failed to resolve  at path : invalid query (nil)"},
      {"Reference", R"~({"a": "$(./../b)", "b": "x"})~", R"~({"a":"x","b":"x"})~"},
      {"AbsoluteReference", R"~({"a": {"c": "v-$(/b/d)"}, "b": {"(d)": "x"}})~",
       R"~({"a":{"c":"v-x"},"b":{"(d)":"x"}})~"},
      {"ReferenceWithOperator", R"~({"a": "$(<=/b)", "b": 5})~", R"~({"a":"<=5.000000","b":5})~"},
      {"ReferenceMissing", R"~({"a": "$(/b)"})~", "! got nil resolved variable $(/b) at path /a: <nil>"},
      {"ReferenceToNumber", R"~({"a": "$(/b)", "b": 5})~",
       "! NotResolvedReferenceErr,reference $(/b) not resolved at path /a"},
      {"ReferenceEscaped", R"~("\\$(POD_IP)")~", R"~("$(POD_IP)")~"},
      {"NoReferenceWithSpace", R"~("$(date +%s)")~", R"~("$(date +%s)")~"},
      {"ReferenceToVariable", R"~({"a": "$(/b)", "b": "{{ name }}"})~", R"~({"a":"web","b":"web"})~"},
  };
  for (const TemplateCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(Substitute(c.document, "CREATE"), c.result);
  }
}

TEST(Template, OnDeleteTheObjectIsTheOldOne) {
  EXPECT_EQ(Substitute(R"("{{ request.object.v }}")", "CREATE"), R"("new")");
  EXPECT_EQ(Substitute(R"("{{ request.object.v }}")", "DELETE"), R"("old")");
  EXPECT_EQ(Substitute(R"("is {{ request.object.v }}")", "DELETE"), R"("is old")");
}

TEST(Template, SelfReferenceEnds) {
  Arena arena;
  const ports::World world;
  Context context(arena, world);
  const auto object = json::Parse(R"({"a": "{{ x }}"})", arena);
  context.Set("x", *object);
  context.Set("t", json::Value::String("y {{ t }}"));
  const json::Value whole = json::Value::String("{{ x }}"), text = json::Value::String("{{ t }} ");
  EXPECT_FALSE(Template(whole).Substitute(context));
  EXPECT_FALSE(Template(text).Substitute(context));
}

TEST(Mentions, NamesAreWords) {
  EXPECT_TRUE(Mentions("x.y", "x"));
  EXPECT_TRUE(Mentions("foo(x)", "x"));
  EXPECT_TRUE(Mentions("\"x\"", "x"));
  EXPECT_TRUE(Mentions("a || x", "x"));
  EXPECT_TRUE(Mentions("_x", "x"));
  EXPECT_FALSE(Mentions("a.x", "x"));
  EXPECT_FALSE(Mentions("xy", "x"));
  EXPECT_FALSE(Mentions("ax", "x"));
  EXPECT_FALSE(Mentions("1x", "x"));
  EXPECT_TRUE(Mentions("xy + x", "x"));
}

}  // namespace
}  // namespace ephor::engine
