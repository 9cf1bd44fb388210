#include "cel/lib/conversions.h"

#include <charconv>
#include <cmath>

#include "base/number.h"
#include "base/utf8.h"
#include "cel/eval/time.h"

namespace ephor::cel::lib::conversion {
namespace {

Value Impossible(Call& call, std::string_view from, std::string_view to) {
  return call.Fail("type conversion error from '" + std::string(from) + "' to '" + std::string(to) + "'");
}
Value IntOverflow(Call& call) {
  return call.Fail("integer overflow");
}
Value UintOverflow(Call& call) {
  return call.Fail("unsigned integer overflow");
}

}  // namespace

Value Same(Call&, std::span<const Value> args) {
  return args[0];
}

Value Type(Call&, std::span<const Value> args) {
  return Value::Type(TypeName(args[0]));
}

Value StringToBool(Call& call, std::span<const Value> args) {
  // Go's strconv.ParseBool.
  for (std::string_view yes : {"1", "t", "T", "TRUE", "true", "True"}) {
    if (args[0].text() == yes) return Value::Bool(true);
  }
  for (std::string_view no : {"0", "f", "F", "FALSE", "false", "False"}) {
    if (args[0].text() == no) return Value::Bool(false);
  }
  return Impossible(call, "string", "bool");
}

Value StringToBytes(Call&, std::span<const Value> args) {
  return Value::Bytes(args[0].text());
}

Value ToDouble(Call&, std::span<const Value> args) {
  return Value::Double(args[0].is_int() ? static_cast<double>(args[0].as_int())
                                        : static_cast<double>(args[0].as_uint()));
}

Value StringToDouble(Call& call, std::span<const Value> args) {
  const std::optional<double> value = ParseFloat(args[0].text());
  return value ? Value::Double(*value) : Impossible(call, "string", "double");
}

Value IntToDuration(Call&, std::span<const Value> args) {
  return Value::Duration(args[0].as_int());
}

Value StringToDuration(Call& call, std::span<const Value> args) {
  ephor::Duration duration;
  if (!ephor::Duration::TryParse(args[0].text(), duration)) {
    return Impossible(call, "string", "google.protobuf.Duration");
  }
  return Value::Duration(duration.nanoseconds);
}

Value DoubleToInt(Call& call, std::span<const Value> args) {
  const double value = args[0].as_double();
  // The ends themselves are refused, as in the reference: they may stem from rounding.
  if (!(value > -0x1p63 && value < 0x1p63)) return IntOverflow(call);
  return Value::Int(static_cast<std::int64_t>(value));
}

Value DurationToInt(Call&, std::span<const Value> args) {
  return Value::Int(args[0].nanoseconds());
}

Value StringToInt(Call& call, std::span<const Value> args) {
  const std::optional<std::int64_t> value = ParseInt(args[0].text());
  return value ? Value::Int(*value) : Impossible(call, "string", "int");
}

Value TimestampToInt(Call&, std::span<const Value> args) {
  return Value::Int(args[0].unix_seconds());
}

Value UintToInt(Call& call, std::span<const Value> args) {
  if (args[0].as_uint() > static_cast<std::uint64_t>(INT64_MAX)) return IntOverflow(call);
  return Value::Int(static_cast<std::int64_t>(args[0].as_uint()));
}

Value ToText(Call& call, std::span<const Value> args) {
  const Value& value = args[0];
  switch (value.kind()) {
    case ValueKind::kBool:
      return Value::String(value.as_bool() ? "true" : "false");
    case ValueKind::kInt: {
      char buffer[24];
      const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value.as_int());
      return call.String({buffer, static_cast<std::size_t>(end - buffer)});
    }
    case ValueKind::kUint: {
      char buffer[24];
      const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value.as_uint());
      return call.String({buffer, static_cast<std::size_t>(end - buffer)});
    }
    case ValueKind::kDouble:
      return call.String(GoFloat(value.as_double()));
    case ValueKind::kDuration:
      return call.String(DurationText(value.nanoseconds()));
    case ValueKind::kTimestamp:
      return call.String(TimestampText(value));
    default:
      return call.NoOverload(args);
  }
}

Value BytesToString(Call& call, std::span<const Value> args) {
  if (!IsValidUtf8(args[0].text())) return call.Fail("invalid UTF-8 in bytes, cannot convert to string");
  return Value::String(args[0].text());
}

Value IntToTimestamp(Call& call, std::span<const Value> args) {
  const std::int64_t seconds = args[0].as_int();
  if (seconds < kMinTimestampSeconds || seconds > kMaxTimestampSeconds)
    return call.Fail("timestamp overflow");
  return Value::Timestamp(seconds, 0);
}

Value StringToTimestamp(Call& call, std::span<const Value> args) {
  Value timestamp;
  if (!ParseTimestamp(args[0].text(), timestamp))
    return Impossible(call, "string", "google.protobuf.Timestamp");
  return timestamp;
}

Value DoubleToUint(Call& call, std::span<const Value> args) {
  const double value = args[0].as_double();
  if (!(value >= 0 && value < 0x1p64)) return UintOverflow(call);
  return Value::Uint(static_cast<std::uint64_t>(value));
}

Value IntToUint(Call& call, std::span<const Value> args) {
  if (args[0].as_int() < 0) return UintOverflow(call);
  return Value::Uint(static_cast<std::uint64_t>(args[0].as_int()));
}

Value StringToUint(Call& call, std::span<const Value> args) {
  // Go's strconv.ParseUint: digits only, no sign.
  const std::string_view text = args[0].text();
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    return Impossible(call, "string", "uint");
  }
  return Value::Uint(value);
}

}  // namespace ephor::cel::lib::conversion
