// The language's conversions between its types.
#pragma once

#include "cel/check/library.h"
#include "cel/eval/context.h"

namespace ephor::cel::lib::conversion {

Value Same(Call& call, std::span<const Value> args);
Value Type(Call& call, std::span<const Value> args);
Value StringToBool(Call& call, std::span<const Value> args);
Value StringToBytes(Call& call, std::span<const Value> args);
Value ToDouble(Call& call, std::span<const Value> args);
Value StringToDouble(Call& call, std::span<const Value> args);
Value IntToDuration(Call& call, std::span<const Value> args);
Value StringToDuration(Call& call, std::span<const Value> args);
Value DoubleToInt(Call& call, std::span<const Value> args);
Value DurationToInt(Call& call, std::span<const Value> args);
Value StringToInt(Call& call, std::span<const Value> args);
Value TimestampToInt(Call& call, std::span<const Value> args);
Value UintToInt(Call& call, std::span<const Value> args);
Value ToText(Call& call, std::span<const Value> args);
Value BytesToString(Call& call, std::span<const Value> args);
Value IntToTimestamp(Call& call, std::span<const Value> args);
Value StringToTimestamp(Call& call, std::span<const Value> args);
Value DoubleToUint(Call& call, std::span<const Value> args);
Value IntToUint(Call& call, std::span<const Value> args);
Value StringToUint(Call& call, std::span<const Value> args);

}  // namespace ephor::cel::lib::conversion
