#include "pattern/anchor.h"

#include <gtest/gtest.h>

#include "pattern/text.h"

namespace ephor::pattern {
namespace {

TEST(AnchorTest, Parse) {
  const struct {
    std::string_view written;
    AnchorKind kind;
    std::string_view key;
  } kCases[] = {
      {"(name)", AnchorKind::kConditional, "name"},
      {"=(name)", AnchorKind::kEquality, "name"},
      {"^(name)", AnchorKind::kExistence, "name"},
      {"X(name)", AnchorKind::kNegation, "name"},
      {"<(name)", AnchorKind::kGlobal, "name"},
      {"+(name)", AnchorKind::kAddIfAbsent, "name"},
      {"  (name)\t", AnchorKind::kConditional, "name"},
      {"\xC2\xA0=(name)\xE3\x80\x80", AnchorKind::kEquality, "name"},
      {"( name )", AnchorKind::kConditional, " name "},
      {"((a))", AnchorKind::kConditional, "(a)"},
      {"(a)(b)", AnchorKind::kConditional, "a)(b"},
      {"X(X(a))", AnchorKind::kNegation, "X(a)"},
      {"(*)", AnchorKind::kConditional, "*"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.written);
    const auto anchor = ParseAnchor(c.written);
    ASSERT_TRUE(anchor);
    EXPECT_EQ(anchor->kind, c.kind);
    EXPECT_EQ(anchor->key, c.key);
    EXPECT_EQ(BareKey(c.written), c.key);
    // The sign and the key make the written form again.
    EXPECT_EQ(std::string(AnchorSign(c.kind)) + "(" + std::string(c.key) + ")", TrimSpace(c.written));
  }
}

TEST(AnchorTest, NoAnchor) {
  for (const std::string_view written : {"", "name", "()", "(", ")", "(a", "a)", "x(a)", "=a", "= (a)", "=()",
                                         "X()", "==(a)", "(a)b", "a(b)", "(a\nb)", "-(a)"}) {
    SCOPED_TRACE(written);
    EXPECT_FALSE(ParseAnchor(written));
    EXPECT_EQ(BareKey(written), written);
  }
}

}  // namespace
}  // namespace ephor::pattern
