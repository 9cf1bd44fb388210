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

#define EPHOR_TIME_PART(name, part)                                 \
  {name, "google.protobuf.Timestamp.() -> int", PartOf<part>}, {    \
    name, "google.protobuf.Timestamp.(string) -> int", PartOf<part> \
  }

#define EPHOR_ORDER(name)                                                                     \
  {name, "(bool, bool) -> bool", nullptr}, {name, "(int, int) -> bool", nullptr},             \
      {name, "(uint, uint) -> bool", nullptr}, {name, "(double, double) -> bool", nullptr},   \
      {name, "(string, string) -> bool", nullptr}, {name, "(bytes, bytes) -> bool", nullptr}, \
      {name, "(timestamp, timestamp) -> bool", nullptr}, {                                    \
    name, "(duration, duration) -> bool", nullptr                                             \
  }

constexpr FunctionRow kFunctions[] = {
    {op::kConditional, "(bool, A, A) -> A", nullptr},
    {op::kAnd, "(bool, bool) -> bool", nullptr},
    {op::kOr, "(bool, bool) -> bool", nullptr},
    {op::kNot, "(bool) -> bool", nullptr},
    {op::kEquals, "(A, A) -> bool", nullptr},
    {op::kNotEquals, "(A, A) -> bool", nullptr},
    EPHOR_ORDER(op::kLess),
    EPHOR_ORDER(op::kLessEquals),
    EPHOR_ORDER(op::kGreater),
    EPHOR_ORDER(op::kGreaterEquals),
    {op::kAdd, "(bytes, bytes) -> bytes", nullptr},
    {op::kAdd, "(double, double) -> double", nullptr},
    {op::kAdd, "(duration, duration) -> duration", nullptr},
    {op::kAdd, "(duration, timestamp) -> timestamp", nullptr},
    {op::kAdd, "(timestamp, duration) -> timestamp", nullptr},
    {op::kAdd, "(int, int) -> int", nullptr},
    {op::kAdd, "(list(A), list(A)) -> list(A)", nullptr},
    {op::kAdd, "(string, string) -> string", nullptr},
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
    {op::kIn, "(A, list(A)) -> bool", nullptr},
    {op::kIn, "(A, map(A, B)) -> bool", nullptr},

    {"size", "(bytes) -> int", Size},
    {"size", "bytes.() -> int", Size},
    {"size", "(list(A)) -> int", Size},
    {"size", "list(A).() -> int", Size},
    {"size", "(map(A, B)) -> int", Size},
    {"size", "map(A, B).() -> int", Size},
    {"size", "(string) -> int", Size},
    {"size", "string.() -> int", Size},

    {"type", "(A) -> type(A)", conversion::Type},
    {"dyn", "(A) -> dyn", conversion::Same},
    {"bool", "(bool) -> bool", conversion::Same, "", nullptr, nullptr, kConversion},
    {"bool", "(string) -> bool", conversion::StringToBool, "", nullptr, nullptr, kConversion},
    {"bytes", "(bytes) -> bytes", conversion::Same, "", nullptr, nullptr, kConversion},
    {"bytes", "(string) -> bytes", conversion::StringToBytes, "", TraverseArg<0>, nullptr, kConversion},
    {"double", "(double) -> double", conversion::Same, "", nullptr, nullptr, kConversion},
    {"double", "(int) -> double", conversion::ToDouble, "", nullptr, nullptr, kConversion},
    {"double", "(string) -> double", conversion::StringToDouble, "", nullptr, nullptr, kConversion},
    {"double", "(uint) -> double", conversion::ToDouble, "", nullptr, nullptr, kConversion},
    {"duration", "(duration) -> duration", conversion::Same, "", nullptr, nullptr, kConversion},
    {"duration", "(int) -> duration", conversion::IntToDuration, "", nullptr, nullptr, kConversion},
    {"duration", "(string) -> duration", conversion::StringToDuration, "", nullptr, nullptr, kConversion},
    {"int", "(int) -> int", conversion::Same, "", nullptr, nullptr, kConversion},
    {"int", "(double) -> int", conversion::DoubleToInt, "", nullptr, nullptr, kConversion},
    {"int", "(duration) -> int", conversion::DurationToInt, "", nullptr, nullptr, kConversion},
    {"int", "(string) -> int", conversion::StringToInt, "", nullptr, nullptr, kConversion},
    {"int", "(timestamp) -> int", conversion::TimestampToInt, "", nullptr, nullptr, kConversion},
    {"int", "(uint) -> int", conversion::UintToInt, "", nullptr, nullptr, kConversion},
    {"string", "(string) -> string", conversion::Same, "", nullptr, nullptr, kConversion},
    {"string", "(bool) -> string", conversion::ToText, "", nullptr, nullptr, kConversion},
    {"string", "(bytes) -> string", conversion::BytesToString, "", TraverseArg<0>, nullptr, kConversion},
    {"string", "(double) -> string", conversion::ToText, "", nullptr, nullptr, kConversion},
    {"string", "(duration) -> string", conversion::ToText, "", nullptr, nullptr, kConversion},
    {"string", "(int) -> string", conversion::ToText, "", nullptr, nullptr, kConversion},
    {"string", "(timestamp) -> string", conversion::ToText, "", nullptr, nullptr, kConversion},
    {"string", "(uint) -> string", conversion::ToText, "", nullptr, nullptr, kConversion},
    {"timestamp", "(timestamp) -> timestamp", conversion::Same, "", nullptr, nullptr, kConversion},
    {"timestamp", "(int) -> timestamp", conversion::IntToTimestamp, "", nullptr, nullptr, kConversion},
    {"timestamp", "(string) -> timestamp", conversion::StringToTimestamp, "", nullptr, nullptr, kConversion},
    {"uint", "(uint) -> uint", conversion::Same, "", nullptr, nullptr, kConversion},
    {"uint", "(double) -> uint", conversion::DoubleToUint, "", nullptr, nullptr, kConversion},
    {"uint", "(int) -> uint", conversion::IntToUint, "", nullptr, nullptr, kConversion},
    {"uint", "(string) -> uint", conversion::StringToUint, "", nullptr, nullptr, kConversion},

    {"contains", "string.(string) -> bool", Contains, "'abc'.contains('b')", SearchCost},
    {"endsWith", "string.(string) -> bool", EndsWith, "'abc'.endsWith('c')", TraverseArg<1>},
    {"startsWith", "string.(string) -> bool", StartsWith, "'abc'.startsWith('a')", TraverseArg<1>},
    {"matches", "string.(string) -> bool", Matches, "'abc'.matches('^a.c$')", RegexCost, PrepareRegex<1>,
     kStrictPrepare},
    {"matches", "(string, string) -> bool", Matches, "'abc'.matches('^a.c$')", RegexCost, PrepareRegex<1>,
     kStrictPrepare},

    EPHOR_TIME_PART("getFullYear", FullYear),
    EPHOR_TIME_PART("getMonth", Month),
    EPHOR_TIME_PART("getDate", Date),
    EPHOR_TIME_PART("getDayOfMonth", DayOfMonth),
    EPHOR_TIME_PART("getDayOfWeek", DayOfWeek),
    EPHOR_TIME_PART("getDayOfYear", DayOfYear),
    EPHOR_TIME_PART("getHours", Hours),
    {"getHours", "google.protobuf.Duration.() -> int", DurationIn<3'600'000'000'000>},
    EPHOR_TIME_PART("getMinutes", Minutes),
    {"getMinutes", "google.protobuf.Duration.() -> int", DurationIn<60'000'000'000>},
    EPHOR_TIME_PART("getSeconds", Seconds),
    {"getSeconds", "google.protobuf.Duration.() -> int", DurationIn<1'000'000'000>},
    EPHOR_TIME_PART("getMilliseconds", Milliseconds),
    {"getMilliseconds", "google.protobuf.Duration.() -> int", DurationIn<1'000'000>},
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
