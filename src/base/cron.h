// Schedules in cron's format.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace ephor {

// When something is due. Kyverno takes the schedules of its cleanup and deleting policies from two libraries:
// robfig/cron says which are accepted, supercronic's cronexpr computes the times. This is the second:
//
//   minute hour day-of-month month day-of-week [year]         with 5 or 6 fields
//   second minute hour day-of-month month day-of-week year    with 7; fields after them are ignored
//
// A field is a list of `*`, `?`, `7`, `1-5`, `*/2`, `3/2` (to the field's end) and `1-5/2`; months and days
// of the week have English names, long or of three letters, and 7 is Sunday too. Days of the month also know
// `L` (the last), `LW` (the last from Monday to Friday) and `15W` (the nearest such), days of the week `5L`
// (the last Friday) and `5#2` (the second). Where both kinds of days are restricted, a day that either names
// is due. `@yearly`, `@annually`, `@monthly`, `@weekly`, `@daily` and `@hourly` stand for their fields;
// `@midnight` and `@every` are no schedules here. Years are 1970 to 2099.
//
// Immutable; any thread may use it.
class CronSchedule {
 public:
  // Fails with cronexpr's texts ("missing field(s)", "syntax error in minute field: '60'").
  static Result<CronSchedule> Parse(std::string_view text);

  // The first time after this one that is due, in the same offset; nothing where there is none before 2100.
  std::optional<Time> Next(const Time& after) const;

 private:
  CronSchedule() = default;

  std::uint32_t DaysOf(std::int64_t year, int month) const;

  static constexpr int kFirstYear = 1970, kLastYear = 2099;

  // Bit n stands for n.
  std::uint64_t seconds_ = 1, minutes_ = 0;
  std::uint32_t hours_ = 0, months_ = 0;
  std::bitset<kLastYear - kFirstYear + 1> years_;
  // Which days, and whether the field holds no `*`.
  std::uint32_t days_ = 0, nearest_workdays_ = 0;
  bool last_day_ = false, last_workday_ = false, days_restricted_ = false;
  std::uint32_t weekdays_ = 0, last_weekdays_ = 0;
  std::uint64_t numbered_weekdays_ = 0;  // bit 7 * (week - 1) + weekday
  bool weekdays_restricted_ = false;
};

// Whether the text is a schedule as github.com/robfig/cron's ParseStandard reads it: minute, hour, day of
// month, month and day of week, or a descriptor ("@daily", "@midnight", "@every 1h30m").
bool IsStandardCron(std::string_view text);

}  // namespace ephor
