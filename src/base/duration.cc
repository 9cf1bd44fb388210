#include "base/duration.h"

#include <array>
#include <limits>

#include "base/quote.h"

namespace ephor {
namespace {

constexpr std::uint64_t kMinute = 60'000'000'000, kHour = 60 * kMinute;
// One more than the largest duration: the magnitude of the smallest.
constexpr std::uint64_t kLimit = std::uint64_t{1} << 63;

// 0 for an unknown unit. Both code points for micro are accepted.
std::uint64_t NanosecondsOf(std::string_view unit) {
  if (unit == "s") return 1'000'000'000;
  if (unit == "m") return kMinute;
  if (unit == "h") return kHour;
  if (unit == "ms") return 1'000'000;
  if (unit == "us" || unit == "\u00B5s" || unit == "\u03BCs") return 1'000;
  if (unit == "ns") return 1;
  return 0;
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

enum class Problem : std::uint8_t { kNone, kInvalid, kMissingUnit, kUnknownUnit };

// One "number unit" at the front of the text.
class Term {
 public:
  Problem Read(std::string_view& text) {
    if (!ReadInteger(text)) return Problem::kInvalid;
    ReadFraction(text);
    if (!digits_) return Problem::kInvalid;
    std::size_t end = 0;
    while (end < text.size() && text[end] != '.' && !IsDigit(text[end])) ++end;
    if (end == 0) return Problem::kMissingUnit;
    unit_text_ = text.substr(0, end);
    text.remove_prefix(end);
    unit_ = NanosecondsOf(unit_text_);
    return unit_ == 0 ? Problem::kUnknownUnit : Problem::kNone;
  }

  // False on overflow.
  bool Nanoseconds(std::uint64_t& nanoseconds) const {
    if (integer_ > kLimit / unit_) return false;
    nanoseconds = integer_ * unit_;
    if (fraction_ > 0) {
      const double part = static_cast<double>(fraction_) * (static_cast<double>(unit_) / scale_);
      nanoseconds += static_cast<std::uint64_t>(part);
    }
    return nanoseconds <= kLimit;
  }

  std::string_view unit_text() const { return unit_text_; }

 private:
  bool ReadInteger(std::string_view& text) {
    std::size_t i = 0;
    for (; i < text.size() && IsDigit(text[i]); ++i) {
      if (integer_ > kLimit / 10) return false;
      integer_ = integer_ * 10 + static_cast<std::uint64_t>(text[i] - '0');
      if (integer_ > kLimit) return false;
    }
    digits_ = i > 0;
    text.remove_prefix(i);
    return true;
  }

  // Digits that no longer fit are dropped: they are far below a nanosecond.
  void ReadFraction(std::string_view& text) {
    if (text.empty() || text[0] != '.') return;
    std::size_t i = 1;
    bool full = false;
    for (; i < text.size() && IsDigit(text[i]); ++i) {
      const auto digit = static_cast<std::uint64_t>(text[i] - '0');
      full = full || fraction_ > (kLimit - 1) / 10 || fraction_ * 10 + digit > kLimit;
      if (full) continue;
      fraction_ = fraction_ * 10 + digit;
      scale_ *= 10;
    }
    digits_ = digits_ || i > 1;
    text.remove_prefix(i);
  }

  std::uint64_t integer_ = 0;
  std::uint64_t fraction_ = 0;  // the term's number is integer_ + fraction_ / scale_
  double scale_ = 1;
  bool digits_ = false;
  std::uint64_t unit_ = 0;
  std::string_view unit_text_;
};

Problem ParseText(std::string_view text, Duration& duration, std::string_view& bad_unit) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text == "0") {
    duration.nanoseconds = 0;
    return Problem::kNone;
  }
  if (text.empty()) return Problem::kInvalid;
  std::uint64_t total = 0;
  while (!text.empty()) {
    if (text[0] != '.' && !IsDigit(text[0])) return Problem::kInvalid;
    Term term;
    const Problem problem = term.Read(text);
    bad_unit = term.unit_text();
    if (problem != Problem::kNone) return problem;
    std::uint64_t nanoseconds = 0;
    if (!term.Nanoseconds(nanoseconds) || nanoseconds > kLimit - total) return Problem::kInvalid;
    total += nanoseconds;
  }
  if (total == kLimit) {
    if (!negative) return Problem::kInvalid;
    duration.nanoseconds = std::numeric_limits<std::int64_t>::min();
    return Problem::kNone;
  }
  const auto magnitude = static_cast<std::int64_t>(total);
  duration.nanoseconds = negative ? -magnitude : magnitude;
  return Problem::kNone;
}

// Writes backwards from the end of a buffer.
class BackwardText {
 public:
  void Put(char c) { chars_[--begin_] = c; }
  void Put(std::string_view text) {
    for (std::size_t i = text.size(); i-- > 0;) Put(text[i]);
  }
  void PutInt(std::uint64_t value) {
    do {
      Put(static_cast<char>('0' + value % 10));
      value /= 10;
    } while (value > 0);
  }
  // The last digits of the value as a fraction without its trailing zeros; returns what is left of them.
  std::uint64_t PutFraction(std::uint64_t value, int digits) {
    bool written = false;
    for (int i = 0; i < digits; ++i, value /= 10) {
      const auto digit = static_cast<char>('0' + value % 10);
      written = written || digit != '0';
      if (written) Put(digit);
    }
    if (written) Put('.');
    return value;
  }
  std::string ToString() const { return std::string(chars_.data() + begin_, chars_.size() - begin_); }

 private:
  std::array<char, 40> chars_;
  std::size_t begin_ = chars_.size();
};

}  // namespace

Result<Duration> Duration::Parse(std::string_view text) {
  Duration duration;
  std::string_view bad_unit;
  switch (ParseText(text, duration, bad_unit)) {
    case Problem::kNone:
      return duration;
    case Problem::kMissingUnit:
      return InvalidInput("time: missing unit in duration " + QuoteTimeText(text));
    case Problem::kUnknownUnit:
      return InvalidInput("time: unknown unit " + QuoteTimeText(bad_unit) + " in duration " +
                          QuoteTimeText(text));
    case Problem::kInvalid:
      break;
  }
  return InvalidInput("time: invalid duration " + QuoteTimeText(text));
}

bool Duration::TryParse(std::string_view text, Duration& duration) {
  std::string_view bad_unit;
  Duration parsed;
  if (ParseText(text, parsed, bad_unit) != Problem::kNone) return false;
  duration = parsed;
  return true;
}

std::string Duration::ToString() const {
  const bool negative = nanoseconds < 0;
  std::uint64_t left = static_cast<std::uint64_t>(nanoseconds);
  if (negative) left = -left;
  BackwardText text;
  if (left == 0) return "0s";
  if (left < 1'000) {
    text.Put("ns");
    text.PutInt(left);
  } else if (left < 1'000'000) {
    text.Put("\u00B5s");
    text.PutInt(text.PutFraction(left, 3));
  } else if (left < 1'000'000'000) {
    text.Put("ms");
    text.PutInt(text.PutFraction(left, 6));
  } else {
    text.Put('s');
    const std::uint64_t seconds = text.PutFraction(left, 9);
    text.PutInt(seconds % 60);
    if (const std::uint64_t minutes = seconds / 60; minutes > 0) {
      text.Put('m');
      text.PutInt(minutes % 60);
      if (const std::uint64_t hours = minutes / 60; hours > 0) {
        text.Put('h');
        text.PutInt(hours);
      }
    }
  }
  if (negative) text.Put('-');
  return text.ToString();
}

}  // namespace ephor
