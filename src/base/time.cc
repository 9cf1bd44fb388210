#include "base/time.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <optional>

#include "base/number.h"
#include "base/quote.h"

namespace ephor {
namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};

// ---- the calendar ----

bool IsLeap(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr std::array<int, 13> kDaysBefore = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

int DaysIn(int month, std::int64_t year) {
  if (month == 2 && IsLeap(year)) return 29;
  const auto m = static_cast<std::size_t>(month);
  return kDaysBefore[m] - kDaysBefore[m - 1];
}

// Days since 1970-01-01 of the proleptic Gregorian calendar, and back. Years begin in March inside, so that
// the leap day is the last; an era is 400 years.
std::int64_t DaysFromCivil(std::int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

struct Date {
  std::int64_t year;
  int month, day;
};

Date CivilFromDays(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const int day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  const int month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

std::int64_t FloorDivide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

// ---- layouts ----

enum class Element : std::uint8_t {
  kNone,  // the rest of the layout is plain text
  kLongMonth,
  kMonth,
  kNumMonth,
  kZeroMonth,
  kLongWeekday,
  kWeekday,
  kDay,
  kUnderDay,
  kZeroDay,
  kUnderYearDay,
  kZeroYearDay,
  kHour,
  kHour12,
  kZeroHour12,
  kMinute,
  kZeroMinute,
  kSecond,
  kZeroSecond,
  kLongYear,
  kYear,
  kUpperPm,
  kLowerPm,
  kZoneName,
  kOffset,
  kFraction0,  // exactly so many digits
  kFraction9,  // up to so many, trailing zeros left out
};

// How a kOffset is written.
struct OffsetStyle {
  bool z_for_utc = false;
  bool colons = false;
  bool minutes = false;
  bool seconds = false;
};

struct Chunk {
  std::string_view prefix;  // plain text before the element
  Element element = Element::kNone;
  std::string_view text;  // of the element in the layout
  std::string_view rest;
  OffsetStyle offset;
};

struct ElementText {
  std::string_view text;
  Element element;
};

// Longer texts before those they begin with.
constexpr ElementText kPlainElements[] = {
    {"January", Element::kLongMonth}, {"Monday", Element::kLongWeekday},
    {"MST", Element::kZoneName},      {"01", Element::kZeroMonth},
    {"02", Element::kZeroDay},        {"03", Element::kZeroHour12},
    {"04", Element::kZeroMinute},     {"05", Element::kZeroSecond},
    {"06", Element::kYear},           {"002", Element::kZeroYearDay},
    {"15", Element::kHour},           {"1", Element::kNumMonth},
    {"2006", Element::kLongYear},     {"2", Element::kDay},
    {"_2", Element::kUnderDay},       {"__2", Element::kUnderYearDay},
    {"3", Element::kHour12},          {"4", Element::kMinute},
    {"5", Element::kSecond},          {"PM", Element::kUpperPm},
    {"pm", Element::kLowerPm},
};

struct OffsetText {
  std::string_view text;  // after its '-' or 'Z'
  OffsetStyle style;
};

constexpr OffsetText kOffsets[] = {
    {"070000", {.minutes = true, .seconds = true}},
    {"07:00:00", {.colons = true, .minutes = true, .seconds = true}},
    {"0700", {.minutes = true}},
    {"07:00", {.colons = true, .minutes = true}},
    {"07", {}},
};

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsDigitAt(std::string_view text, std::size_t at) {
  return at < text.size() && IsDigit(text[at]);
}

// Whether an element begins at the front of the text. Sets what the chunk knows of it.
bool ReadElement(std::string_view text, Chunk& chunk) {
  const auto take = [&](Element element, std::size_t size) {
    chunk.element = element;
    chunk.text = text.substr(0, size);
    return true;
  };
  // "Jan" and "Mon" are words of their own, not the beginning of "Janet".
  const auto word = [&](std::string_view name) {
    return text.starts_with(name) && !(text.size() > 3 && text[3] >= 'a' && text[3] <= 'z');
  };
  switch (text[0]) {
    case 'J':
    case 'M':
      if (!text.starts_with("January") && word("Jan")) return take(Element::kMonth, 3);
      if (!text.starts_with("Monday") && word("Mon")) return take(Element::kWeekday, 3);
      break;
    case '_':
      // The underscore of "_2006" is plain text.
      if (text.starts_with("_2006")) return false;
      break;
    case '-':
    case 'Z':
      for (const OffsetText& offset : kOffsets) {
        if (!text.substr(1).starts_with(offset.text)) continue;
        chunk.offset = offset.style;
        chunk.offset.z_for_utc = text[0] == 'Z';
        return take(Element::kOffset, 1 + offset.text.size());
      }
      return false;
    case '.':
    case ',': {
      if (text.size() < 2 || (text[1] != '0' && text[1] != '9')) return false;
      const std::size_t end = std::min(text.find_first_not_of(text[1], 1), text.size());
      if (IsDigitAt(text, end)) return false;
      return take(text[1] == '0' ? Element::kFraction0 : Element::kFraction9, end);
    }
    default:
      break;
  }
  for (const ElementText& plain : kPlainElements) {
    if (text.starts_with(plain.text)) return take(plain.element, plain.text.size());
  }
  return false;
}

Chunk NextChunk(std::string_view layout) {
  Chunk chunk;
  for (std::size_t i = 0; i < layout.size(); ++i) {
    if (!ReadElement(layout.substr(i), chunk)) continue;
    chunk.prefix = layout.substr(0, i);
    chunk.rest = layout.substr(i + chunk.text.size());
    return chunk;
  }
  chunk.prefix = layout;
  return chunk;
}

// ---- parsing ----

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
    return rest_.size() >= 2 && (rest_[0] == '.' || rest_[0] == ',') && IsDigit(rest_[1]);
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

// ---- formatting ----

void AppendPadded(std::int64_t value, int width, std::string& out) {
  if (value < 0) {
    out += '-';
    value = -value;
  }
  std::string digits;
  AppendInt(value, digits);
  for (auto size = static_cast<int>(digits.size()); size < width; ++size) out += '0';
  out += digits;
}

void AppendOffset(std::int32_t offset, OffsetStyle style, std::string& out) {
  if (style.z_for_utc && offset == 0) {
    out += 'Z';
    return;
  }
  const std::int32_t minutes = std::abs(offset / 60);
  out += offset / 60 < 0 ? '-' : '+';
  AppendPadded(minutes / 60, 2, out);
  if (style.minutes) {
    if (style.colons) out += ':';
    AppendPadded(minutes % 60, 2, out);
  }
  if (style.seconds) {
    if (style.colons) out += ':';
    AppendPadded(std::abs(offset) % 60, 2, out);
  }
}

// `text` is the element as the layout has it: a separator and a digit for each place.
void AppendFraction(std::int32_t nanoseconds, std::string_view text, bool trim, std::string& out) {
  if (trim && nanoseconds == 0) return;
  std::string digits;
  AppendPadded(nanoseconds, 9, digits);
  digits.resize(std::min<std::size_t>(text.size() - 1, 9));
  while (trim && !digits.empty() && digits.back() == '0') digits.pop_back();
  if (digits.empty()) return;
  out += text[0];
  out += digits;
}

std::int64_t SaturatingAdd(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b > 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}

__extension__ using Int128 = __int128;

}  // namespace

Result<Time> Time::Parse(std::string_view layout, std::string_view text) {
  return Parser(layout, text).Run();
}

Time::Civil Time::civil() const {
  const std::int64_t local = SaturatingAdd(unix_seconds, offset_seconds);
  const std::int64_t days = FloorDivide(local, kSecondsPerDay);
  const std::int64_t rest = local % kSecondsPerDay;
  const auto second_of_day = static_cast<int>(rest < 0 ? rest + kSecondsPerDay : rest);
  const Date date = CivilFromDays(days);
  Civil civil;
  civil.year = date.year;
  civil.month = date.month;
  civil.day = date.day;
  civil.hour = second_of_day / 3600;
  civil.minute = second_of_day / 60 % 60;
  civil.second = second_of_day % 60;
  const std::int64_t weekday = (days + 4) % 7;  // 1970-01-01 was a Thursday
  civil.weekday = static_cast<int>(weekday < 0 ? weekday + 7 : weekday);
  civil.year_day = static_cast<int>(days - DaysFromCivil(date.year, 1, 1) + 1);
  return civil;
}

std::string Time::Format(std::string_view layout) const {
  const Civil at = civil();
  const auto month_name = kMonths[static_cast<std::size_t>(at.month - 1)];
  const auto weekday_name = kWeekdays[static_cast<std::size_t>(at.weekday)];
  const int hour12 = at.hour % 12 == 0 ? 12 : at.hour % 12;
  std::string out;
  while (!layout.empty()) {
    const Chunk chunk = NextChunk(layout);
    out += chunk.prefix;
    layout = chunk.rest;
    switch (chunk.element) {
      case Element::kNone:
        return out;
      case Element::kYear:
        AppendPadded(std::abs(at.year) % 100, 2, out);
        break;
      case Element::kLongYear:
        AppendPadded(at.year, 4, out);
        break;
      case Element::kMonth:
        out += month_name.substr(0, 3);
        break;
      case Element::kLongMonth:
        out += month_name;
        break;
      case Element::kNumMonth:
        AppendInt(at.month, out);
        break;
      case Element::kZeroMonth:
        AppendPadded(at.month, 2, out);
        break;
      case Element::kWeekday:
        out += weekday_name.substr(0, 3);
        break;
      case Element::kLongWeekday:
        out += weekday_name;
        break;
      case Element::kDay:
        AppendInt(at.day, out);
        break;
      case Element::kUnderDay:
        if (at.day < 10) out += ' ';
        AppendInt(at.day, out);
        break;
      case Element::kZeroDay:
        AppendPadded(at.day, 2, out);
        break;
      case Element::kUnderYearDay:
        if (at.year_day < 100) out += ' ';
        if (at.year_day < 10) out += ' ';
        AppendInt(at.year_day, out);
        break;
      case Element::kZeroYearDay:
        AppendPadded(at.year_day, 3, out);
        break;
      case Element::kHour:
        AppendPadded(at.hour, 2, out);
        break;
      case Element::kHour12:
        AppendInt(hour12, out);
        break;
      case Element::kZeroHour12:
        AppendPadded(hour12, 2, out);
        break;
      case Element::kMinute:
        AppendInt(at.minute, out);
        break;
      case Element::kZeroMinute:
        AppendPadded(at.minute, 2, out);
        break;
      case Element::kSecond:
        AppendInt(at.second, out);
        break;
      case Element::kZeroSecond:
        AppendPadded(at.second, 2, out);
        break;
      case Element::kUpperPm:
        out += at.hour >= 12 ? "PM" : "AM";
        break;
      case Element::kLowerPm:
        out += at.hour >= 12 ? "pm" : "am";
        break;
      case Element::kOffset:
        AppendOffset(offset_seconds, chunk.offset, out);
        break;
      case Element::kZoneName:
        if (zone.empty()) {
          AppendOffset(offset_seconds, {.minutes = true}, out);
        } else {
          out += zone;
        }
        break;
      case Element::kFraction0:
      case Element::kFraction9:
        AppendFraction(nanoseconds, chunk.text, chunk.element == Element::kFraction9, out);
        break;
    }
  }
  return out;
}

Time Time::Add(Duration duration) const {
  Time sum = *this;
  const std::int64_t seconds = FloorDivide(duration.nanoseconds, kNanosPerSecond);
  const std::int64_t nanos = nanoseconds + (duration.nanoseconds - seconds * kNanosPerSecond);
  sum.unix_seconds = SaturatingAdd(unix_seconds, seconds + nanos / kNanosPerSecond);
  sum.nanoseconds = static_cast<std::int32_t>(nanos % kNanosPerSecond);
  return sum;
}

Duration Time::Since(const Time& earlier) const {
  const Int128 gap =
      (Int128{unix_seconds} - earlier.unix_seconds) * kNanosPerSecond + nanoseconds - earlier.nanoseconds;
  constexpr Int128 kMax = std::numeric_limits<std::int64_t>::max(),
                   kMin = std::numeric_limits<std::int64_t>::min();
  return {static_cast<std::int64_t>(std::clamp(gap, kMin, kMax))};
}

Time Time::Truncate(Duration unit) const {
  if (unit.nanoseconds <= 0) return *this;
  constexpr std::int64_t kYearOne = 62'135'596'800;  // seconds from 0001-01-01 to 1970-01-01
  const Int128 since_year_one = (Int128{unix_seconds} + kYearOne) * kNanosPerSecond + nanoseconds;
  auto excess = static_cast<std::int64_t>(since_year_one % unit.nanoseconds);
  if (excess < 0) excess += unit.nanoseconds;
  return Add({-excess});
}

}  // namespace ephor
