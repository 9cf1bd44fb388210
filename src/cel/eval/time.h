// Timestamps and durations of the language: their texts, ranges and calendar.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cel/eval/value.h"

namespace ephor::cel {

// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
inline constexpr std::int64_t kMinTimestampSeconds = -62135596800, kMaxTimestampSeconds = 253402300799;

// RFC 3339 with the fraction's zeros left out, in the timestamp's own offset.
std::string TimestampText(const Value& timestamp);
// Seconds with the fraction's zeros left out: "5400s", "0.5s".
std::string DurationText(std::int64_t nanoseconds);

// Strict RFC 3339 within the language's range. False where the text is none.
bool ParseTimestamp(std::string_view text, Value& timestamp);

// The sum, or false where it leaves the language's range.
bool AddToTimestamp(const Value& timestamp, std::int64_t nanoseconds, Value& sum);

struct CivilTime {
  std::int64_t year;
  int month, day;  // from 1
  int hour, minute, second;
  int weekday;   // 0 is Sunday
  int year_day;  // from 0
};
CivilTime CivilAt(std::int64_t unix_seconds, std::int64_t offset_seconds);
// Days since 1970-01-01 of a date of the proleptic Gregorian calendar.
std::int64_t DaysOf(std::int64_t year, int month, int day);

// The offset from UTC in seconds that a zone has at an instant: "", "UTC", "+02:00", "-23:59", or a name of
// the time zone database. False where there is no such zone. Zone data is read once a process and kept.
bool ZoneOffset(std::string_view zone, std::int64_t unix_seconds, std::int64_t& offset_seconds);

}  // namespace ephor::cel
