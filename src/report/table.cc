#include "report/table.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "report/colour.h"

namespace ephor::report {
namespace {

constexpr std::size_t kMaxColumns = 7;
constexpr std::size_t kCellLimit = 300;  // bytes, beyond which a cell is broken into lines

using Lines = std::vector<std::string>;

struct Range {
  std::uint32_t first, last;
};

// East Asian wide and fullwidth (UAX #11), with the emoji that terminals draw over two columns.
constexpr Range kWide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A}, {0x23E9, 0x23EC},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x26A1, 0x26A1},   {0x26D4, 0x26D4}, {0x2705, 0x2705},   {0x274C, 0x274C},
    {0x2753, 0x2755},   {0x2795, 0x2797},   {0x2B50, 0x2B50}, {0x2E80, 0x303E},   {0x3041, 0x33FF},
    {0x3400, 0x4DBF},   {0x4E00, 0xA4CF},   {0xA960, 0xA97C}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF},
    {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};
constexpr Range kZero[] = {
    {0x0000, 0x001F}, {0x007F, 0x009F}, {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD},
    {0x0610, 0x061A}, {0x064B, 0x065F}, {0x200B, 0x200F}, {0x2028, 0x202E}, {0x20D0, 0x20F0},
    {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF},
};

template <std::size_t N>
bool Contains(const Range (&ranges)[N], std::uint32_t rune) {
  const Range* found = std::lower_bound(std::begin(ranges), std::end(ranges), rune,
                                        [](const Range& range, std::uint32_t r) { return range.last < r; });
  return found != std::end(ranges) && rune >= found->first;
}

// Bytes that are no UTF-8 count as one column each.
std::uint32_t NextRune(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  if (length == 1 || at + length > text.size()) {
    ++at;
    return lead < 0x80 ? lead : 0xFFFD;
  }
  std::uint32_t rune = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) rune = rune << 6 | (byte(at + i) & 0x3F);
  at += length;
  return rune;
}

// The reference's rule for long cells: one without newlines is broken between words; one with newlines loses
// its last two bytes if it ends in one, and is otherwise left alone.
std::string BreakCell(std::string_view cell) {
  if (cell.find('\n') != std::string_view::npos) {
    if (!cell.ends_with('\n')) return std::string(cell);
    const std::string_view shorter = cell.substr(0, cell.size() - 2);
    return shorter.size() > kCellLimit ? BreakCell(shorter) : std::string(shorter);
  }
  constexpr std::string_view kBlank = " \t\r\n\f\v";
  std::string out;
  std::int64_t room = 0;
  std::size_t at = cell.find_first_not_of(kBlank);
  while (at != std::string_view::npos) {
    const std::size_t end = std::min(cell.find_first_of(kBlank, at), cell.size());
    const std::string_view word = cell.substr(at, end - at);
    const auto length = static_cast<std::int64_t>(word.size());
    if (out.empty()) {
      room = static_cast<std::int64_t>(kCellLimit) - length;
    } else if (length + 1 <= room) {
      out += ' ';
      room -= length + 2;
    } else {
      out += '\n';
      room = static_cast<std::int64_t>(kCellLimit) - length;
    }
    out += word;
    at = cell.find_first_not_of(kBlank, end);
  }
  return out.empty() ? std::string(cell) : out;
}

Lines LinesOf(std::string_view cell) {
  std::string broken;
  if (cell.size() > kCellLimit) {
    broken = BreakCell(cell);
    cell = broken;
  }
  Lines lines;
  for (std::size_t at = 0; at <= cell.size();) {
    const std::size_t end = std::min(cell.find('\n', at), cell.size());
    lines.emplace_back(cell.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

void Repeat(std::string_view text, std::size_t times, std::string& out) {
  for (std::size_t i = 0; i < times; ++i) out += text;
}

struct Layout {
  std::size_t columns;
  std::array<std::size_t, kMaxColumns> widths{};
};

void WriteRule(const Layout& layout, std::string& out) {
  out += "│";
  for (std::size_t column = 0; column < layout.columns; ++column) {
    Repeat("─", layout.widths[column] + 2, out);
    out += "│";
  }
  out += '\n';
}

void WriteCell(std::string_view text, std::size_t width, std::string& out) {
  out += text;
  const std::size_t taken = DisplayWidth(text);
  if (taken < width) out.append(width - taken, ' ');
}

// With many rows their number stands beside it. The blank at its end counts for the column's width and is cut
// off when the header is printed.
std::string HeaderOfId(std::size_t rows) {
  constexpr std::size_t kManyRows = 10;
  return rows > kManyRows ? "ID (" + std::to_string(rows) + ") " : "ID";
}

using Cells = std::array<Lines, kMaxColumns>;

Cells CellsOf(const TableRow& row, std::size_t columns) {
  const std::string id = std::to_string(row.id);
  const std::string* const texts[] = {&id,         &row.policy, &row.rule,   &row.resource,
                                      &row.result, &row.reason, &row.message};
  Cells cells;
  for (std::size_t column = 0; column < columns; ++column) cells[column] = LinesOf(*texts[column]);
  return cells;
}

Layout LayoutOf(std::span<const TableRow> rows, const std::array<std::string, kMaxColumns>& headers,
                std::size_t columns) {
  Layout layout{columns};
  for (std::size_t column = 0; column < columns; ++column) {
    layout.widths[column] = DisplayWidth(headers[column]);
  }
  for (const TableRow& row : rows) {
    const Cells cells = CellsOf(row, columns);
    for (std::size_t column = 0; column < columns; ++column) {
      for (const std::string& line : cells[column]) {
        layout.widths[column] = std::max(layout.widths[column], DisplayWidth(line));
      }
    }
  }
  return layout;
}

void WriteHeader(const std::array<std::string, kMaxColumns>& headers, const Layout& layout, bool coloured,
                 std::string& out) {
  out += "│";
  for (std::size_t column = 0; column < layout.columns; ++column) {
    const std::string_view header = headers[column];
    out += ' ';
    if (coloured) out += "\x1b[40;32m";
    WriteCell(header.ends_with(' ') ? header.substr(0, header.size() - 1) : header, layout.widths[column],
              out);
    if (coloured) out += "\x1b[0m";
    out += " │";
  }
  out += '\n';
}

void WriteRow(const TableRow& row, const Layout& layout, std::string& out) {
  const Cells cells = CellsOf(row, layout.columns);
  std::size_t height = 1;
  for (std::size_t column = 0; column < layout.columns; ++column) {
    height = std::max(height, cells[column].size());
  }
  for (std::size_t i = 0; i < height; ++i) {
    for (std::size_t column = 0; column < layout.columns; ++column) {
      out += "│ ";
      WriteCell(i < cells[column].size() ? std::string_view(cells[column][i]) : std::string_view(),
                layout.widths[column], out);
      out += ' ';
    }
    out += "│\n";
  }
}

}  // namespace

std::size_t DisplayWidth(std::string_view text) {
  std::size_t width = 0;
  const std::string plain =
      text.find('\x1b') == std::string_view::npos ? std::string() : WithoutColours(text);
  if (!plain.empty()) text = plain;
  for (std::size_t at = 0; at < text.size();) {
    const std::uint32_t rune = NextRune(text, at);
    width += Contains(kZero, rune) ? 0 : Contains(kWide, rune) ? 2 : 1;
  }
  return width;
}

void WriteTable(std::span<const TableRow> rows, const TableOptions& options, const Sink& sink) {
  if (rows.empty()) return;
  const std::array<std::string, kMaxColumns> headers = {
      HeaderOfId(rows.size()), "POLICY", "RULE", "RESOURCE", "RESULT", "REASON", "MESSAGE"};
  const Layout layout = LayoutOf(rows, headers, options.detailed ? kMaxColumns : kMaxColumns - 1);
  std::string out;
  WriteRule(layout, out);
  WriteHeader(headers, layout, options.coloured_header, out);
  WriteRule(layout, out);
  constexpr std::size_t kPieceBytes = 64 << 10;
  for (const TableRow& row : rows) {
    WriteRow(row, layout, out);
    if (out.size() < kPieceBytes) continue;
    sink(out);
    out.clear();
  }
  WriteRule(layout, out);
  sink(out);
}

}  // namespace ephor::report
