#include "base/time.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "base/calendar.h"
#include "base/number.h"
#include "base/time_layout.h"

namespace ephor {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

std::int64_t FloorDivide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

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
  // Not by what the seconds leave: of the smallest duration they are more than int64 holds.
  const std::int64_t rest = duration.nanoseconds % kNanosPerSecond;
  const std::int64_t nanos = nanoseconds + (rest < 0 ? rest + kNanosPerSecond : rest);
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
