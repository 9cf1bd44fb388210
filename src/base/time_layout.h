// Go's layouts of times, cut into their elements: what the two directions of time.h share.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ephor {

inline constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                             "May",       "June",     "July",     "August",
                                                             "September", "October",  "November", "December"};
inline constexpr std::array<std::string_view, 7> kWeekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                              "Thursday", "Friday", "Saturday"};

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

// Cuts the first element off a layout, in time that is linear in what stands before it.
Chunk NextChunk(std::string_view layout);

inline bool IsDigitAt(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

}  // namespace ephor
