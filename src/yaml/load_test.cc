#include "yaml/load.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "json/write.h"

namespace ephor::yaml {
namespace {

using namespace std::string_literals;

// The documents as compact JSON, errors as "LINE:COLUMN message".
std::vector<std::string> All(std::string_view text, LoadLimits limits = {}) {
  Arena arena;
  std::vector<std::string> all;
  LoadAll(
      text, arena,
      [&all](Result<Document> document) {
        if (document) {
          all.push_back(json::ToString(*document->root));
        } else {
          const SourcePosition at = document.error().position();
          all.push_back(std::to_string(at.line) + ":" + std::to_string(at.column) + " " +
                        document.error().message());
        }
        return true;
      },
      nullptr, limits);
  return all;
}

struct LoadCase {
  const char* name;
  std::string text;
  std::vector<std::string> documents;
};

class LoadAllTest : public ::testing::TestWithParam<LoadCase> {};
TEST_P(LoadAllTest, Gives) {
  EXPECT_EQ(All(GetParam().text), GetParam().documents);
}

std::string NameOf(const ::testing::TestParamInfo<LoadCase>& row) {
  return row.param.name;
}

using Rows = std::vector<LoadCase>;

INSTANTIATE_TEST_SUITE_P(
    Documents, LoadAllTest,
    ::testing::ValuesIn(Rows{
        {"Nothing", "", {}},
        {"OnlyComment", "# nothing here\n", {"null"}},
        {"One", "a: 1\n", {R"({"a":1})"}},
        {"Two", "a: 1\n---\nb: 2\n", {R"({"a":1})", R"({"b":2})"}},
        {"LeadingSeparator", "---\na: 1\n", {R"({"a":1})"}},
        {"SeparatorAtTheEnd", "a: 1\n---\n", {R"({"a":1})"}},
        {"SeparatorWithComment", "a: 1\n---  # next\nb: 2\n", {R"({"a":1})", R"({"b":2})"}},
        {"EmptyBetween", "a: 1\n---\n# none\n---\nb: 2\n", {R"({"a":1})", "null", R"({"b":2})"}},
        {"CutsABlockScalar", "a: |\n  x\n---\nb: 2\n", {R"({"a":"x\n"})", R"({"b":2})"}},
        {"CarriageReturns",
         "a: 1\r\nb: |\r\n  x\r\n  y\r\n---\r\nc: 2\r\n",
         {R"({"a":1,"b":"x\ny\n"})", R"({"c":2})"}},
        {"ByteOrderMark",
         "\xef\xbb\xbf"
         "a: 1\n",
         {R"({"a":1})"}},
        {"TextAfterSeparator",
         "a: 1\n--- {b: 2}\n---\nc: 3\n",
         {"2:1 invalid Yaml document separator: {b: 2}", R"({"c":3})"}},
        {"ErrorInOneOfThree",
         "a: 1\n---\nb: [\n---\nc: 3\n",
         {R"({"a":1})", "4:1 yaml: line 1: did not find expected node content", R"({"c":3})"}},
        {"NoFinalLineFeed", "a: |\n  x", {R"({"a":"x\n"})"}},
        {"Json", R"({"a":[1,"\ud83d\ude00"]})", {"{\"a\":[1,\"\U0001F600\"]}"}},
        {"JsonDocuments", "{\"a\":1}\n---\n{\"b\":2}\n", {R"({"a":1})", R"({"b":2})"}},
        {"FlowMappingIsNoJson", "{a: b}\n", {R"({"a":"b"})"}},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Collections, LoadAllTest,
    ::testing::ValuesIn(Rows{
        {"KeysAreSorted", "b: 1\na: 2\n", {R"({"a":2,"b":1})"}},
        {"ListAtItsParentsColumn", "a:\n- 1\n- b: 2\n  c: 3\n", {R"({"a":[1,{"b":2,"c":3}]})"}},
        {"NumberKeys",
         "8080: a\n0x10: b\n1.5: c\n1e6: d\n16777217.5: e\n",
         {R"({"1.5":"c","1.6777218e+07":"e","16":"b","1e+06":"d","8080":"a"})"}},
        {"BooleanKeys", "yes: 1\noff: 2\n", {R"({"false":2,"true":1})"}},
        {"NullKey", "~: 1\n", {"1:1 yaml: unsupported map key: null"}},
        {"MappingAsKey", "a: {{ .Values.x }}\n", {"1:5 yaml: invalid map key: {\".Values.x\":null}"}},
        {"Duplicates",
         "a: 1\nb: 2\na: 3\nb: 4\n",
         {"3:4 yaml: unmarshal errors:\n  line 3: key \"a\" already set in map\n  line 4: key \"b\" already "
          "set in map"}},
        {"Anchors", "a: &x {b: 1}\nc: *x\nd: [*x]\n", {R"({"a":{"b":1},"c":{"b":1},"d":[{"b":1}]})"}},
        {"AnchorIsReplaced", "a: &x 1\nb: *x\nc: &x 2\nd: *x\n", {R"({"a":1,"b":1,"c":2,"d":2})"}},
        {"UnknownAnchor", "a: *x\n", {"1:4 yaml: unknown anchor 'x' referenced"}},
        {"AnchorInItself", "a: &x\n  b: *x\n", {"2:6 yaml: anchor 'x' value contains itself"}},
        {"Merge", "a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\n", {R"({"a":{"b":1,"c":2},"d":{"b":1,"c":3}})"}},
        {"LaterMergeWins", "d:\n  c: 3\n  <<: {c: 2}\n", {R"({"d":{"c":2}})"}},
        {"EarlierOfMergedListWins", "<<: [{a: 1}, {a: 2, b: 3}]\n", {R"({"a":1,"b":3})"}},
        {"MergeOfAScalar", "<<: 1\n", {"1:5 yaml: map merge requires map or sequence of maps as the value"}},
        {"QuotedMergeKeyIsAKey", "\"<<\": 1\n", {R"({"<<":1})"}},
        {"SecondDocumentWithoutSeparator", "a: 1\n...\nb: 2\n", {R"({"a":1})"}},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Scalars, LoadAllTest,
    ::testing::ValuesIn(Rows{
        {"QuotedStaysText", "['1', \"yes\", '', \"\"]\n", {R"(["1","yes","",""])"}},
        {"WholeFloatIsAnInteger", "[1.0, 1e3, -0.0, 1e300, ]\n", {"[1,1000,0,1e+300]"}},
        {"NotANumber", "a: .nan\n", {"1:4 json: unsupported value: NaN"}},
        {"Infinity", "a: -.inf\n", {"1:4 json: unsupported value: -Inf"}},
        {"StringTag", "a: !!str 1\n", {R"({"a":"1"})"}},
        {"IntTag", "a: !!int \"1\"\n", {R"({"a":1})"}},
        {"FloatTagOnAnInteger", "a: !!float 1\n", {R"({"a":1})"}},
        {"WrongTag", "a: !!int x\n", {"1:4 yaml: cannot decode !!str `x` as a !!int"}},
        {"ApplicationTag", "a: !Ref 1\n", {R"({"a":"1"})"}},
        {"NonSpecificTag", "a: ! 1\n", {R"({"a":"1"})"}},
        {"Binary", "a: !!binary aGk=\n", {R"({"a":"hi"})"}},
        {"BinaryOfNoText", "a: !!binary /w==\n", {"{\"a\":\"\xef\xbf\xbd\"}"}},
        {"BadBinary", "a: !!binary x\n", {"1:4 yaml: !!binary value contains invalid base64 data"}},
        {"Folded", "a: >-\n  x\n  y\n\n  z\n", {R"({"a":"x y\nz"})"}},
        {"PlainOverLines", "a: x\n  y\n", {R"({"a":"x y"})"}},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Malformed, LoadAllTest,
    ::testing::ValuesIn(Rows{
        {"Tab", "a:\n\tb: 1\n", {"2:1 yaml: line 2: found character that cannot start any token"}},
        {"TwoColons", "a: b: c\n", {"1:5 yaml: mapping values are not allowed in this context"}},
        {"BadIndentation",
         "a: 1\n  b: 2\n",
         {"2:4 yaml: line 2: mapping values are not allowed in this context"}},
        {"OpenQuote", "a: \"x\n", {"2:1 yaml: line 2: found unexpected end of stream"}},
        {"InvalidUtf8", "a: 1\nb: \xff\n", {"2:4 yaml: invalid leading UTF-8 octet"}},
        {"ControlCharacter", "a: \x01\n", {"1:4 yaml: control characters are not allowed"}},
        {"ZeroByte", "a: b\0c\n"s, {"1:5 yaml: control characters are not allowed"}},
    }),
    NameOf);

TEST(LoadAll, LastDuplicateCountsWhereTheyAreAllowed) {
  EXPECT_EQ(All("a: 1\na: 2\n", {.unique_keys = false}), std::vector<std::string>{R"({"a":2})"});
}

TEST(LoadAll, DepthIsLimited) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + "x" + std::string(depth, ']');
  };
  EXPECT_EQ(All(nested(512)).front(), std::string(512, '[') + "\"x\"" + std::string(512, ']'));
  EXPECT_EQ(All(nested(513)).front(), "1:513 yaml: collections are nested more than 512 deep");
  EXPECT_EQ(All(std::string(1'000'000, '[')).front(),
            "1:513 yaml: collections are nested more than 512 deep");
  EXPECT_EQ(All("a: &x [[[1]]]\nb: [[*x]]\n", {.max_depth = 6}).front(), R"({"a":[[[1]]],"b":[[[[[1]]]]]})");
  EXPECT_EQ(All("a: &x [[[1]]]\nb: [[*x]]\n", {.max_depth = 5}).front(),
            "2:6 yaml: collections are nested more than 5 deep");
}

TEST(LoadAll, ExpansionOfAliasesIsLimited) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string alias = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + alias;
    for (int j = 1; j < 9; ++j) text += ", " + alias;
    text += "]\n";
  }
  EXPECT_EQ(All(text).front(), "6:10 yaml: document contains excessive aliasing");
}

TEST(LoadAll, StopsWhereItIsTold) {
  Arena arena;
  int calls = 0;
  LoadAll("a: 1\n---\nb: [\n---\nc: 1\n", arena, [&calls](const Result<Document>&) { return ++calls < 2; });
  EXPECT_EQ(calls, 2);
}

TEST(LoadAll, KnowsWhereValuesStand) {
  Arena arena;
  Positions positions;
  std::vector<Document> documents;
  LoadAll(
      "kind: A\n---\nspec:\n  b: 1\n  a:\n  - x\n  - {c: y}\n", arena,
      [&documents](Result<Document> document) {
        documents.push_back(*document);
        return true;
      },
      &positions);
  ASSERT_EQ(documents.size(), 2u);
  EXPECT_EQ(documents[1].index, 1u);
  EXPECT_EQ(documents[1].line, 3u);
  const auto at = [&positions](const json::Value* value) {
    const SourcePosition position = positions.Of(value);
    return std::to_string(position.line) + ":" + std::to_string(position.column);
  };
  const json::Value* root = documents[1].root;
  EXPECT_EQ(at(documents[0].root), "1:1");
  EXPECT_EQ(at(root), "3:1");
  EXPECT_EQ(at(root->Find("spec")), "4:3");
  EXPECT_EQ(at(root->Find("spec", "b")), "4:6");
  EXPECT_EQ(at(&root->Find("spec", "a")->items()[0]), "6:5");
  EXPECT_EQ(at(root->Find("spec", "a")->items()[1].Find("c")), "7:9");
  const json::Value elsewhere;
  EXPECT_EQ(at(&elsewhere), "0:0");
}

TEST(Load, TakesOneDocument) {
  Arena arena;
  EXPECT_EQ(json::ToString(*Load("a: 1\n", arena)), R"({"a":1})");
  EXPECT_EQ(json::ToString(*Load("# only\n---\na: 1\n---\n# none\n", arena)), R"({"a":1})");
  EXPECT_TRUE(Load("", arena)->is_null());
  EXPECT_EQ(Load("a: 1\n---\nb: 2\n", arena).error().message(), "more than one YAML document");
  EXPECT_EQ(Load("a: [\n", arena).error().position().line, 2u);
}

// Strings that stand in the text as they are become views of it, all others copies: the values are the same.
TEST(LoadAll, ViewsOfTheTextAreItsValues) {
  const std::string text =
      "plain: some words\nquoted: 'it''s'\ndouble: \"a\\tb\"\nsimple: 'x'\nfolded: >\n  a\n  b\nüñí: ключ\n"
      "anchored: &a value\nalias: *a\ntagged: !!str 12\nempty: ''\nlist: [one, 'two', three]\nmany: a\n  b\n"
      "---\nsecond: document\n";
  EXPECT_EQ(All(text, {.view_text = true}), All(text));

  Arena arena;
  std::vector<const json::Value*> roots;
  LoadAll(text, arena,
          [&](Result<Document> document) {
            roots.push_back(document->root);
            return true;
          },
          nullptr, {.view_text = true});
  ASSERT_EQ(roots.size(), 2u);
  const auto is_view = [&](std::string_view value) {
    return !value.empty() && value.data() >= text.data() && value.data() < text.data() + text.size();
  };
  EXPECT_TRUE(is_view(roots[0]->StringAt("plain")));
  EXPECT_TRUE(is_view(roots[0]->StringAt("simple")));
  EXPECT_FALSE(is_view(roots[0]->StringAt("quoted")));
  EXPECT_FALSE(is_view(roots[0]->StringAt("double")));
  EXPECT_TRUE(is_view(roots[1]->StringAt("second")));
}

}  // namespace
}  // namespace ephor::yaml
