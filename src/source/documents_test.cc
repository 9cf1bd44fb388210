#include "source/documents.h"

#include <gtest/gtest.h>

#include <string>

namespace ephor::source {
namespace {

struct SplitCase {
  const char* name;
  std::string_view text;
  std::vector<std::pair<std::uint32_t, std::string_view>> documents;
};

TEST(SplitDocuments, FollowsTheReader) {
  const SplitCase cases[] = {
      {"Empty", "", {}},
      {"OnlyComments", "# a\n\n  # b\n", {}},
      {"One", "a: 1\n", {{1, "a: 1\n"}}},
      {"NoNewlineAtTheEnd", "a: 1", {{1, "a: 1"}}},
      {"Two", "a: 1\n---\nb: 2\n", {{1, "a: 1\n"}, {3, "b: 2\n"}}},
      {"LeadingSeparatorStays", "---\na: 1\n", {{1, "---\na: 1\n"}}},
      {"SeparatorWithComment", "a: 1\n--- # next\nb: 2\n", {{1, "a: 1\n"}, {3, "b: 2\n"}}},
      {"EmptyBetween", "a: 1\n---\n# nothing\n---\nb: 2\n", {{1, "a: 1\n"}, {5, "b: 2\n"}}},
      {"TrailingSeparator", "a: 1\n---\n", {{1, "a: 1\n"}}},
      {"SplitsInsideBlockScalar", "a: |\n  x\n---\n  y\n", {{1, "a: |\n  x\n"}, {4, "  y\n"}}},
      {"IndentedIsNoSeparator", "a: |\n  ---\n  y\n", {{1, "a: |\n  ---\n  y\n"}}},
      {"CarriageReturns", "a: 1\r\n---\r\nb: 2\r\n", {{1, "a: 1\r\n"}, {3, "b: 2\r\n"}}},
  };
  for (const SplitCase& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<std::pair<std::uint32_t, std::string_view>> found;
    for (const DocumentText& document : SplitDocuments(c.text)) {
      EXPECT_FALSE(document.bad_separator);
      found.emplace_back(document.line, document.text);
    }
    EXPECT_EQ(found, c.documents);
  }
}

TEST(SplitDocuments, MarksABadSeparator) {
  const auto documents = SplitDocuments("a: 1\n---\nb: 2\n---foo\nc: 3\n---\nd: 4\n");
  ASSERT_EQ(documents.size(), 3u);
  EXPECT_FALSE(documents[0].bad_separator);
  EXPECT_TRUE(documents[1].bad_separator);
  EXPECT_EQ(documents[1].line, 3u);
  EXPECT_FALSE(documents[2].bad_separator);
  EXPECT_EQ(documents[2].text, "d: 4\n");
}

}  // namespace
}  // namespace ephor::source
