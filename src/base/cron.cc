#include "base/cron.h"

#include <algorithm>
#include <bit>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/calendar.h"
namespace ephor {
namespace {

constexpr std::string_view kMonths[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};
constexpr std::string_view kWeekdays[] = {"sunday",   "monday", "tuesday", "wednesday",
                                          "thursday", "friday", "saturday"};

constexpr std::pair<std::string_view, std::string_view> kAliases[] = {
    {"@yearly", "0 0 0 1 1 * *"}, {"@annually", "0 0 0 1 1 * *"}, {"@monthly", "0 0 0 1 * * *"},
    {"@weekly", "0 0 0 * * 0 *"}, {"@daily", "0 0 0 * * * *"},    {"@hourly", "0 0 * * * * *"},
};

struct FieldKind {
  std::string_view name;
  int min, max;
  std::size_t digits;                       // a number may have so many, and must where there are four
  std::span<const std::string_view> names;  // of min and what follows, long
};
constexpr FieldKind kSecond{"second", 0, 59, 2, {}};
constexpr FieldKind kMinute{"minute", 0, 59, 2, {}};
constexpr FieldKind kHour{"hour", 0, 23, 2, {}};
constexpr FieldKind kDay{"day-of-month", 1, 31, 2, {}};
constexpr FieldKind kMonth{"month", 1, 12, 2, kMonths};
constexpr FieldKind kWeekday{"day-of-week", 0, 6, 2, kWeekdays};
constexpr FieldKind kYear{"year", 1970, 2099, 4, {}};

bool IsDigits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<int> Number(std::string_view text, std::size_t digits) {
  if (!IsDigits(text) || text.size() > digits) return std::nullopt;
  int number = 0;
  for (const char c : text) number = number * 10 + (c - '0');
  return number;
}

std::optional<int> ValueOf(std::string_view text, const FieldKind& kind) {
  for (std::size_t i = 0; i < kind.names.size(); ++i) {
    if (text == kind.names[i] || text == kind.names[i].substr(0, 3)) return kind.min + static_cast<int>(i);
  }
  const auto number = Number(text, kind.digits);
  if (number && *number == 7 && &kind == &kWeekday) return 0;
  if (!number || *number < kind.min || *number > kind.max) return std::nullopt;
  return number;
}

// One entry of a field: `first` to `last` by `step`, or a text that only days understand.
struct Directive {
  enum Kind { kAll, kSpan, kOther } kind = kOther;
  int first = 0, last = 0, step = 1;
  std::string_view text;  // as written
  std::string lower;      // of kOther
};

Result<Directive> ParseDirective(std::string_view text, const FieldKind& kind) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (lower == "*" || lower == "?") return Directive{Directive::kAll, kind.min, kind.max, 1, text, {}};

  const std::size_t slash = lower.find('/');
  const std::string_view range = std::string_view(lower).substr(0, slash);
  const std::size_t hyphen = range.find('-');
  Directive span{Directive::kSpan, 0, 0, 1, text, {}};
  std::optional<int> first, last;
  if (range == "*") {
    first = kind.min, last = kind.max;
  } else {
    first = ValueOf(range.substr(0, hyphen), kind);
    last = hyphen != std::string_view::npos ? ValueOf(range.substr(hyphen + 1), kind)
           : slash != std::string::npos     ? kind.max
                                            : first;
  }
  const std::string_view step = slash == std::string::npos ? "1" : std::string_view(lower).substr(slash + 1);
  if (!first || !last || !IsDigits(step))
    return Directive{Directive::kOther, 0, 0, 1, text, std::move(lower)};
  span.first = *first, span.last = *last;
  // cronexpr knows no larger numbers than two digits, except years.
  span.step = Number(step, kind.digits).value_or(0);
  if (span.step < 1 || span.step > kind.max) return InvalidInput("invalid interval " + lower);
  if (span.last < span.first) {
    return InvalidInput("invalid interval " + lower + " (normalized to " + std::to_string(span.first) + "-" +
                        std::to_string(span.last) + ")");
  }
  return span;
}

Result<std::vector<Directive>> ParseField(std::string_view text, const FieldKind& kind) {
  std::vector<Directive> directives;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    if (comma > at) {
      EPHOR_ASSIGN(Directive directive, ParseDirective(text.substr(at, comma - at), kind));
      directives.push_back(std::move(directive));
    }
    at = comma + 1;
  }
  if (directives.empty()) return InvalidInput(std::string(kind.name) + " field: missing directive");
  return directives;
}

std::unexpected<Error> SyntaxError(const FieldKind& kind, std::string_view text) {
  return InvalidInput("syntax error in " + std::string(kind.name) + " field: '" + std::string(text) + "'");
}

// Calls add(value) for all values of a field that knows only numbers, names, ranges and steps.
template <class Add>
Result<void> ReadField(std::string_view text, const FieldKind& kind, Add add) {
  EPHOR_ASSIGN(const auto directives, ParseField(text, kind));
  for (const Directive& directive : directives) {
    if (directive.kind == Directive::kOther) return SyntaxError(kind, directive.text);
    for (int i = directive.first; i <= directive.last; i += directive.step) add(i);
    if (directive.kind == Directive::kAll) break;  // what follows changes nothing, also where it is wrong
  }
  return {};
}

template <class Bits>
auto AddTo(Bits& bits) {
  return [&bits](int i) { bits |= Bits{1} << i; };
}

std::string ReplaceAliases(std::string_view text) {
  std::string replaced;
  for (std::size_t at = 0; at < text.size();) {
    const auto alias =
        std::ranges::find_if(kAliases, [&](const auto& a) { return text.substr(at).starts_with(a.first); });
    if (alias == std::end(kAliases)) {
      replaced += text[at++];
    } else {
      replaced += alias->second;
      at += alias->first.size();
    }
  }
  return replaced;
}

std::vector<std::string_view> FieldsOf(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\f\r";
  std::vector<std::string_view> fields;
  for (std::size_t at = text.find_first_not_of(kSpace); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(kSpace, at), text.size());
    fields.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(kSpace, end);
  }
  return fields;
}

// ---- the calendar ----

// 0 is Sunday.
constexpr int Weekday(std::int64_t day_number) {
  return static_cast<int>((day_number + 4) % 7);
}

// The day from Monday to Friday nearest to a day, in the same month.
int NearestWorkday(int day, int weekday, int last_day) {
  if (weekday == 6) return day > 1 ? day - 1 : day + 2;
  if (weekday == 0) return day < last_day ? day + 1 : day - 2;
  return day;
}

// The lowest bit from `first` on, or -1.
template <class Bits>
int FirstFrom(Bits bits, int first) {
  if (first >= static_cast<int>(sizeof(Bits) * 8)) return -1;
  bits >>= first;
  return bits == 0 ? -1 : first + std::countr_zero(bits);
}

}  // namespace

Result<CronSchedule> CronSchedule::Parse(std::string_view text) {
  const std::string replaced = ReplaceAliases(text);
  const std::vector<std::string_view> fields = FieldsOf(replaced);
  if (fields.size() < 5) return InvalidInput("missing field(s)");

  CronSchedule schedule;
  std::size_t at = 0;
  if (fields.size() >= 7) {
    schedule.seconds_ = 0;
    EPHOR_TRY(ReadField(fields[at++], kSecond, AddTo(schedule.seconds_)));
  }
  EPHOR_TRY(ReadField(fields[at++], kMinute, AddTo(schedule.minutes_)));
  EPHOR_TRY(ReadField(fields[at++], kHour, AddTo(schedule.hours_)));

  schedule.days_restricted_ = true;
  EPHOR_ASSIGN(const auto days, ParseField(fields[at++], kDay));
  for (const Directive& day : days) {
    if (day.kind == Directive::kAll) schedule.days_restricted_ = false;
    if (day.kind != Directive::kOther) {
      for (int i = day.first; i <= day.last; i += day.step) schedule.days_ |= 1u << i;
    } else if (day.lower == "l") {
      schedule.last_day_ = true;
    } else if (day.lower == "lw") {
      schedule.last_workday_ = true;
    } else {
      const auto number = day.lower.ends_with('w')
                              ? ValueOf(std::string_view(day.lower).substr(0, day.lower.size() - 1), kDay)
                              : std::nullopt;
      if (!number) return SyntaxError(kDay, day.text);
      schedule.nearest_workdays_ |= 1u << *number;
    }
  }

  EPHOR_TRY(ReadField(fields[at++], kMonth, AddTo(schedule.months_)));

  schedule.weekdays_restricted_ = true;
  EPHOR_ASSIGN(const auto weekdays, ParseField(fields[at++], kWeekday));
  for (const Directive& day : weekdays) {
    if (day.kind == Directive::kAll) schedule.weekdays_restricted_ = false;
    if (day.kind != Directive::kOther) {
      for (int i = day.first; i <= day.last; i += day.step) schedule.weekdays_ |= 1u << i;
      continue;
    }
    const std::string_view lower = day.lower;
    const std::size_t hash = lower.find('#');
    const auto weekday = ValueOf(
        hash != std::string_view::npos ? lower.substr(0, hash) : lower.substr(0, lower.size() - 1), kWeekday);
    const auto week = hash != std::string_view::npos ? Number(lower.substr(hash + 1), 1) : std::nullopt;
    if (weekday && hash == std::string_view::npos && lower.ends_with('l')) {
      schedule.last_weekdays_ |= 1u << *weekday;
    } else if (weekday && week && *week >= 1 && *week <= 5) {
      schedule.numbered_weekdays_ |= std::uint64_t{1} << (7 * (*week - 1) + *weekday);
    } else {
      return SyntaxError(kWeekday, day.text);
    }
  }

  if (at == fields.size()) {
    schedule.years_.set();
  } else {
    EPHOR_TRY(ReadField(fields[at], kYear,
                        [&](int year) { schedule.years_.set(static_cast<std::size_t>(year - kFirstYear)); }));
  }
  return schedule;
}

std::uint32_t CronSchedule::DaysOf(std::int64_t year, int month) const {
  const int last_day = DaysIn(month, year);
  const std::int64_t before = DaysFromCivil(year, month, 1) - 1;  // the day before the first
  std::uint32_t due = 0;
  for (int day = 1; day <= last_day; ++day) {
    const std::uint32_t bit = 1u << day;
    const int weekday = Weekday(before + day);
    if (!days_restricted_ && !weekdays_restricted_) due |= bit;
    if (days_restricted_) {
      if (days_ & bit) due |= bit;
      if (last_day_ && day == last_day) due |= bit;
      if ((nearest_workdays_ & bit) || (last_workday_ && day == last_day)) {
        due |= 1u << NearestWorkday(day, weekday, last_day);
      }
    }
    if (weekdays_restricted_) {
      if (weekdays_ & (1u << weekday)) due |= bit;
      if ((last_weekdays_ & (1u << weekday)) && day > last_day - 7) due |= bit;
      if ((numbered_weekdays_ >> ((day - 1) / 7 * 7 + weekday)) & 1) due |= bit;
    }
  }
  return due;
}

std::optional<Time> CronSchedule::Next(const Time& after) const {
  // The clock of the offset, one second later; each part that has to move on sets the smaller ones back.
  Time start = after;
  start.nanoseconds = 0;
  start = start.Add({1'000'000'000});
  const Time::Civil from = start.civil();
  for (std::int64_t year = std::max<std::int64_t>(from.year, kFirstYear); year <= kLastYear; ++year) {
    const bool same_year = year == from.year;
    if (!years_.test(static_cast<std::size_t>(year - kFirstYear))) continue;
    for (int month = FirstFrom(months_, same_year ? from.month : 1); month > 0;
         month = FirstFrom(months_, month + 1)) {
      const bool same_month = same_year && month == from.month;
      const std::uint32_t days = DaysOf(year, month);
      for (int day = FirstFrom(days, same_month ? from.day : 1); day > 0; day = FirstFrom(days, day + 1)) {
        const bool same_day = same_month && day == from.day;
        for (int hour = FirstFrom(hours_, same_day ? from.hour : 0); hour >= 0;
             hour = FirstFrom(hours_, hour + 1)) {
          const bool same_hour = same_day && hour == from.hour;
          for (int minute = FirstFrom(minutes_, same_hour ? from.minute : 0); minute >= 0;
               minute = FirstFrom(minutes_, minute + 1)) {
            const bool same_minute = same_hour && minute == from.minute;
            const int second = FirstFrom(seconds_, same_minute ? from.second : 0);
            if (second < 0) continue;
            Time due = start;
            due.unix_seconds = DaysFromCivil(year, month, day) * kSecondsPerDay + hour * 3600 + minute * 60 +
                               second - due.offset_seconds;
            return due;
          }
        }
      }
    }
  }
  return std::nullopt;
}

}  // namespace ephor
