#include "base/number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace ephor {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
char Lower(char c) {
  return static_cast<char>(c | 0x20);
}
bool IsHexDigit(char c) {
  return IsDigit(c) || (Lower(c) >= 'a' && Lower(c) <= 'f');
}

bool EqualsWord(std::string_view text, std::string_view lower_case_word) {
  if (text.size() != lower_case_word.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (Lower(text[i]) != lower_case_word[i]) return false;
  }
  return true;
}

// The parts of a float's text, without sign and without "0x".
struct FloatText {
  bool hexadecimal = false;
  bool underscores = false;
  // The power of ten (of two, for hexadecimal) of the first digit that is not 0; only its sign is used, to
  // tell an overflow from an underflow.
  std::int64_t magnitude = 0;
};

// Go's grammar of floats: underscores only between digits; a hexadecimal float needs its exponent.
bool ScanFloat(std::string_view text, FloatText& scanned) {
  std::size_t i = 0;
  bool after_digit = false;  // an underscore may come here
  bool after_underscore = false;
  if (text.size() > 2 && text[0] == '0' && Lower(text[1]) == 'x') {
    scanned.hexadecimal = true;
    after_digit = true;
    i = 2;
  }
  bool dot = false, digits = false, significant = false;
  std::int64_t first = 0;   // place of the first digit that is not 0, in digits left of the point
  std::int64_t before = 0;  // digits before the point, from the first that is not 0
  std::int64_t zeros = 0;   // zeros after the point, before the first digit that is not 0
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '_') {
      if (!after_digit) return false;
      scanned.underscores = true;
      after_underscore = true;
      after_digit = false;
      continue;
    }
    if (scanned.hexadecimal ? IsHexDigit(c) : IsDigit(c)) {
      digits = true;
      if (c != '0') significant = true;
      if (!dot && significant) ++before;
      if (dot && !significant) ++zeros;
      after_digit = true;
      after_underscore = false;
      continue;
    }
    if (after_underscore) return false;
    after_digit = false;
    if (c != '.' || dot) break;
    dot = true;
  }
  if (!digits || after_underscore) return false;
  first = before > 0 ? before : -zeros;
  if (scanned.hexadecimal) first *= 4;

  std::int64_t exponent = 0;
  if (i < text.size()) {
    if (Lower(text[i]) != (scanned.hexadecimal ? 'p' : 'e')) return false;
    ++i;
    bool negative = false;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) negative = text[i++] == '-';
    if (i >= text.size() || !IsDigit(text[i])) return false;
    for (; i < text.size(); ++i) {
      if (text[i] == '_') {
        if (after_underscore) return false;
        scanned.underscores = true;
        after_underscore = true;
        continue;
      }
      if (!IsDigit(text[i])) return false;
      after_underscore = false;
      if (exponent < std::numeric_limits<std::int32_t>::max()) exponent = exponent * 10 + (text[i] - '0');
    }
    if (after_underscore) return false;
    if (negative) exponent = -exponent;
  } else if (scanned.hexadecimal) {
    return false;
  }
  scanned.magnitude = first + exponent;
  return true;
}

// The shortest digits that give the value back: value = 0.d1d2d3... * 10^point.
struct ShortestDigits {
  std::array<char, 20> chars;
  int count = 0;
  int point = 0;
  std::string_view text() const { return {chars.data(), static_cast<std::size_t>(count)}; }
};

ShortestDigits Shortest(double magnitude) {
  // to_chars writes d.ddde+XX.
  std::array<char, 32> buffer;
  const auto written =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), magnitude, std::chars_format::scientific);
  ShortestDigits digits;
  const char* p = buffer.data();
  for (; p != written.ptr && *p != 'e'; ++p) {
    if (*p != '.') digits.chars[digits.count++] = *p;
  }
  int exponent = 0;
  const bool negative = p + 1 < written.ptr && p[1] == '-';
  std::from_chars(p + 2, written.ptr, exponent);
  digits.point = (negative ? -exponent : exponent) + 1;
  if (magnitude == 0) digits.point = 1;
  return digits;
}

void AppendPositional(const ShortestDigits& digits, std::string& out) {
  const std::string_view text = digits.text();
  if (digits.point <= 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-digits.point), '0');
    out += text;
  } else if (digits.point >= digits.count) {
    out += text;
    out.append(static_cast<std::size_t>(digits.point - digits.count), '0');
  } else {
    const auto whole = static_cast<std::size_t>(digits.point);
    out += text.substr(0, whole);
    out += '.';
    out += text.substr(whole);
  }
}

void AppendExponential(const ShortestDigits& digits, int exponent_digits, std::string& out) {
  const std::string_view text = digits.text();
  out += text[0];
  if (text.size() > 1) {
    out += '.';
    out += text.substr(1);
  }
  const int exponent = digits.point - 1;
  out += 'e';
  out += exponent < 0 ? '-' : '+';
  const int size = exponent < 0 ? -exponent : exponent;
  if (exponent_digits == 2 && size < 10) out += '0';
  AppendInt(size, out);
}

// Positional while the decimal exponent is in [least, limit), else with an exponent.
void AppendGeneral(double value, int least, int limit, int exponent_digits, std::string& out) {
  if (std::signbit(value)) out += '-';
  const ShortestDigits digits = Shortest(std::fabs(value));
  const int exponent = digits.point - 1;
  if (exponent < least || exponent >= limit) {
    AppendExponential(digits, exponent_digits, out);
  } else {
    AppendPositional(digits, out);
  }
}

// fmt and strconv name them so.
bool AppendNonFinite(double value, std::string& out) {
  if (std::isfinite(value)) return false;
  out += std::isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  return true;
}

}  // namespace

std::optional<std::int64_t> ParseInt(std::string_view text) {
  if (!text.empty() && text[0] == '+') {
    text.remove_prefix(1);
    if (!text.empty() && text[0] == '-') return std::nullopt;
  }
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [ptr, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || ptr != end) return std::nullopt;
  return value;
}

std::optional<double> ParseFloat(std::string_view text) {
  bool negative = false, sign = false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    sign = true;
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text.empty()) return std::nullopt;
  if (!IsDigit(text[0]) && text[0] != '.') {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (EqualsWord(text, "inf") || EqualsWord(text, "infinity")) return negative ? -kInfinity : kInfinity;
    if (!sign && EqualsWord(text, "nan")) return std::numeric_limits<double>::quiet_NaN();
    return std::nullopt;
  }
  FloatText scanned;
  if (!ScanFloat(text, scanned)) return std::nullopt;
  std::string plain;  // only for the rare text with underscores
  if (scanned.underscores) {
    for (const char c : text) {
      if (c != '_') plain += c;
    }
    text = plain;
  }
  if (scanned.hexadecimal) text.remove_prefix(2);
  const auto format = scanned.hexadecimal ? std::chars_format::hex : std::chars_format::general;
  double value = 0;
  const auto [ptr, error] = std::from_chars(text.data(), text.data() + text.size(), value, format);
  if (error == std::errc::result_out_of_range) {
    if (scanned.magnitude > 0) return std::nullopt;
    value = 0;
  } else if (error != std::errc() || ptr != text.data() + text.size() || std::isinf(value)) {
    return std::nullopt;
  }
  return negative ? -value : value;
}

void AppendInt(std::int64_t value, std::string& out) {
  std::array<char, 24> buffer;
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  out.append(buffer.data(), written.ptr);
}

void AppendJsonNumber(double value, std::string& out) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  AppendGeneral(value, -6, 21, 1, out);
}

std::string PlainNumber(double value) {
  std::string out;
  if (!AppendNonFinite(value, out)) AppendGeneral(value == 0 ? 0 : value, -4, 21, 2, out);
  return out;
}

std::string GoFloat(double value) {
  std::string out;
  if (!AppendNonFinite(value, out)) AppendGeneral(value, -4, 6, 2, out);
  return out;
}

std::string FixedFloat(double value, int precision) {
  std::string out;
  if (AppendNonFinite(value, out)) return out;
  if (precision < 0) {
    if (std::signbit(value)) out += '-';
    AppendPositional(Shortest(std::fabs(value)), out);
    return out;
  }
  // A double's exact decimal expansion has at most 1074 digits after the point and 309 before it.
  constexpr int kExactDigits = 1074;
  const int computed = precision < kExactDigits ? precision : kExactDigits;
  std::array<char, 1400> buffer;
  const auto written =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, computed);
  out.append(buffer.data(), written.ptr);
  out.append(static_cast<std::size_t>(precision - computed), '0');
  return out;
}

}  // namespace ephor
