// The proleptic Gregorian calendar: days and dates.
#pragma once

#include <array>
#include <cstdint>

namespace ephor {

inline constexpr std::int64_t kSecondsPerDay = 86'400;

struct Date {
  std::int64_t year;
  int month, day;  // from 1
};

bool IsLeap(std::int64_t year);
// In an ordinary year, before the month of that number from 0; the last is the year's length.
inline constexpr std::array<int, 13> kDaysBefore = {0,   31,  59,  90,  120, 151, 181,
                                                    212, 243, 273, 304, 334, 365};
// The month counts from 1.
int DaysIn(int month, std::int64_t year);

// Days since 1970-01-01, and back. Dates beyond what int64 counts in days are not asked for.
std::int64_t DaysFromCivil(std::int64_t year, int month, int day);
Date CivilFromDays(std::int64_t days);

}  // namespace ephor
