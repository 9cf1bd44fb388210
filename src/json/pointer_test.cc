#include "json/pointer.h"

#include <gtest/gtest.h>

#include "json/parse.h"
#include "json/write.h"

namespace ephor::json {
namespace {

// The examples of RFC 6901, section 5, and what leads nowhere.
TEST(Pointer, Resolves) {
  Arena arena;
  const Value document = *Parse(
      R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8,"o":{"":{"p":9}}})",
      arena);
  const std::pair<const char*, const char*> rows[] = {
      {"/foo", R"(["bar","baz"])"},
      {"/foo/0", R"("bar")"},
      {"/", "0"},
      {"/a~1b", "1"},
      {"/c%d", "2"},
      {"/e^f", "3"},
      {"/g|h", "4"},
      {"/i\\j", "5"},
      {"/k\"l", "6"},
      {"/ ", "7"},
      {"/m~0n", "8"},
      {"/o//p", "9"},
      {"/foo/2", ""},
      {"/foo/01", ""},
      {"/foo/-", ""},
      {"/foo/-1", ""},
      {"/foo/", ""},
      {"/bar", ""},
      {"/foo/0/x", ""},
      {"/foo/+1", ""},
  };
  for (const auto& [pointer, expected] : rows) {
    const auto tokens = ParsePointer(pointer, arena);
    ASSERT_TRUE(tokens.has_value()) << pointer;
    const Value* found = Resolve(document, *tokens);
    EXPECT_EQ(found == nullptr ? "" : ToString(*found), expected) << pointer;
  }
  EXPECT_EQ(Resolve(document, *ParsePointer("", arena)), &document);
  EXPECT_EQ(ParsePointer("foo", arena).error().message(), "JSON pointer 'foo' does not begin with '/'");
}

TEST(Pointer, TokensRoundTrip) {
  Arena arena;
  for (const std::string_view token : {"", "a", "a/b", "m~n", "~01", "~1/~0", "~"}) {
    std::string pointer;
    AppendToken(token, pointer);
    EXPECT_EQ(ParsePointer(pointer, arena)->front(), token) << pointer;
  }
  EXPECT_EQ(DecodeToken("~01", arena), "~1");
  EXPECT_EQ(DecodeToken("~2~", arena), "~2~");
}

}  // namespace
}  // namespace ephor::json
