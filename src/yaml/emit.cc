#include "yaml/emit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/byte_scan.h"
#include "base/number.h"
#include "base/utf8.h"
#include "yaml/quotes.h"
#include "yaml/scalar.h"

namespace ephor::yaml {
namespace {

using json::Kind;
using json::Member;
using json::Value;

constexpr int kIndent = 2;
constexpr int kWideIndent = 4;
constexpr std::size_t kLongestSimpleKey = 128;
constexpr std::size_t kWidth = 80;  // a line that is longer is broken at its next space
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool IsDigit(char32_t c) {
  return c >= '0' && c <= '9';
}

// Beyond ASCII coarsely: the blocks of punctuation, symbols and private use are no letters, the rest is. Go
// asks Unicode's tables; keys where that makes a difference do not occur.
bool IsLetter(char32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  if (c < 0xC0) return c == 0xAA || c == 0xB5 || c == 0xBA;
  return c != 0xD7 && c != 0xF7 && !(c >= 0x2000 && c < 0x2C00) && !(c >= 0x3000 && c < 0x3005) &&
         !(c >= 0xD800 && c < 0xF900) && !(c >= 0xFE00 && c < 0xFE70) && !(c >= 0xFFF0 && c < 0x10000) &&
         !(c >= 0x1F000 && c < 0x1FB00);
}

char32_t At(std::string_view text, std::size_t i) {
  return i < text.size() ? DecodeUtf8(text, i).value : 0;
}

// Digits from i on as a number, which may wrap as it does in go-yaml.
std::uint64_t DigitRun(std::string_view text, std::size_t& i, std::uint64_t number) {
  for (; i < text.size() && IsDigit(static_cast<unsigned char>(text[i])); ++i) {
    number = number * 10 + static_cast<std::uint64_t>(text[i] - '0');
  }
  return number;
}

using ByteSet = std::array<bool, 256>;

constexpr ByteSet BytesOf(std::string_view bytes) {
  ByteSet set{};
  for (char byte : bytes) set[static_cast<unsigned char>(byte)] = true;
  return set;
}

// The bytes with which line breaks begin, and what else ends a run of text in quotes.
constexpr ByteSet kBreaks = BytesOf("\n\r\xc2\xe2");
constexpr ByteSet kBreaksAndQuote = BytesOf("\n\r\xc2\xe2'");
constexpr ByteSet kBreaksQuoteAndSpace = BytesOf("\n\r\xc2\xe2' ");
constexpr ByteSet kSpace = BytesOf(" ");

// From i on, the first byte that is in the set.
std::size_t SkipUntil(const ByteSet& set, std::string_view text, std::size_t i) {
  while (i < text.size() && !set[static_cast<unsigned char>(text[i])]) ++i;
  return i;
}

// What the characters of a text allow.
struct Analysis {
  bool multiline = false;
  bool plain = true;
  bool single_quoted = true;
  bool block = true;
};

// The number of bytes of the line break at i, or 0.
inline std::size_t BreakAt(std::string_view text, std::size_t i) {
  const char c = text[i];
  if (static_cast<unsigned char>(c) < 0x80) return c == '\n' || c == '\r';
  const std::string_view rest = text.substr(i);
  if (rest.starts_with("\xc2\x85")) return 2;
  if (rest.starts_with("\xe2\x80\xa8") || rest.starts_with("\xe2\x80\xa9")) return 3;
  return 0;
}

// The number of bytes of the line break at the end, or 0.
std::size_t EndsWithBreak(std::string_view text) {
  for (std::size_t bytes = 1; bytes <= 3 && bytes <= text.size(); ++bytes) {
    if (BreakAt(text, text.size() - bytes) == bytes) return bytes;
  }
  return 0;
}

bool IsBlank(std::string_view text, std::size_t i) {
  return i >= text.size() || text[i] == ' ' || text[i] == '\t';
}

// Characters beyond the basic plane count as not printable in go-yaml.
bool IsPrintable(char32_t c) {
  return c == '\n' || (c >= 0x20 && c <= 0x7E) || (c >= 0xA0 && c <= 0xFFFD && c != 0xFEFF);
}

// How many bytes at the start are printable ASCII other than ':' and '#'.
std::size_t OrdinaryPrefix(std::string_view text) {
  return ScanBytes(text, [](Bytes16 b) { return (b < 0x20) | (b >= 0x7F) | (b == ':') | (b == '#'); });
}

bool BeginsWithIndicator(std::string_view text) {
  static constexpr ByteSet kAlways = BytesOf("#,[]{}&*!|>'\"%@`");
  const char first = text.front();
  if (kAlways[static_cast<unsigned char>(first)]) return true;
  if (first == '?' || first == ':') return IsBlank(text, 1);
  if (first == '-') return IsBlank(text, 1) || text.starts_with("---");
  return first == '.' && text.starts_with("...");
}

// Only bytes that are not ordinary are looked at, with their neighbours: what the emitter of libyaml tracks
// from character to character can be read off them.
Analysis Analyze(std::string_view text) {
  Analysis analysis;
  if (text.empty()) return analysis;
  bool indicators = BeginsWithIndicator(text);
  bool special = false, break_space = false, space_break = false;
  bool trailing_break = false;
  const bool leading_space = text.front() == ' ', trailing_space = text.back() == ' ';
  const bool leading_break = BreakAt(text, 0) > 0;
  for (std::size_t i = OrdinaryPrefix(text); i < text.size(); i += OrdinaryPrefix(text.substr(i))) {
    const char c = text[i];
    const CodePoint point = DecodeUtf8(text, i);
    const std::size_t next = i + point.bytes;
    if (i > 0) {
      indicators |= c == ':' && IsBlank(text, next);
      indicators |= c == '#' && (text[i - 1] == ' ' || text[i - 1] == '\t' || text[i - 1] == '\0' ||
                                 EndsWithBreak(text.substr(0, i)));
    }
    special |= !IsPrintable(point.value);
    if (BreakAt(text, i) > 0) {
      analysis.multiline = true;
      trailing_break |= next == text.size();
      space_break |= i > 0 && text[i - 1] == ' ';
      break_space |= next < text.size() && text[next] == ' ';
    }
    i = next;
  }
  analysis.plain = !(leading_space || leading_break || trailing_space || trailing_break || break_space ||
                     space_break || special || analysis.multiline || indicators);
  analysis.single_quoted = !(break_space || space_break || special);
  analysis.block = !(trailing_space || space_break || special);
  return analysis;
}

// Base 60 is not read any more, but such a text is quoted for readers that know it:
// ^[-+]?[0-9][0-9_]*(?::[0-5]? [0-9])+(?:\.[0-9_]*)?$
bool IsBase60(std::string_view text) {
  std::size_t i = 0;
  const auto peek = [&] { return i < text.size() ? text[i] : '\0'; };
  const auto is_digit = [&] { return peek() >= '0' && peek() <= '9'; };
  if (peek() == '+' || peek() == '-') ++i;
  if (!is_digit()) return false;
  while (is_digit() || peek() == '_') ++i;
  if (peek() != ':') return false;
  while (peek() == ':') {
    ++i;
    if (!is_digit()) return false;
    const bool may_have_two = peek() <= '5';
    ++i;
    if (may_have_two && is_digit()) ++i;
  }
  if (peek() == '.') {
    ++i;
    while (is_digit() || peek() == '_') ++i;
  }
  return i == text.size();
}

// libyaml's emitter as go-yaml v2 has it, for block style.
class Emitter {
 public:
  Emitter(std::string& out, const EmitOptions& options)
      : out_(out), fold_(options.fold), wide_(options.wide) {}

  void Document(const Value& value) {
    Node(value, false, false);
    WriteIndent();
  }

 private:
  enum class Style { kPlain, kSingleQuoted, kDoubleQuoted, kLiteral };

  void Node(const Value& value, bool in_mapping, bool simple_key) {
    switch (value.kind()) {
      case Kind::kNull:
        return Plain("null");
      case Kind::kBool:
        return Plain(value.as_bool() ? "true" : "false");
      case Kind::kInt:
      case Kind::kDouble:
        return Number(value);
      case Kind::kString:
        return String(value.as_string(), simple_key);
      case Kind::kArray:
        return Sequence(value, in_mapping);
      case Kind::kObject:
        return Mapping(value);
    }
  }

  void Number(const Value& value) {
    std::string text;
    if (value.is_int()) {
      AppendInt(value.as_int(), text);
    } else if (const double number = value.as_double(); std::isnan(number)) {
      text = ".nan";
    } else if (std::isinf(number)) {
      text = number < 0 ? "-.inf" : ".inf";
    } else if (std::trunc(number) == number && std::abs(number) < 1e21) {
      AppendJsonNumber(number, text);
    } else {
      text = GoFloat(number);
    }
    Plain(text);
  }

  void Sequence(const Value& value, bool in_mapping) {
    if (value.size() == 0) {
      WriteIndicator("[", true, true, false);
      WriteIndicator("]", false, false, false);
      return;
    }
    const int indent = IncreaseIndent(false, in_mapping && !indention_ && !wide_);
    for (const Value& item : value.items()) {
      WriteIndent();
      WriteIndicator("-", true, false, true);
      is_item_ = true;
      Node(item, false, false);
    }
    indent_ = indent;
  }

  void Mapping(const Value& value) {
    if (value.size() == 0) {
      WriteIndicator("{", true, true, false);
      WriteIndicator("}", false, false, false);
      return;
    }
    const int indent = IncreaseIndent(false, false);
    const auto members = value.members();
    const auto less = [](const Member& a, const Member& b) { return KeyLess(a.key(), b.key()); };
    if (std::is_sorted(members.begin(), members.end(), less)) {
      for (const Member& member : members) Pair(member);
    } else {
      std::vector<Member> sorted(members.begin(), members.end());
      std::stable_sort(sorted.begin(), sorted.end(), less);
      for (const Member& member : sorted) Pair(member);
    }
    indent_ = indent;
  }

  void Pair(const Member& member) {
    is_item_ = false;
    WriteIndent();
    const std::string_view key = member.key();
    if (key.size() <= kLongestSimpleKey && !HasBreak(key)) {
      String(key, true);
      WriteIndicator(":", false, false, false);
    } else {
      WriteIndicator("?", true, false, true);
      String(key, false);
      WriteIndent();
      WriteIndicator(":", true, false, true);
    }
    is_item_ = false;
    Node(member.value, true, false);
  }

  static bool HasBreak(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (BreakAt(text, i) > 0) return true;
    }
    return false;
  }

  void String(std::string_view text, bool simple_key) {
    if (!IsValidUtf8(text)) {
      std::string valid;
      for (std::size_t i = 0; i < text.size();) {
        const CodePoint point = DecodeUtf8(text, i);
        AppendUtf8(point.value, valid);
        i += point.bytes;
      }
      return String(valid, simple_key);
    }
    const int indent = IncreaseIndent(true, false);
    switch (StyleOf(text, simple_key)) {
      case Style::kPlain:
        PlainText(text, fold_ && !simple_key);
        break;
      case Style::kSingleQuoted:
        SingleQuoted(text, fold_ && !simple_key);
        break;
      case Style::kDoubleQuoted:
        DoubleQuoted(text, fold_ && !simple_key);
        break;
      case Style::kLiteral:
        Literal(text);
        break;
    }
    indent_ = indent;
  }

  static Style StyleOf(std::string_view text, bool simple_key) {
    const Analysis allowed = Analyze(text);
    if (text.find('\n') != std::string_view::npos) {
      return allowed.block && !simple_key ? Style::kLiteral : Style::kDoubleQuoted;
    }
    if (ResolvePlain(text).type != ScalarType::kString || IsBase60(text)) return Style::kDoubleQuoted;
    if (allowed.multiline && simple_key) return Style::kDoubleQuoted;
    // go-yaml leaves this key plain, and what it printed cannot be read any more: it is the merge key then.
    if (text == "<<" && simple_key) return Style::kDoubleQuoted;
    if (allowed.plain) return Style::kPlain;
    return allowed.single_quoted ? Style::kSingleQuoted : Style::kDoubleQuoted;
  }

  void Plain(std::string_view word) {
    if (!whitespace_) Put(" ");
    Put(word);
    whitespace_ = indention_ = false;
  }

  // A plain text of one line, which neither begins nor ends with a space.
  void PlainText(std::string_view text, bool may_fold) {
    if (!may_fold || column_ + text.size() <= kWidth) return Plain(text);
    if (!whitespace_) Put(" ");
    bool after_space = false;
    for (std::size_t i = 0; i < text.size();) {
      if (text[i] != ' ') {
        PutRun(text, i, kSpace);
        after_space = false;
        continue;
      }
      if (!after_space && column_ > kWidth && text[i + 1] != ' ') {
        WriteIndent();
      } else {
        Put(" ");
      }
      after_space = true;
      ++i;
    }
    whitespace_ = indention_ = false;
  }

  void SingleQuoted(std::string_view text, bool may_fold) {
    const bool one_line = AsciiPrefix(text) == text.size() && text.find('\r') == std::string_view::npos &&
                          text.find('\n') == std::string_view::npos;
    if (one_line && (!may_fold || column_ + text.size() <= kWidth)) return SingleQuotedLine(text);
    WriteIndicator("'", true, false, false);
    bool after_space = false, after_break = false;
    for (std::size_t i = 0; i < text.size();) {
      if (text[i] == ' ' && may_fold) {
        const bool inside = i > 0 && i + 1 < text.size();
        if (!after_space && column_ > kWidth && inside && text[i + 1] != ' ') {
          WriteIndent();
        } else {
          Put(" ");
        }
        after_space = true;
        ++i;
        continue;
      }
      if (const std::size_t bytes = BreakAt(text, i); bytes > 0) {
        WriteBreak(text, i, bytes);
        indention_ = true;
        after_break = true;
        continue;
      }
      if (after_break) WriteIndent();
      after_break = after_space = indention_ = false;
      if (text[i] == '\'') Put("'");
      PutCodePoint(text, i);
      PutRun(text, i, may_fold ? kBreaksQuoteAndSpace : kBreaksAndQuote);
    }
    WriteIndicator("'", false, false, false);
  }

  void SingleQuotedLine(std::string_view text) {
    WriteIndicator("'", true, false, false);
    for (std::size_t quote = text.find('\''); quote != std::string_view::npos; quote = text.find('\'')) {
      Put(text.substr(0, quote + 1));
      Put("'");
      text.remove_prefix(quote + 1);
    }
    Put(text);
    WriteIndicator("'", false, false, false);
  }

  void DoubleQuoted(std::string_view text, bool may_fold) {
    WriteIndicator("\"", true, false, false);
    // go-yaml looks for the mark at the text's beginning instead of at the character in question.
    const bool escape_all = text.starts_with(kByteOrderMark);
    bool after_space = false;
    for (std::size_t i = 0; i < text.size();) {
      const CodePoint point = DecodeUtf8(text, i);
      if (escape_all || !IsPrintable(point.value) || point.value == '"' || point.value == '\\' ||
          BreakAt(text, i) > 0) {
        Escape(point.value);
        after_space = false;
        i += point.bytes;
        continue;
      }
      if (point.value == ' ' && may_fold && !after_space && column_ > kWidth && i > 0 &&
          i + 1 < text.size()) {
        WriteIndent();
        if (text[i + 1] == ' ') Put("\\");
        ++i;
      } else {
        PutCodePoint(text, i);
      }
      after_space = point.value == ' ';
    }
    WriteIndicator("\"", false, false, false);
  }

  void Escape(char32_t c) {
    constexpr std::pair<char32_t, char> kNamed[] = {
        {0x00, '0'},  {0x07, 'a'}, {0x08, 'b'}, {0x09, 't'},   {0x0A, 'n'},
        {0x0B, 'v'},  {0x0C, 'f'}, {0x0D, 'r'}, {0x1B, 'e'},   {0x22, '"'},
        {0x5C, '\\'}, {0x85, 'N'}, {0xA0, '_'}, {0x2028, 'L'}, {0x2029, 'P'},
    };
    for (const auto& [code, name] : kNamed) {
      if (code != c) continue;
      const char escape[] = {'\\', name};
      Put({escape, 2});
      return;
    }
    const int digits = c <= 0xFF ? 2 : c <= 0xFFFF ? 4 : 8;
    std::string escape = digits == 2 ? "\\x" : digits == 4 ? "\\u" : "\\U";
    for (int k = digits - 1; k >= 0; --k) escape += "0123456789ABCDEF"[c >> (4 * k) & 15];
    Put(escape);
  }

  void Literal(std::string_view text) {
    WriteIndicator("|", true, false, false);
    if (text[0] == ' ' || BreakAt(text, 0) > 0) Put(std::to_string(wide_ ? kWideIndent : kIndent));
    Put(Chomp(text));
    NewLine();
    whitespace_ = indention_ = true;
    bool after_break = true;
    for (std::size_t i = 0; i < text.size();) {
      if (const std::size_t bytes = BreakAt(text, i); bytes > 0) {
        WriteBreak(text, i, bytes);
        indention_ = true;
        after_break = true;
        continue;
      }
      if (after_break) WriteIndent();
      after_break = indention_ = false;
      PutCodePoint(text, i);
      PutRun(text, i, kBreaks);
    }
  }

  // What a block scalar's head says of its last line breaks.
  static std::string_view Chomp(std::string_view text) {
    const std::size_t last = EndsWithBreak(text);
    if (last == 0) return "-";
    const std::string_view before = text.substr(0, text.size() - last);
    return before.empty() || EndsWithBreak(before) > 0 ? "+" : "";
  }

  void Put(std::string_view text) {
    out_ += text;
    column_ += CountCodePoints(text);
  }

  // From i up to one of the bytes.
  void PutRun(std::string_view text, std::size_t& i, const ByteSet& ends) {
    const std::size_t end = SkipUntil(ends, text, i);
    Put(text.substr(i, end - i));
    i = end;
  }

  void PutCodePoint(std::string_view text, std::size_t& i) {
    const std::size_t bytes = DecodeUtf8(text, i).bytes;
    out_.append(text, i, bytes);
    ++column_;
    i += bytes;
  }

  // In go-yaml a line feed that breaks a quoted line is doubled, but no text with one is ever quoted this
  // way.
  void WriteBreak(std::string_view text, std::size_t& i, std::size_t bytes) {
    out_.append(text, i, bytes);
    i += bytes;
    column_ = 0;
  }

  void NewLine() {
    out_ += '\n';
    column_ = 0;
  }

  void WriteIndicator(std::string_view indicator, bool needs_space, bool is_space, bool is_indention) {
    if (needs_space && !whitespace_) Put(" ");
    Put(indicator);
    whitespace_ = is_space;
    indention_ = indention_ && is_indention;
  }

  void WriteIndent() {
    const auto indent = static_cast<std::size_t>(std::max(indent_, 0));
    if (!indention_ || column_ > indent || (column_ == indent && !whitespace_)) NewLine();
    if (column_ < indent) {
      out_.append(indent - column_, ' ');
      column_ = indent;
    }
    whitespace_ = indention_ = true;
  }

  // Returns the indentation to go back to.
  int IncreaseIndent(bool scalar, bool keep) {
    const int before = indent_;
    const int step = wide_ ? kWideIndent : kIndent;
    if (indent_ < 0) {
      indent_ = scalar ? step : 0;
    } else if (wide_ && is_item_) {
      indent_ += kIndent;  // just past the "- "
    } else if (!keep) {
      indent_ = step * ((indent_ + step) / step);
    }
    return before;
  }

  std::string& out_;
  const bool fold_;
  const bool wide_;
  bool is_item_ = false;    // the node that begins is an item of a list
  std::size_t column_ = 0;  // in code points
  int indent_ = -1;
  bool whitespace_ = true;  // the last character written separates
  bool indention_ = true;   // the line has nothing but indentation so far, "-" and "?" included
};

}  // namespace

bool KeyLess(std::string_view a, std::string_view b) {
  std::size_t i = 0;
  while (i < a.size() && i < b.size() && a[i] == b[i]) ++i;
  while (i > 0 && i < a.size() && (static_cast<unsigned char>(a[i]) & 0xC0) == 0x80) --i;
  if (i >= a.size() || i >= b.size()) return a.size() < b.size();
  const char32_t x = At(a, i), y = At(b, i);
  const bool x_letter = IsLetter(x), y_letter = IsLetter(y);
  if (x_letter && y_letter) return x < y;
  if (x_letter || y_letter) return y_letter;
  std::uint64_t an = 0, bn = 0;
  if (x == '0' || y == '0') {
    // Behind other digits a zero is not a leading zero.
    for (std::size_t j = i; j-- > 0 && IsDigit(static_cast<unsigned char>(a[j]));) {
      if (a[j] != '0') {
        an = bn = 1;
        break;
      }
    }
  }
  std::size_t ai = i, bi = i;
  an = DigitRun(a, ai, an);
  bn = DigitRun(b, bi, bn);
  if (an != bn) return static_cast<std::int64_t>(an) < static_cast<std::int64_t>(bn);
  if (ai != bi) return ai < bi;
  return x < y;
}

Quotes QuotesOf(std::string_view text) {
  if (text.empty() || ResolvePlain(text).type != ScalarType::kString || IsBase60(text)) {
    return Quotes::kDouble;
  }
  if (text.front() == ' ' || text.back() == ' ' || BeginsWithIndicator(text)) return Quotes::kSingle;
  for (std::size_t i = OrdinaryPrefix(text); i < text.size(); i += 1 + OrdinaryPrefix(text.substr(i + 1))) {
    if (text[i] == ':' && IsBlank(text, i + 1)) return Quotes::kSingle;
    if (text[i] == '#' && text[i - 1] == ' ') return Quotes::kSingle;
  }
  return Quotes::kNone;
}

void Emit(const Value& value, std::string& out, const EmitOptions& options) {
  Emitter(out, options).Document(value);
}

std::string ToString(const Value& value) {
  std::string out;
  Emit(value, out);
  return out;
}

}  // namespace ephor::yaml
