// Points in time and Go's layouts ("2006-01-02T15:04:05Z07:00").
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/duration.h"
#include "base/result.h"

namespace ephor {

inline constexpr std::string_view kRfc3339 = "2006-01-02T15:04:05Z07:00";
inline constexpr std::string_view kRfc3339Nano = "2006-01-02T15:04:05.999999999Z07:00";

// An instant with the offset in which it was given, in the proleptic Gregorian calendar. Texts have the years
// 0 to 9999; instants beyond saturate at the ends of int64.
struct Time {
  std::int64_t unix_seconds = 0;
  std::int32_t nanoseconds = 0;     // 0 to 999,999,999
  std::int32_t offset_seconds = 0;  // east of UTC
  std::string zone;                 // its abbreviation where the text gave one ("UTC", "CET"), else empty

  // time.Parse, with Go's error texts. Names of zones other than UTC get offset 0, as in Go without the
  // zone's data.
  static Result<Time> Parse(std::string_view layout, std::string_view text);
  static Time FromUnix(std::int64_t seconds, std::int32_t nanoseconds = 0) {
    return {seconds, nanoseconds, 0, "UTC"};
  }

  std::string Format(std::string_view layout) const;
  Time Utc() const { return {unix_seconds, nanoseconds, 0, "UTC"}; }
  Time Add(Duration duration) const;
  // Saturates at Duration's ends, as Go's Sub.
  Duration Since(const Time& earlier) const;
  // Rounded down to a multiple of the duration since year 1, as Go's Truncate.
  Time Truncate(Duration unit) const;

  struct Civil {
    std::int64_t year;
    int month, day, hour, minute, second, weekday /* 0 is Sunday */, year_day /* from 1 */;
  };
  Civil civil() const;  // in its own offset

  bool operator==(const Time& o) const {
    return unix_seconds == o.unix_seconds && nanoseconds == o.nanoseconds;
  }
  auto operator<=>(const Time& o) const {
    const auto seconds = unix_seconds <=> o.unix_seconds;
    return seconds != 0 ? seconds : nanoseconds <=> o.nanoseconds;
  }
};

}  // namespace ephor
