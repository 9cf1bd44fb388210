#include "yaml/emit.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "json/parse.h"
#include "json/write.h"
#include "yaml/load.h"

namespace ephor::yaml {
namespace {

struct EmitCase {
  const char* name;
  std::string json;
  std::string yaml;
};

class EmitTest : public ::testing::TestWithParam<EmitCase> {};
TEST_P(EmitTest, AsGoYamlDoes) {
  Arena arena;
  const auto value = json::Parse(GetParam().json, arena);
  ASSERT_TRUE(value.has_value()) << value.error().message();
  const std::string text = yaml::ToString(*value);
  EXPECT_EQ(text, GetParam().yaml);
  const auto again = Load(text, arena);
  ASSERT_TRUE(again.has_value()) << again.error().message();
  EXPECT_TRUE(json::Equal(*again, *value)) << json::ToString(*again);
}

INSTANTIATE_TEST_SUITE_P(
    Values, EmitTest,
    ::testing::ValuesIn<EmitCase>({
        {"Scalars", R"([null,true,false,0,-5,1.5,1e-7])",
         "- null\n- true\n- false\n- 0\n- -5\n- 1.5\n- 1e-07\n"},
        {"WholeNumbersHaveNoExponent", "[1000000.0,1e20,12345678.5]",
         "- 1000000\n- 100000000000000000000\n- 1.23456785e+07\n"},
        {"RootScalar", R"("a")", "a\n"},
        {"EmptyCollections", R"({"a":{},"b":[],"c":[[],{}]})", "a: {}\nb: []\nc:\n- []\n- {}\n"},
        {"EmptyRoot", "{}", "{}\n"},
        {"ListsAtTheirParentsColumn", R"({"a":[{"b":[1],"c":2},[3,[4]]]})",
         "a:\n- b:\n  - 1\n  c: 2\n- - 3\n  - - 4\n"},
        {"KeysInNaturalOrder", R"({"a10":1,"a9":2,"a09":3,"aB":4,"a-b":5,"a_b":6,"ab":7,"B":8})",
         "B: 8\na-b: 5\na_b: 6\na9: 2\na09: 3\na10: 1\naB: 4\nab: 7\n"},
        {"TextsThatWouldBeOthers", R"(["true","y","1","0x1f","1e3","null","~","","2001-01-01","1:30",".5"])",
         "- \"true\"\n- \"y\"\n- \"1\"\n- \"0x1f\"\n- \"1e3\"\n- \"null\"\n- \"~\"\n- \"\"\n- "
         "\"2001-01-01\"\n- "
         "\"1:30\"\n- \".5\"\n"},
        {"Indicators", R"(["- a","-a","a: b","a:b","#a","a #b","a#b","[a","*","@a","a,b","'a","!a","---"])",
         "- '- a'\n- -a\n- 'a: b'\n- a:b\n- '#a'\n- 'a #b'\n- a#b\n- '[a'\n- '*'\n- '@a'\n- a,b\n- '''a'\n- "
         "'!a'\n- '---'\n"},
        {"SpaceAtTheEnds", R"([" a","a ","a  b"])", "- ' a'\n- 'a '\n- a  b\n"},
        {"Controls", R"(["a\tb","\u0000\u0007\u001b","\r","a\"b","\u007f"])",
         "- \"a\\tb\"\n- \"\\0\\a\\e\"\n- \"\\r\"\n- a\"b\n- \"\\x7F\"\n"},
        {"Unicode", "[\"\u00e9\u4e2d\",\"\U0001F600\"]", "- \u00e9\u4e2d\n- \"\\U0001F600\"\n"},
        {"Literals", R"({"a":"x\ny","b":"x\n","c":"x\n\n","d":" x\ny","e":"x \ny","f":"x\ty\n"})",
         "a: |-\n  x\n  y\nb: |\n  x\nc: |+\n  x\n\nd: |2-\n   x\n  y\ne: \"x \\ny\"\nf: \"x\\ty\\n\"\n"},
        {"KeysThatNeedQuotes", R"({"":1,"a: b":2,"true":3,"1":4})",
         "\"\": 1\n\"1\": 4\n'a: b': 2\n\"true\": 3\n"},
        {"NoMergeKey", R"({"<<":"<<"})", "\"<<\": <<\n"},
        {"LongKey", "{\"" + std::string(129, 'k') + "\":{\"a\":1}}",
         "? " + std::string(129, 'k') + "\n: a: 1\n"},
        {"KeyOfTwoLines", R"({"a\nb":[1]})", "? |-\n  a\n  b\n: - 1\n"},
        {"LongLinesFold",
         R"({"a":"0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 01234 6 8 x y"})",
         "a: 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 01234\n  6 8 x "
         "y\n"},
        {"LongQuotedLinesFold",
         R"({"a":"'123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 01234 6 8 x y"})",
         "a: '''123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\n  01234 6 8 x "
         "y'\n"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Emit, WhatJsonHasNot) {
  EXPECT_EQ(yaml::ToString(json::Value::Double(std::numeric_limits<double>::infinity())), ".inf\n");
  EXPECT_EQ(yaml::ToString(json::Value::Double(std::numeric_limits<double>::quiet_NaN())), ".nan\n");
  EXPECT_EQ(yaml::ToString(json::Value::String("a\xff")), "a\ufffd\n");
}

struct WideCase {
  std::string_view json, yaml;
};

TEST(Emit, Wide) {
  const WideCase cases[] = {
      {R"({"a":{"b":[1,[2,3],{"c":4,"d":[5]}]},"e":[]})",
       "a:\n    b:\n        - 1\n        - - 2\n          - 3\n        - c: 4\n          d:\n            - "
       "5\ne: []\n"},
      {R"([{"a":1,"b":{"c":"x\ny\n"}},"x\ny"])",
       "- a: 1\n  b:\n    c: |\n        x\n        y\n- |-\n  x\n  y\n"},
      {R"({"a":" x\ny"})", "a: |4-\n     x\n    y\n"},
  };
  for (const WideCase& c : cases) {
    Arena arena;
    std::string out;
    Emit(*json::Parse(c.json, arena), out, {.fold = false, .wide = true});
    EXPECT_EQ(out, c.yaml);
  }
}

TEST(Emit, Appends) {
  std::string out = "---\n";
  Emit(json::Value::Int(1), out);
  EXPECT_EQ(out, "---\n1\n");
}

}  // namespace
}  // namespace ephor::yaml
