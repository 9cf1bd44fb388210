// The standard library: operators for the checker (the loop computes them), size, strings, times.
#include "base/utf8.h"
#include "cel/eval/context.h"
#include "cel/eval/time.h"
#include "cel/lib/conversions.h"
#include "cel/lib/cost.h"
#include "cel/lib/libraries.h"
#include "cel/lib/regex_argument.h"

namespace ephor::cel::lib {
namespace {

Value Size(Call&, std::span<const Value> args) {
  const Value& value = args[0];
  if (value.is_string()) return Value::Int(static_cast<std::int64_t>(CountCodePoints(value.text())));
  return Value::Int(static_cast<std::int64_t>(CostSize(value)));
}

Value Contains(Call&, std::span<const Value> args) {
  return Value::Bool(args[0].text().find(args[1].text()) != std::string_view::npos);
}
Value StartsWith(Call&, std::span<const Value> args) {
  return Value::Bool(args[0].text().starts_with(args[1].text()));
}
Value EndsWith(Call&, std::span<const Value> args) {
  return Value::Bool(args[0].text().ends_with(args[1].text()));
}

Value Matches(Call& call, std::span<const Value> args) {
  std::optional<Regex> storage;
  std::string error;
  const Regex* regex = RegexOf(call, args[1].text(), storage, error);
  return regex != nullptr ? Value::Bool(regex->Search(args[0].text())) : call.Fail(error);
}

// ---- parts of times ----

using Part = std::int64_t (*)(const Value& timestamp, const CivilTime& civil);
std::int64_t FullYear(const Value&, const CivilTime& c) {
  return c.year;
}
std::int64_t Month(const Value&, const CivilTime& c) {
  return c.month - 1;
}
std::int64_t Date(const Value&, const CivilTime& c) {
  return c.day;
}
std::int64_t DayOfMonth(const Value&, const CivilTime& c) {
  return c.day - 1;
}
std::int64_t DayOfWeek(const Value&, const CivilTime& c) {
  return c.weekday;
}
std::int64_t DayOfYear(const Value&, const CivilTime& c) {
  return c.year_day;
}
std::int64_t Hours(const Value&, const CivilTime& c) {
  return c.hour;
}
std::int64_t Minutes(const Value&, const CivilTime& c) {
  return c.minute;
}
std::int64_t Seconds(const Value&, const CivilTime& c) {
  return c.second;
}
std::int64_t Milliseconds(const Value& t, const CivilTime&) {
  return t.subsecond_nanoseconds() / 1'000'000;
}

template <Part part>
Value PartOf(Call& call, std::span<const Value> args) {
  std::int64_t offset = 0;
  if (args.size() == 2 && !ZoneOffset(args[1].text(), args[0].unix_seconds(), offset)) {
    return call.Fail("unknown time zone " + std::string(args[1].text()));
  }
  return Value::Int(part(args[0], CivilAt(args[0].unix_seconds(), offset)));
}

template <std::int64_t nanoseconds>
Value DurationIn(Call&, std::span<const Value> args) {
  return Value::Int(args[0].nanoseconds() / nanoseconds);
}

// The example is of a Monday, 23:30 on the east coast and the next day in UTC.
#define EPHOR_TIME_PART(name, part, utc, local)                                  \
  {name, "google.protobuf.Timestamp.() -> int", PartOf<part>,                    \
   "timestamp('2024-05-06T23:30:15.25-04:00')." name "() == " utc},              \
  {                                                                              \
    name, "google.protobuf.Timestamp.(string) -> int", PartOf<part>,             \
        "timestamp('2024-05-06T23:30:15.25-04:00')." name "('-04:00') == " local \
  }

// The machine counts what operators cost; these are their estimates. What is compared is walked as far as the
// smaller value goes.
CallEstimate EstimateCompare(std::span<const Foreseen> args) {
  const std::uint64_t smaller = std::min(args[0].size().max, args[1].size().max);
  return {Range{smaller > 0 ? 1u : 0u, smaller} * kTraversal, {}};
}
// Values of the libraries' own types are compared at once. Where a size is known, it is that of the text.
CallEstimate EstimateEquals(std::span<const Foreseen> args) {
  const Type& type = *args[0].type;
  if (!type.is(TypeKind::kOpaque) || type.is_optional() || !SameType(type, *args[1].type)) {
    return EstimateCompare(args);
  }
  return {Range{1, args[1].known ? args[1].known->max : 1} * kTraversal, {}};
}
CallEstimate EstimateJoinTexts(std::span<const Foreseen> args) {
  const Range size = args[0].size() + args[1].size();
  return {size * kTraversal, size};
}
CallEstimate EstimateJoinLists(std::span<const Foreseen> args) {
  return {Range::Exactly(1), args[0].size() + args[1].size()};
}
// A character has up to four bytes.
CallEstimate EstimateToBytes(std::span<const Foreseen> args) {
  return {args[0].size() * kTraversal, args[0].size() * Range{1, 4}};
}
CallEstimate EstimateFromBytes(std::span<const Foreseen> args) {
  return {args[0].size() * kTraversal, Range{args[0].size().min / 4, args[0].size().max}};
}
constexpr Cost kCompareCost{nullptr, "1", EstimateCompare}, kEqualsCost{nullptr, "1", EstimateEquals},
    kJoinTextsCost{nullptr, "1", EstimateJoinTexts}, kJoinListsCost{nullptr, "1", EstimateJoinLists},
    kToBytesCost{kTraverse<0>.function, kTraverse<0>.text, EstimateToBytes},
    kFromBytesCost{kTraverse<0>.function, kTraverse<0>.text, EstimateFromBytes};

#define EPHOR_ORDER(name)                                                                   \
  {name, "(bool, bool) -> bool", nullptr}, {name, "(int, int) -> bool", nullptr},           \
      {name, "(uint, uint) -> bool", nullptr}, {name, "(double, double) -> bool", nullptr}, \
      {name, "(string, string) -> bool", nullptr, {}, kCompareCost},                        \
      {name, "(bytes, bytes) -> bool", nullptr, {}, kCompareCost},                          \
      {name, "(timestamp, timestamp) -> bool", nullptr}, {                                  \
    name, "(duration, duration) -> bool", nullptr                                           \
  }

constexpr FunctionRow kFunctions[] = {
    {op::kConditional, "(bool, A, A) -> A", nullptr},
    {op::kAnd, "(bool, bool) -> bool", nullptr},
    {op::kOr, "(bool, bool) -> bool", nullptr},
    {op::kNot, "(bool) -> bool", nullptr},
    {op::kEquals, "(A, A) -> bool", nullptr, {}, kEqualsCost},
    {op::kNotEquals, "(A, A) -> bool", nullptr, {}, kCompareCost},
    EPHOR_ORDER(op::kLess),
    EPHOR_ORDER(op::kLessEquals),
    EPHOR_ORDER(op::kGreater),
    EPHOR_ORDER(op::kGreaterEquals),
    {op::kAdd, "(bytes, bytes) -> bytes", nullptr, {}, kJoinTextsCost},
    {op::kAdd, "(double, double) -> double", nullptr},
    {op::kAdd, "(duration, duration) -> duration", nullptr},
    {op::kAdd, "(duration, timestamp) -> timestamp", nullptr},
    {op::kAdd, "(timestamp, duration) -> timestamp", nullptr},
    {op::kAdd, "(int, int) -> int", nullptr},
    {op::kAdd, "(list(A), list(A)) -> list(A)", nullptr, {}, kJoinListsCost},
    {op::kAdd, "(string, string) -> string", nullptr, {}, kJoinTextsCost},
    {op::kAdd, "(uint, uint) -> uint", nullptr},
    {op::kSubtract, "(double, double) -> double", nullptr},
    {op::kSubtract, "(duration, duration) -> duration", nullptr},
    {op::kSubtract, "(int, int) -> int", nullptr},
    {op::kSubtract, "(timestamp, duration) -> timestamp", nullptr},
    {op::kSubtract, "(timestamp, timestamp) -> duration", nullptr},
    {op::kSubtract, "(uint, uint) -> uint", nullptr},
    {op::kMultiply, "(double, double) -> double", nullptr},
    {op::kMultiply, "(int, int) -> int", nullptr},
    {op::kMultiply, "(uint, uint) -> uint", nullptr},
    {op::kDivide, "(double, double) -> double", nullptr},
    {op::kDivide, "(int, int) -> int", nullptr},
    {op::kDivide, "(uint, uint) -> uint", nullptr},
    {op::kModulo, "(int, int) -> int", nullptr},
    {op::kModulo, "(uint, uint) -> uint", nullptr},
    {op::kNegate, "(int) -> int", nullptr},
    {op::kNegate, "(double) -> double", nullptr},
    {op::kIndex, "(list(A), int) -> A", nullptr},
    {op::kIndex, "(map(A, B), A) -> B", nullptr},
    {op::kIn, "(A, list(A)) -> bool", nullptr, {}, kSizeOf<1>},
    {op::kIn, "(A, map(A, B)) -> bool", nullptr},

    {"size", "(bytes) -> int", Size, "size(b'abc') == 3"},
    {"size", "bytes.() -> int", Size, "b'abc'.size() == 3"},
    {"size", "(list(A)) -> int", Size, "size([1, 2]) == 2"},
    {"size", "list(A).() -> int", Size, "[1, 2].size() == 2"},
    {"size", "(map(A, B)) -> int", Size, "size({'a': 1}) == 1"},
    {"size", "map(A, B).() -> int", Size, "{'a': 1}.size() == 1"},
    {"size", "(string) -> int", Size, "size('größe') == 5"},
    {"size", "string.() -> int", Size, "'größe'.size() == 5"},

    {"type", "(A) -> type(A)", conversion::Type, "type(1) == int"},
    {"dyn", "(A) -> dyn", conversion::Same, "dyn(1) != 'a'"},
    Conversion({"bool", "(bool) -> bool", conversion::Same, "bool(true)"}),
    Conversion({"bool", "(string) -> bool", conversion::StringToBool, "bool('true')"}),
    Conversion({"bytes", "(bytes) -> bytes", conversion::Same, "bytes(b'a') == b'a'"}),
    Conversion({"bytes", "(string) -> bytes", conversion::StringToBytes, "bytes('ä') == b'\\303\\244'",
                kToBytesCost}),
    Conversion({"double", "(double) -> double", conversion::Same, "double(1.5) == 1.5"}),
    Conversion({"double", "(int) -> double", conversion::ToDouble, "double(1) == 1.0"}),
    Conversion({"double", "(string) -> double", conversion::StringToDouble, "double('1.5') == 1.5"}),
    Conversion({"double", "(uint) -> double", conversion::ToDouble, "double(1u) == 1.0"}),
    Conversion({"duration", "(duration) -> duration", conversion::Same,
                "duration(duration('1s')) == duration('1s')"}),
    Conversion({"duration", "(int) -> duration", conversion::IntToDuration,
                "duration(1000000000) == duration('1s')"}),
    Conversion({"duration", "(string) -> duration", conversion::StringToDuration,
                "duration('1h') == duration('60m')"}),
    Conversion({"int", "(int) -> int", conversion::Same, "int(1) == 1"}),
    Conversion({"int", "(double) -> int", conversion::DoubleToInt, "int(-1.9) == -1"}),
    Conversion({"int", "(duration) -> int", conversion::DurationToInt, "int(duration('1s')) == 1000000000"}),
    Conversion({"int", "(string) -> int", conversion::StringToInt, "int('-7') == -7"}),
    Conversion({"int", "(timestamp) -> int", conversion::TimestampToInt,
                "int(timestamp('1970-01-01T00:01:00Z')) == 60"}),
    Conversion({"int", "(uint) -> int", conversion::UintToInt, "int(7u) == 7"}),
    Conversion({"string", "(string) -> string", conversion::Same, "string('a') == 'a'"}),
    Conversion({"string", "(bool) -> string", conversion::ToText, "string(true) == 'true'"}),
    Conversion({"string", "(bytes) -> string", conversion::BytesToString, "string(b'abc') == 'abc'",
                kFromBytesCost}),
    Conversion({"string", "(double) -> string", conversion::ToText, "string(1.5) == '1.5'"}),
    Conversion({"string", "(duration) -> string", conversion::ToText, "string(duration('1m')) == '60s'"}),
    Conversion({"string", "(int) -> string", conversion::ToText, "string(-1) == '-1'"}),
    Conversion({"string", "(timestamp) -> string", conversion::ToText,
                "string(timestamp(0)) == '1970-01-01T00:00:00Z'"}),
    Conversion({"string", "(uint) -> string", conversion::ToText, "string(1u) == '1'"}),
    Conversion({"timestamp", "(timestamp) -> timestamp", conversion::Same,
                "timestamp(timestamp(0)) == timestamp(0)"}),
    Conversion({"timestamp", "(int) -> timestamp", conversion::IntToTimestamp,
                "timestamp(60) == timestamp('1970-01-01T00:01:00Z')"}),
    Conversion({"timestamp", "(string) -> timestamp", conversion::StringToTimestamp,
                "timestamp('2024-05-06T07:08:09+02:00') == timestamp('2024-05-06T05:08:09Z')"}),
    Conversion({"uint", "(uint) -> uint", conversion::Same, "uint(1u) == 1u"}),
    Conversion({"uint", "(double) -> uint", conversion::DoubleToUint, "uint(1.9) == 1u"}),
    Conversion({"uint", "(int) -> uint", conversion::IntToUint, "uint(1) == 1u"}),
    Conversion({"uint", "(string) -> uint", conversion::StringToUint, "uint('7') == 7u"}),

    {"contains", "string.(string) -> bool", Contains, "'abc'.contains('b')", kSearchCost},
    {"endsWith", "string.(string) -> bool", EndsWith, "'abc'.endsWith('c')", kTraverse<1>},
    {"startsWith", "string.(string) -> bool", StartsWith, "'abc'.startsWith('a')", kTraverse<1>},
    {"matches", "string.(string) -> bool", Matches, "'abc'.matches('^a.c$')", kRegexCost, PrepareRegex<1>,
     kStrictPrepare},
    {"matches", "(string, string) -> bool", Matches, "'abc'.matches('^a.c$')", kRegexCost, PrepareRegex<1>,
     kStrictPrepare},

    EPHOR_TIME_PART("getFullYear", FullYear, "2024", "2024"),
    EPHOR_TIME_PART("getMonth", Month, "4", "4"),
    EPHOR_TIME_PART("getDate", Date, "7", "6"),
    EPHOR_TIME_PART("getDayOfMonth", DayOfMonth, "6", "5"),
    EPHOR_TIME_PART("getDayOfWeek", DayOfWeek, "2", "1"),
    EPHOR_TIME_PART("getDayOfYear", DayOfYear, "127", "126"),
    EPHOR_TIME_PART("getHours", Hours, "3", "23"),
    {"getHours", "google.protobuf.Duration.() -> int", DurationIn<3'600'000'000'000>,
     "duration('90m').getHours() == 1"},
    EPHOR_TIME_PART("getMinutes", Minutes, "30", "30"),
    {"getMinutes", "google.protobuf.Duration.() -> int", DurationIn<60'000'000'000>,
     "duration('90m').getMinutes() == 90"},
    EPHOR_TIME_PART("getSeconds", Seconds, "15", "15"),
    {"getSeconds", "google.protobuf.Duration.() -> int", DurationIn<1'000'000'000>,
     "duration('90m').getSeconds() == 5400"},
    EPHOR_TIME_PART("getMilliseconds", Milliseconds, "250", "250"),
    {"getMilliseconds", "google.protobuf.Duration.() -> int", DurationIn<1'000'000>,
     "duration('1s').getMilliseconds() == 1000"},
};

#define EPHOR_MIXED(name)                                                                \
  {name, "(int, double) -> bool", nullptr}, {name, "(int, uint) -> bool", nullptr},      \
      {name, "(uint, double) -> bool", nullptr}, {name, "(uint, int) -> bool", nullptr}, \
      {name, "(double, int) -> bool", nullptr}, {                                        \
    name, "(double, uint) -> bool", nullptr                                              \
  }

constexpr FunctionRow kMixedComparison[] = {
    EPHOR_MIXED(op::kLess),
    EPHOR_MIXED(op::kLessEquals),
    EPHOR_MIXED(op::kGreater),
    EPHOR_MIXED(op::kGreaterEquals),
};

#undef EPHOR_TIME_PART
#undef EPHOR_ORDER
#undef EPHOR_MIXED

}  // namespace

const Library& Standard() {
  static const Library library{"standard", kFunctions};
  return library;
}

const Library& MixedComparison() {
  static const Library library{"mixed comparison", kMixedComparison};
  return library;
}

}  // namespace ephor::cel::lib
