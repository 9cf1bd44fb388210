// The clock and calendar: time.now, time.truncate, time.toCron.
#include "cel/eval/context.h"
#include "cel/eval/time.h"
#include "cel/lib/kyverno/kyverno.h"
#include "ports/clock.h"

namespace ephor::cel::lib::kyverno {
namespace {

Value Now(Call& call, std::span<const Value>) {
  if (call.context.world.clock == nullptr) return call.Fail("there is no clock");
  const Time now = call.context.world.clock->Now();
  return Value::Timestamp(now.unix_seconds, static_cast<std::uint32_t>(now.nanoseconds),
                          static_cast<std::int16_t>(now.offset_seconds / 60));
}

// Down to a multiple of the duration since year 1.
Value Truncate(Call&, std::span<const Value> args) {
  const Value& t = args[0];
  const Time time{
      t.unix_seconds(), static_cast<std::int32_t>(t.subsecond_nanoseconds()), t.offset_minutes() * 60, {}};
  const Time truncated = time.Truncate({args[1].nanoseconds()});
  return Value::Timestamp(truncated.unix_seconds, static_cast<std::uint32_t>(truncated.nanoseconds),
                          t.offset_minutes());
}

Value ToCron(Call& call, std::span<const Value> args) {
  const CivilTime civil = CivilAt(args[0].unix_seconds(), args[0].offset_minutes() * 60);
  return call.String(std::to_string(civil.minute) + " " + std::to_string(civil.hour) + " " +
                     std::to_string(civil.day) + " " + std::to_string(civil.month) + " " +
                     std::to_string(civil.weekday));
}

constexpr FunctionRow kFunctions[] = {
    Impure({"time.now", "() -> timestamp", Now, "time.now() > timestamp('2020-01-01T00:00:00Z')"}),
    {"time.truncate", "(timestamp, duration) -> timestamp", Truncate,
     "time.truncate(timestamp('2024-05-06T07:08:09Z'), duration('1h')) == timestamp('2024-05-06T07:00:00Z')"},
    {"time.toCron", "(timestamp) -> string", ToCron,
     "time.toCron(timestamp('2024-05-06T07:08:09Z')) == '8 7 6 5 1'"},
};

}  // namespace

const Library& Times() {
  static const Library library{"kyverno time", kFunctions};
  return library;
}

}  // namespace ephor::cel::lib::kyverno
