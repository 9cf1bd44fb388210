#include "report/table.h"

#include <gtest/gtest.h>

namespace ephor::report {
namespace {

std::string Table(std::span<const TableRow> rows, const TableOptions& options = {}) {
  std::string out;
  WriteTable(rows, options, [&](std::string_view text) { out += text; });
  return out;
}

TEST(WriteTable, NothingForNoRows) {
  EXPECT_EQ(Table({}), "");
}

TEST(WriteTable, DrawsBordersAroundPaddedCells) {
  const TableRow rows[] = {
      {1, "need-team", "check-team", "v1/Pod/default/good", "Pass", "Ok", "m", false},
      {2, "need-team", "check-team", "v1/Pod/prod/bad", "Fail", "Want pass, got fail", "m", true},
  };
  const std::string out = Table(rows);
  EXPECT_EQ(out,
            "│────│───────────│────────────│─────────────────────│────────│─────────────────────│\n"
            "│ ID │ POLICY    │ RULE       │ RESOURCE            │ RESULT │ REASON              │\n"
            "│────│───────────│────────────│─────────────────────│────────│─────────────────────│\n"
            "│ 1  │ need-team │ check-team │ v1/Pod/default/good │ Pass   │ Ok                  │\n"
            "│ 2  │ need-team │ check-team │ v1/Pod/prod/bad     │ Fail   │ Want pass, got fail │\n"
            "│────│───────────│────────────│─────────────────────│────────│─────────────────────│\n");
}

TEST(WriteTable, CountsMoreThanTenRows) {
  std::vector<TableRow> rows(11, TableRow{1, "p", "", "r", "Pass", "", "", false});
  const std::string out = Table(rows);
  EXPECT_TRUE(
      out.starts_with("│──────────│────────│──────│──────────│────────│────────│\n"
                      "│ ID (11)  │ POLICY │ RULE │ RESOURCE │ RESULT │ REASON │\n"))
      << out;
}

TEST(WriteTable, LongCellsBreakBetweenWords) {
  const std::string word(200, 'a');
  const TableRow rows[] = {{1, "p", "", "r", "Pass", "", word + " b " + word, false}};
  const std::string out = Table(rows, {.detailed = true});
  EXPECT_NE(out.find("│ " + word + " b │\n"), std::string::npos) << out;
  EXPECT_NE(out.find("│    │        │      │          │        │        │ " + word + "   │\n"),
            std::string::npos)
      << out;
}

TEST(WriteTable, ColoursTheHeaderAndIgnoresColoursInWidths) {
  const TableRow rows[] = {{1, "\x1b[36;1mpolicies\x1b[0;22m", "", "r", "Pass", "", "", false}};
  const std::string out = Table(rows, {.coloured_header = true});
  EXPECT_EQ(out,
            "│────│──────────│──────│──────────│────────│────────│\n"
            "│ \x1b[40;32mID\x1b[0m │ \x1b[40;32mPOLICY  \x1b[0m │ \x1b[40;32mRULE\x1b[0m │ "
            "\x1b[40;32mRESOURCE\x1b[0m │ \x1b[40;32mRESULT\x1b[0m │ \x1b[40;32mREASON\x1b[0m │\n"
            "│────│──────────│──────│──────────│────────│────────│\n"
            "│ 1  │ \x1b[36;1mpolicies\x1b[0;22m │      │ r        │ Pass   │        │\n"
            "│────│──────────│──────│──────────│────────│────────│\n");
}

struct WidthCase {
  const char* text;
  std::size_t width;
};

TEST(DisplayWidth, CountsColumns) {
  const WidthCase cases[] = {{"", 0},         {"abc", 3},  {"é", 1},
                             {"e\u0301", 1},  {"日本", 4}, {"\x1b[31mx\x1b[0m", 1},
                             {"\xff\xfe", 2}, {"🚀", 2},   {"\xe6\x97", 2}};
  for (const WidthCase& c : cases) EXPECT_EQ(DisplayWidth(c.text), c.width) << c.text;
}

}  // namespace
}  // namespace ephor::report
