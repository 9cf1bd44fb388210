#include "cel/eval/time.h"

#include <charconv>

#include "base/calendar.h"

namespace ephor::cel {
namespace {

void AppendPadded(std::int64_t value, int width, std::string& out) {
  const std::string digits = std::to_string(value);
  for (int i = static_cast<int>(digits.size()); i < width; ++i) out += '0';
  out += digits;
}

// ".5" of 500,000,000; nothing of 0.
void AppendFraction(std::uint32_t nanoseconds, std::string& out) {
  if (nanoseconds == 0) return;
  std::string digits;
  AppendPadded(nanoseconds, 9, digits);
  while (digits.back() == '0') digits.pop_back();
  out += '.';
  out += digits;
}

// Reads exactly `count` digits.
bool Digits(std::string_view text, std::size_t at, std::size_t count, int& value) {
  if (at + count > text.size()) return false;
  value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = 10 * value + (text[i] - '0');
  }
  return true;
}

}  // namespace

std::int64_t DaysOf(std::int64_t year, int month, int day) {
  // Howard Hinnant's algorithm: years begin in March, so that the leap day is the last.
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t yoe = year - era * 400;
  const std::int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + doe - 719468;
}

CivilTime CivilAt(std::int64_t unix_seconds, std::int64_t offset_seconds) {
  const std::int64_t local = unix_seconds + offset_seconds;
  std::int64_t days = local / 86400, second = local % 86400;
  if (second < 0) {
    second += 86400;
    --days;
  }
  const std::int64_t z = days + 719468;
  const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const std::int64_t doe = z - era * 146097;
  const std::int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::int64_t mp = (5 * doy + 2) / 153;
  CivilTime civil;
  civil.day = static_cast<int>(doy - (153 * mp + 2) / 5 + 1);
  civil.month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  civil.year = yoe + era * 400 + (civil.month <= 2);
  civil.hour = static_cast<int>(second / 3600);
  civil.minute = static_cast<int>(second / 60 % 60);
  civil.second = static_cast<int>(second % 60);
  civil.weekday = static_cast<int>(((days + 4) % 7 + 7) % 7);
  civil.year_day = static_cast<int>(days - DaysOf(civil.year, 1, 1));
  return civil;
}

std::string TimestampText(const Value& timestamp) {
  const std::int64_t minutes = timestamp.offset_minutes();
  const CivilTime civil = CivilAt(timestamp.unix_seconds(), minutes * 60);
  std::string out;
  AppendPadded(civil.year, 4, out);
  out += '-';
  AppendPadded(civil.month, 2, out);
  out += '-';
  AppendPadded(civil.day, 2, out);
  out += 'T';
  AppendPadded(civil.hour, 2, out);
  out += ':';
  AppendPadded(civil.minute, 2, out);
  out += ':';
  AppendPadded(civil.second, 2, out);
  AppendFraction(timestamp.subsecond_nanoseconds(), out);
  if (minutes == 0) return out + 'Z';
  const std::int64_t size = minutes < 0 ? -minutes : minutes;
  out += minutes < 0 ? '-' : '+';
  AppendPadded(size / 60, 2, out);
  out += ':';
  AppendPadded(size % 60, 2, out);
  return out;
}

std::string DurationText(std::int64_t nanoseconds) {
  std::string out;
  std::uint64_t size = static_cast<std::uint64_t>(nanoseconds);
  if (nanoseconds < 0) {
    out += '-';
    size = 0 - size;
  }
  out += std::to_string(size / 1'000'000'000);
  AppendFraction(static_cast<std::uint32_t>(size % 1'000'000'000), out);
  return out + 's';
}

bool ParseTimestamp(std::string_view text, Value& timestamp) {
  int year, month, day, hour, minute, second;
  if (!Digits(text, 0, 4, year) || !Digits(text, 5, 2, month) || !Digits(text, 8, 2, day) ||
      !Digits(text, 11, 2, hour) || !Digits(text, 14, 2, minute) || !Digits(text, 17, 2, second)) {
    return false;
  }
  if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') return false;
  if (month < 1 || month > 12 || day < 1 || day > DaysIn(month, year) || hour > 23 || minute > 59 ||
      second > 59) {
    return false;
  }
  std::size_t at = 19;
  std::uint32_t nanoseconds = 0;
  if (at < text.size() && text[at] == '.') {
    ++at;
    std::uint32_t unit = 100'000'000;
    const std::size_t begin = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
      nanoseconds += unit * static_cast<std::uint32_t>(text[at] - '0');
      unit /= 10;
      ++at;
    }
    if (at == begin) return false;
  }
  int offset = 0;
  if (at < text.size() && text[at] == 'Z') {
    ++at;
  } else if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
    int hours, minutes;
    if (!Digits(text, at + 1, 2, hours) || at + 3 >= text.size() || text[at + 3] != ':' ||
        !Digits(text, at + 4, 2, minutes) || hours > 23 || minutes > 59) {
      return false;
    }
    offset = (text[at] == '-' ? -1 : 1) * (hours * 60 + minutes);
    at += 6;
  } else {
    return false;
  }
  if (at != text.size()) return false;
  const std::int64_t seconds =
      DaysOf(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - std::int64_t{offset} * 60;
  if (seconds < kMinTimestampSeconds || seconds > kMaxTimestampSeconds) return false;
  timestamp = Value::Timestamp(seconds, nanoseconds, static_cast<std::int16_t>(offset));
  return true;
}

bool AddToTimestamp(const Value& timestamp, std::int64_t nanoseconds, Value& sum) {
  std::int64_t seconds = timestamp.unix_seconds() + nanoseconds / 1'000'000'000;
  std::int64_t rest = std::int64_t{timestamp.subsecond_nanoseconds()} + nanoseconds % 1'000'000'000;
  if (rest < 0) {
    rest += 1'000'000'000;
    --seconds;
  } else if (rest >= 1'000'000'000) {
    rest -= 1'000'000'000;
    ++seconds;
  }
  if (seconds < kMinTimestampSeconds || seconds > kMaxTimestampSeconds) return false;
  sum = Value::Timestamp(seconds, static_cast<std::uint32_t>(rest), timestamp.offset_minutes());
  return true;
}

}  // namespace ephor::cel
