#include "yaml/scalar.h"

#include <charconv>
#include <limits>
#include <optional>
#include <string>

#include "base/number.h"

namespace ephor::yaml {
namespace {

using json::Value;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

Scalar String(std::string_view text) {
  return {ScalarType::kString, Value::String(text)};
}

struct Word {
  std::string_view text;
  Scalar scalar;
};

constexpr Scalar kTrue{ScalarType::kBool, Value::Bool(true)};
constexpr Scalar kFalse{ScalarType::kBool, Value::Bool(false)};
constexpr Scalar kNull{ScalarType::kNull, Value::Null()};
constexpr Scalar kNan{ScalarType::kFloat, Value::Double(std::numeric_limits<double>::quiet_NaN())};
constexpr Scalar kInfinity{ScalarType::kFloat, Value::Double(std::numeric_limits<double>::infinity())};
constexpr Scalar kMinusInfinity{ScalarType::kFloat, Value::Double(-std::numeric_limits<double>::infinity())};

constexpr Word kWords[] = {
    {"y", kTrue},
    {"Y", kTrue},
    {"yes", kTrue},
    {"Yes", kTrue},
    {"YES", kTrue},
    {"true", kTrue},
    {"True", kTrue},
    {"TRUE", kTrue},
    {"on", kTrue},
    {"On", kTrue},
    {"ON", kTrue},
    {"n", kFalse},
    {"N", kFalse},
    {"no", kFalse},
    {"No", kFalse},
    {"NO", kFalse},
    {"false", kFalse},
    {"False", kFalse},
    {"FALSE", kFalse},
    {"off", kFalse},
    {"Off", kFalse},
    {"OFF", kFalse},
    {"~", kNull},
    {"null", kNull},
    {"Null", kNull},
    {"NULL", kNull},
    {".nan", kNan},
    {".NaN", kNan},
    {".NAN", kNan},
    {".inf", kInfinity},
    {".Inf", kInfinity},
    {".INF", kInfinity},
    {"+.inf", kInfinity},
    {"+.Inf", kInfinity},
    {"+.INF", kInfinity},
    {"-.inf", kMinusInfinity},
    {"-.Inf", kMinusInfinity},
    {"-.INF", kMinusInfinity},
};

std::optional<Scalar> FindWord(std::string_view text) {
  if (text.size() > 5) return std::nullopt;
  for (const Word& word : kWords) {
    if (word.text == text) return word.scalar;
  }
  return std::nullopt;
}

// The common case: decimal digits, few enough for int64.
std::optional<Value> ParseSmallInt(std::string_view text) {
  if (text.size() > 18 || (text[0] == '0' && text.size() > 1)) return std::nullopt;
  std::int64_t integer = 0;
  for (const char c : text) {
    if (!IsDigit(c)) return std::nullopt;
    integer = integer * 10 + (c - '0');
  }
  return Value::Int(integer);
}

// strconv's ParseInt and ParseUint with base 0, as one: a magnitude beyond uint64 fails, and so does a
// negative number below int64.
std::optional<Value> ParseIntOfAnyBase(std::string_view text) {
  bool negative = false;
  const bool sign = !text.empty() && (text[0] == '-' || text[0] == '+');
  if (sign) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  int base = 10;
  if (text.size() > 1 && text[0] == '0') {
    const char letter = static_cast<char>(text[1] | 0x20);
    base = letter == 'x' ? 16 : letter == 'b' ? 2 : 8;
    text.remove_prefix(letter == 'x' || letter == 'b' || letter == 'o' ? 2 : 1);
  }
  std::uint64_t magnitude = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, magnitude, base);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
  if (negative) {
    if (magnitude > kMax + 1) return std::nullopt;
    return Value::Int(static_cast<std::int64_t>(~magnitude + 1));
  }
  if (magnitude <= kMax) return Value::Int(static_cast<std::int64_t>(magnitude));
  if (sign) return std::nullopt;
  return Value::Double(static_cast<double>(magnitude));
}

// ^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$
bool IsFloat(std::string_view text) {
  std::size_t i = 0;
  const auto peek = [&] { return i < text.size() ? text[i] : '\0'; };
  const auto digits = [&] {
    const std::size_t begin = i;
    while (IsDigit(peek())) ++i;
    return i - begin;
  };
  if (peek() == '-' || peek() == '+') ++i;
  if (digits() > 0) {
    if (peek() == '.') {
      ++i;
      digits();
    }
  } else {
    if (peek() != '.') return false;
    ++i;
    if (digits() == 0) return false;
  }
  if (peek() == 'e' || peek() == 'E') {
    ++i;
    if (peek() == '-' || peek() == '+') ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

// One of 2006-1-2, 2006-1-2T15:4:5.999Z07:00 (also with "t") and 2006-1-2 15:4:5.999, with the numbers in
// range, as Go's time.Parse reads them.
class TimestampReader {
 public:
  explicit TimestampReader(std::string_view text) : text_(text) {}

  bool Read() {
    int year = 0;
    for (int i = 0; i < 4; ++i) {
      if (!IsDigit(Peek())) return false;
      year = year * 10 + (text_[at_++] - '0');
    }
    int month = 0, day = 0;
    if (!Take('-') || !Number(month) || !Take('-') || !Number(day)) return false;
    if (month < 1 || month > 12 || day < 1 || day > DaysIn(month, year)) return false;
    if (AtEnd()) return true;
    const bool zoned = Take('T') || Take('t');
    if (!zoned && !Take(' ')) return false;
    return Clock() && (!zoned || Zone()) && AtEnd();
  }

 private:
  static int DaysIn(int month, int year) {
    constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : kDays[month - 1];
  }

  bool Clock() {
    int hour = 0, minute = 0, second = 0;
    if (!Number(hour) || !Take(':') || !Number(minute) || !Take(':') || !Number(second)) return false;
    if (hour > 23 || minute > 59 || second > 59) return false;
    if ((Peek() == '.' || Peek() == ',') && at_ + 1 < text_.size() && IsDigit(text_[at_ + 1])) {
      ++at_;
      while (IsDigit(Peek())) ++at_;
    }
    return true;
  }

  bool Zone() {
    if (Take('Z')) return true;
    int hour = 0, minute = 0;
    if (!Take('+') && !Take('-')) return false;
    if (text_.size() - at_ != 5) return false;
    return Number(hour) && Take(':') && Number(minute) && hour <= 24 && minute <= 60;
  }

  // One or two digits.
  bool Number(int& number) {
    if (!IsDigit(Peek())) return false;
    number = text_[at_++] - '0';
    if (IsDigit(Peek())) number = number * 10 + (text_[at_++] - '0');
    return true;
  }

  bool Take(char c) {
    if (Peek() != c) return false;
    ++at_;
    return true;
  }
  bool AtEnd() const { return at_ == text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[at_]; }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::optional<Scalar> ParseNumber(std::string_view text) {
  std::string without;
  if (text.find('_') != std::string_view::npos) {
    for (const char c : text) {
      if (c != '_') without += c;
    }
    text = without;
  }
  if (const auto integer = ParseIntOfAnyBase(text)) return Scalar{ScalarType::kInt, *integer};
  if (IsFloat(text)) {
    if (const auto real = ParseFloat(text)) return Scalar{ScalarType::kFloat, Value::Double(*real)};
  }
  // go-yaml's own reading of binary numbers takes a sign behind the prefix too.
  if (text.size() > 3 && text.starts_with("0b") && (text[2] == '-' || text[2] == '+')) {
    std::string_view digits = text.substr(3);
    const std::string moved = std::string(1, text[2]) + "0b" + std::string(digits);
    if (IsDigit(digits[0])) {
      if (const auto integer = ParseIntOfAnyBase(moved)) return Scalar{ScalarType::kInt, *integer};
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view TagName(ScalarType type) {
  switch (type) {
    case ScalarType::kString:
      return "!!str";
    case ScalarType::kNull:
      return "!!null";
    case ScalarType::kBool:
      return "!!bool";
    case ScalarType::kInt:
      return "!!int";
    case ScalarType::kFloat:
      return "!!float";
    case ScalarType::kTimestamp:
      return "!!timestamp";
  }
  return "";
}

Scalar ResolvePlain(std::string_view text) {
  if (text.empty()) return kNull;
  switch (text[0]) {
    case 'y':
    case 'Y':
    case 'n':
    case 'N':
    case 't':
    case 'T':
    case 'f':
    case 'F':
    case 'o':
    case 'O':
    case '~':
      return FindWord(text).value_or(String(text));
    case '.': {
      if (const auto word = FindWord(text)) return *word;
      const auto real = ParseFloat(text);
      return real ? Scalar{ScalarType::kFloat, Value::Double(*real)} : String(text);
    }
    case '+':
    case '-':
      if (const auto word = FindWord(text)) return *word;
      return ParseNumber(text).value_or(String(text));
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9': {
      if (const auto small = ParseSmallInt(text)) return Scalar{ScalarType::kInt, *small};
      if (TimestampReader(text).Read()) return {ScalarType::kTimestamp, Value::String(text)};
      return ParseNumber(text).value_or(String(text));
    }
    default:
      return String(text);
  }
}

}  // namespace ephor::yaml
