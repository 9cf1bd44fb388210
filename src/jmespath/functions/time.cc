#include "base/time.h"

#include <string>

#include "base/number.h"
#include "base/quote.h"
#include "jmespath/functions/families.h"
#include "ports/clock.h"

namespace ephor::jmespath::functions {
namespace {

template <class T>
Result<T> AsEvaluation(Result<T> result) {
  if (result) return result;
  return EvaluationError(result.error().message());
}

Result<Time> ReadTime(std::string_view layout, std::string_view text) {
  return AsEvaluation(Time::Parse(layout, text));
}
Result<Time> TimeArgument(Invocation& in, std::size_t i) {
  return ReadTime(kRfc3339, in.text(i));
}
Result<Duration> DurationArgument(Invocation& in, std::size_t i) {
  return AsEvaluation(Duration::Parse(in.text(i)));
}

Result<Value> Text(Invocation& in, const Time& time) {
  return in.Text(time.Format(kRfc3339));
}

Result<Time> Now(Invocation& in) {
  if (in.world().clock == nullptr) return in.Fail("there is no clock");
  return in.world().clock->Now();
}

}  // namespace

// Without a layout times are RFC 3339; without a second time it is now.
Result<Value> TimeSince(Invocation& in) {
  const std::string_view layout = in.text(0).empty() ? kRfc3339 : in.text(0);
  EPHOR_ASSIGN(const Time start, ReadTime(layout, in.text(1)));
  EPHOR_ASSIGN(const Time end, in.text(2).empty() ? Now(in) : ReadTime(layout, in.text(2)));
  return in.Text(end.Since(start).ToString());
}

Result<Value> TimeNow(Invocation& in) {
  EPHOR_ASSIGN(const Time now, Now(in));
  return Text(in, now);
}

Result<Value> TimeNowUtc(Invocation& in) {
  EPHOR_ASSIGN(const Time now, Now(in));
  return Text(in, now.Utc());
}

Result<Value> TimeAdd(Invocation& in) {
  EPHOR_ASSIGN(const Time time, TimeArgument(in, 0));
  EPHOR_ASSIGN(const Duration duration, DurationArgument(in, 1));
  return Text(in, time.Add(duration));
}

// A layout that is a number means that the value is a number of seconds since 1970.
Result<Value> TimeParse(Invocation& in) {
  if (ParseInt(in.text(0))) {
    const auto seconds = ParseInt(in.text(1));
    if (!seconds) {
      const std::string_view text = in.text(1);
      const std::string_view digits = text.substr(!text.empty() && (text[0] == '+' || text[0] == '-'));
      const bool number = !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
      return EvaluationError("strconv.ParseInt: parsing " + GoQuote(text) +
                             (number ? ": value out of range" : ": invalid syntax"));
    }
    return Text(in, Time::FromUnix(*seconds));
  }
  EPHOR_ASSIGN(const Time time, ReadTime(in.text(0), in.text(1)));
  return Text(in, time);
}

Result<Value> TimeToCron(Invocation& in) {
  EPHOR_ASSIGN(const Time time, TimeArgument(in, 0));
  const Time::Civil civil = time.civil();
  std::string cron;
  for (const int part : {civil.minute, civil.hour, civil.day, civil.month, civil.weekday}) {
    if (!cron.empty()) cron += ' ';
    AppendInt(part, cron);
  }
  return in.Text(cron);
}

Result<Value> TimeUtc(Invocation& in) {
  EPHOR_ASSIGN(const Time time, TimeArgument(in, 0));
  return Text(in, time.Utc());
}

Result<Value> TimeDiff(Invocation& in) {
  EPHOR_ASSIGN(const Time start, TimeArgument(in, 0));
  EPHOR_ASSIGN(const Time end, TimeArgument(in, 1));
  return in.Text(end.Since(start).ToString());
}

Result<Value> TimeBefore(Invocation& in) {
  EPHOR_ASSIGN(const Time a, TimeArgument(in, 0));
  EPHOR_ASSIGN(const Time b, TimeArgument(in, 1));
  return Value::Bool(a < b);
}

Result<Value> TimeAfter(Invocation& in) {
  EPHOR_ASSIGN(const Time a, TimeArgument(in, 0));
  EPHOR_ASSIGN(const Time b, TimeArgument(in, 1));
  return Value::Bool(a > b);
}

Result<Value> TimeBetween(Invocation& in) {
  EPHOR_ASSIGN(const Time time, TimeArgument(in, 0));
  EPHOR_ASSIGN(const Time start, TimeArgument(in, 1));
  EPHOR_ASSIGN(const Time end, TimeArgument(in, 2));
  return Value::Bool(time > start && time < end);
}

Result<Value> TimeTruncate(Invocation& in) {
  EPHOR_ASSIGN(const Time time, TimeArgument(in, 0));
  EPHOR_ASSIGN(const Duration unit, DurationArgument(in, 1));
  return Text(in, time.Truncate(unit));
}

}  // namespace ephor::jmespath::functions
