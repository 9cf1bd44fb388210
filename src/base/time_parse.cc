// The part of time.h that reads texts.
#include <algorithm>
#include <array>
#include <optional>

#include "base/calendar.h"
#include "base/number.h"
#include "base/quote.h"
#include "base/time.h"
#include "base/time_layout.h"

namespace ephor {
namespace {

// Up to two digits; exactly two where fixed.
bool TakeNumber(std::string_view& text, bool fixed, int& number) {
  if (!IsDigitAt(text, 0) || (fixed && !IsDigitAt(text, 1))) return false;
  const std::size_t size = IsDigitAt(text, 1) ? 2 : 1;
  number = 0;
  for (const char c : text.substr(0, size)) number = number * 10 + (c - '0');
  text.remove_prefix(size);
  return true;
}

bool TakeDayOfYear(std::string_view& text, bool fixed, int& number) {
  std::size_t size = 0;
  number = 0;
  for (; size < 3 && IsDigitAt(text, size); ++size) number = number * 10 + (text[size] - '0');
  if (size == 0 || (fixed && size != 3)) return false;
  text.remove_prefix(size);
  return true;
}

// The number of an item whose name, or its first letters, the text begins with, in any case.
template <std::size_t kSize>
bool TakeName(std::string_view& text, const std::array<std::string_view, kSize>& names, bool abbreviated,
              int& index) {
  const auto same = [](char a, char b) {
    return a == b || ((a ^ b) == 0x20 && (a | 0x20) >= 'a' && (a | 0x20) <= 'z');
  };
  for (std::size_t i = 0; i < kSize; ++i) {
    const std::string_view name = abbreviated ? names[i].substr(0, 3) : names[i];
    if (text.size() < name.size() || !std::equal(name.begin(), name.end(), text.begin(), same)) continue;
    index = static_cast<int>(i);
    text.remove_prefix(name.size());
    return true;
  }
  return false;
}

// A sign and digits, any of which may be missing: Go's time package reads "-" as 0.
std::optional<std::int64_t> SignedNumber(std::string_view text) {
  const bool sign_alone = text.empty() || text == "-" || text == "+";
  return sign_alone ? 0 : ParseInt(text);
}

// Digits, as many as there are. False where there are none or too many.
bool TakeInteger(std::string_view& text, std::int64_t& value) {
  const std::size_t size = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::optional<std::int64_t> parsed = ParseInt(text.substr(0, size));
  if (!parsed) return false;
  value = *parsed;
  text.remove_prefix(size);
  return true;
}

// "+3" or "-11" at the front; 0 where there is none.
std::size_t SignedOffsetLength(std::string_view text) {
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return 0;
  std::string_view rest = text.substr(1);
  std::int64_t hours = 0;
  if (!TakeInteger(rest, hours) || hours > 23) return 0;
  return text.size() - rest.size();
}

// What looks like the abbreviation of a time zone: three upper-case letters, or up to five that end in T.
std::size_t ZoneNameLength(std::string_view text) {
  if (text.size() < 3) return 0;
  if (text.starts_with("ChST") || text.starts_with("MeST")) return 4;
  if (text.starts_with("GMT")) return 3 + SignedOffsetLength(text.substr(3));
  if (text[0] == '+' || text[0] == '-') return SignedOffsetLength(text);
  std::size_t upper = 0;
  while (upper < 6 && upper < text.size() && text[upper] >= 'A' && text[upper] <= 'Z') ++upper;
  switch (upper) {
    case 3:
      return 3;
    case 4:
      return text[3] == 'T' || text.starts_with("WITA") ? 4 : 0;
    case 5:
      return text[4] == 'T' ? 5 : 0;
    default:
      return 0;
  }
}

// Go's time.Parse: what it accepts, in which order it complains, and what it quotes then.
class Parser {
 public:
  Parser(std::string_view layout, std::string_view text) : layout_(layout), text_(text), rest_(text) {}

  Result<Time> Run() {
    std::string_view layout = layout_;
    while (true) {
      const Chunk chunk = NextChunk(layout);
      if (!Skip(chunk.prefix)) return CannotParse(rest_, chunk.prefix);
      if (chunk.element == Element::kNone) break;
      layout = chunk.rest;
      const std::string_view before = rest_;
      const bool read = Read(chunk, layout);
      if (!out_of_range_.empty()) return Fault(": " + std::string(out_of_range_) + " out of range");
      if (!read) return CannotParse(before, chunk.text);
    }
    if (!rest_.empty()) return Fault(": extra text: " + QuoteTimeText(rest_));
    return Finish();
  }

 private:
  static constexpr int kUnset = -1;

  std::unexpected<Error> Fault(std::string_view what) const {
    return InvalidInput("parsing time " + QuoteTimeText(text_) + std::string(what));
  }
  std::unexpected<Error> CannotParse(std::string_view value, std::string_view element) const {
    return Fault(" as " + QuoteTimeText(layout_) + ": cannot parse " + QuoteTimeText(value) + " as " +
                 QuoteTimeText(element));
  }

  // Plain text of the layout. A run of spaces stands for any run of them, also none at the end.
  bool Skip(std::string_view prefix) {
    const auto skip_spaces = [](std::string_view& text) {
      text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    };
    while (!prefix.empty()) {
      if (prefix[0] == ' ') {
        if (!rest_.empty() && rest_[0] != ' ') return false;
        skip_spaces(prefix);
        skip_spaces(rest_);
        continue;
      }
      if (rest_.empty() || rest_[0] != prefix[0]) return false;
      prefix.remove_prefix(1);
      rest_.remove_prefix(1);
    }
    return true;
  }

  void CheckRange(int value, int least, int most, std::string_view name) {
    if (value < least || value > most) out_of_range_ = name;
  }

  bool Read(const Chunk& chunk, std::string_view layout_after) {
    int ignored = 0;
    switch (chunk.element) {
      case Element::kYear:
        return ReadShortYear();
      case Element::kLongYear:
        return IsDigitAt(rest_, 0) && ReadYear(4);
      case Element::kMonth:
      case Element::kLongMonth:
        if (!TakeName(rest_, kMonths, chunk.element == Element::kMonth, month_)) return false;
        ++month_;
        return true;
      case Element::kNumMonth:
      case Element::kZeroMonth:
        if (!TakeNumber(rest_, chunk.element == Element::kZeroMonth, month_)) return false;
        CheckRange(month_, 1, 12, "month");
        return true;
      case Element::kWeekday:
      case Element::kLongWeekday:
        return TakeName(rest_, kWeekdays, chunk.element == Element::kWeekday, ignored);
      case Element::kUnderDay:
        if (rest_.starts_with(' ')) rest_.remove_prefix(1);
        return TakeNumber(rest_, false, day_);
      case Element::kDay:
      case Element::kZeroDay:
        return TakeNumber(rest_, chunk.element == Element::kZeroDay, day_);
      case Element::kUnderYearDay:
        for (int i = 0; i < 2 && rest_.starts_with(' '); ++i) rest_.remove_prefix(1);
        return TakeDayOfYear(rest_, false, year_day_);
      case Element::kZeroYearDay:
        return TakeDayOfYear(rest_, true, year_day_);
      case Element::kHour:
        if (!TakeNumber(rest_, false, hour_)) return false;
        CheckRange(hour_, 0, 23, "hour");
        return true;
      case Element::kHour12:
      case Element::kZeroHour12:
        if (!TakeNumber(rest_, chunk.element == Element::kZeroHour12, hour_)) return false;
        CheckRange(hour_, 0, 12, "hour");
        return true;
      case Element::kMinute:
      case Element::kZeroMinute:
        if (!TakeNumber(rest_, chunk.element == Element::kZeroMinute, minute_)) return false;
        CheckRange(minute_, 0, 59, "minute");
        return true;
      case Element::kSecond:
      case Element::kZeroSecond:
        return ReadSecond(chunk.element == Element::kZeroSecond, layout_after);
      case Element::kUpperPm:
        return ReadHalfOfDay("AM", "PM");
      case Element::kLowerPm:
        return ReadHalfOfDay("am", "pm");
      case Element::kOffset:
        return ReadOffset(chunk.offset);
      case Element::kZoneName:
        return ReadZoneName();
      case Element::kFraction0:
        return ReadFraction(chunk.text.size());
      case Element::kFraction9:
        return !FractionFollows() || ReadFraction(FractionLength());
      case Element::kNone:
        break;
    }
    return false;
  }

  // A sign counts as a digit here: that is how Go reads them.
  bool ReadYear(std::size_t size) {
    if (rest_.size() < size) return false;
    const std::optional<std::int64_t> year = SignedNumber(rest_.substr(0, size));
    if (!year) return false;
    year_ = *year;
    rest_.remove_prefix(size);
    return true;
  }

  bool ReadShortYear() {
    if (!ReadYear(2)) return false;
    year_ += year_ >= 69 ? 1900 : 2000;
    return true;
  }

  bool ReadSecond(bool fixed, std::string_view layout_after) {
    if (!TakeNumber(rest_, fixed, second_)) return false;
    CheckRange(second_, 0, 59, "second");
    if (!out_of_range_.empty() || !FractionFollows()) return true;
    // A fraction is welcome even where the layout has none.
    const Element next = NextChunk(layout_after).element;
    if (next == Element::kFraction0 || next == Element::kFraction9) return true;
    return ReadFraction(FractionLength());
  }

  bool FractionFollows() const {
    return !rest_.empty() && (rest_[0] == '.' || rest_[0] == ',') && IsDigitAt(rest_, 1);
  }
  std::size_t FractionLength() const {
    return std::min(rest_.find_first_not_of("0123456789", 1), rest_.size());
  }

  // A separator and digits, `size` bytes in all; those after the ninth digit are dropped.
  bool ReadFraction(std::size_t size) {
    if (rest_.size() < size || (rest_[0] != '.' && rest_[0] != ',')) return false;
    const std::string_view digits = rest_.substr(1, std::min<std::size_t>(size, 10) - 1);
    const std::optional<std::int64_t> value = SignedNumber(digits);
    if (!value) return false;
    if (*value < 0) {
      out_of_range_ = "fractional second";
      return true;
    }
    nanoseconds_ = static_cast<std::int32_t>(*value);
    for (std::size_t i = digits.size(); i < 9; ++i) nanoseconds_ *= 10;
    rest_.remove_prefix(size);
    return true;
  }

  bool ReadHalfOfDay(std::string_view am, std::string_view pm) {
    if (!rest_.starts_with(am) && !rest_.starts_with(pm)) return false;
    (rest_.starts_with(pm) ? pm_ : am_) = true;
    rest_.remove_prefix(2);
    return true;
  }

  bool ReadOffset(OffsetStyle style) {
    if (style.z_for_utc && rest_.starts_with('Z')) {
      rest_.remove_prefix(1);
      utc_ = true;
      return true;
    }
    const std::size_t colon = style.colons ? 1 : 0;
    const std::size_t size = 3 + (style.minutes ? 2 + colon : 0) + (style.seconds ? 2 + colon : 0);
    if (rest_.size() < size) return false;
    const std::string_view text = rest_.substr(0, size);
    if (colon > 0 && (text[3] != ':' || (style.seconds && text[6] != ':'))) return false;
    rest_.remove_prefix(size);
    int hours = 0, minutes = 0, seconds = 0;
    const auto number = [text](std::size_t at, int& value) {
      std::string_view digits = text.substr(at, 2);
      return TakeNumber(digits, true, value);
    };
    const bool good = number(1, hours) && (!style.minutes || number(3 + colon, minutes)) &&
                      (!style.seconds || number(5 + 2 * colon, seconds));
    // Some people do write offsets of 24 hours or 60 minutes.
    CheckRange(hours, 0, 24, "time zone offset hour");
    CheckRange(minutes, 0, 60, "time zone offset minute");
    CheckRange(seconds, 0, 60, "time zone offset second");
    offset_ = (hours * 60 + minutes) * 60 + seconds;
    if (text[0] == '-') offset_ = -offset_;
    has_offset_ = true;
    return good && (text[0] == '-' || text[0] == '+');
  }

  bool ReadZoneName() {
    if (rest_.starts_with("UTC")) {
      rest_.remove_prefix(3);
      utc_ = true;
      return true;
    }
    const std::size_t size = ZoneNameLength(rest_);
    if (size == 0) return false;
    zone_ = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }

  // Sets month and day from the day of the year, or says how they disagree.
  std::string_view ApplyDayOfYear() {
    int left = year_day_, month = 0, day = 0;
    if (IsLeap(year_)) {
      if (left == 31 + 29) {
        month = 2;
        day = 29;
      } else if (left > 31 + 29) {
        --left;
      }
    }
    if (left < 1 || left > 365) return ": day-of-year out of range";
    if (month == 0) {
      month = (left - 1) / 31 + 1;
      if (kDaysBefore[static_cast<std::size_t>(month)] < left) ++month;
      day = left - kDaysBefore[static_cast<std::size_t>(month) - 1];
    }
    if (month_ != kUnset && month_ != month) return ": day-of-year does not match month";
    if (day_ != kUnset && day_ != day) return ": day-of-year does not match day";
    month_ = month;
    day_ = day;
    return {};
  }

  Result<Time> Finish() {
    if (pm_ && hour_ < 12) {
      hour_ += 12;
    } else if (am_ && !pm_ && hour_ == 12) {
      hour_ = 0;
    }
    if (year_day_ != kUnset) {
      if (const std::string_view fault = ApplyDayOfYear(); !fault.empty()) return Fault(fault);
    }
    if (month_ == kUnset) month_ = 1;
    if (day_ == kUnset) day_ = 1;
    if (day_ < 1 || day_ > DaysIn(month_, year_)) return Fault(": day out of range");

    Time time;
    time.unix_seconds =
        DaysFromCivil(year_, month_, day_) * kSecondsPerDay + hour_ * 3600 + minute_ * 60 + second_;
    time.nanoseconds = nanoseconds_;
    time.zone = zone_;
    if (utc_ || (!has_offset_ && zone_.empty())) {
      time.zone = "UTC";
    } else if (has_offset_) {
      time.offset_seconds = offset_;
      time.unix_seconds -= offset_;
      if (offset_ == 0 && zone_.empty()) time.zone = "UTC";
    } else if (zone_.size() > 3 && zone_.starts_with("GMT")) {
      // As in Go, the offset is only shown: the instant is that of the clock in UTC.
      time.offset_seconds = static_cast<std::int32_t>(ParseInt(zone_.substr(3)).value_or(0)) * 3600;
    }
    return time;
  }

  std::string_view layout_, text_, rest_;
  std::string_view out_of_range_;  // the field that is
  std::int64_t year_ = 0;
  int month_ = kUnset, day_ = kUnset, year_day_ = kUnset;
  int hour_ = 0, minute_ = 0, second_ = 0;
  std::int32_t nanoseconds_ = 0;
  bool pm_ = false, am_ = false;
  bool utc_ = false;
  bool has_offset_ = false;
  std::int32_t offset_ = 0;
  std::string_view zone_;
};

}  // namespace

Result<Time> Time::Parse(std::string_view layout, std::string_view text) {
  return Parser(layout, text).Run();
}

}  // namespace ephor
