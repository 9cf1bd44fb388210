// Numbers to text and back, by the rules of Go's strconv, fmt and encoding/json, which users see everywhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ephor {

// strconv.ParseInt(text, 10, 64): sign, digits, nothing else. Does not allocate.
std::optional<std::int64_t> ParseInt(std::string_view text);
// strconv.ParseFloat(text, 64): decimal and hexadecimal floats, underscores between digits, inf, nan;
// overflow fails. Allocates only for a text with underscores.
std::optional<double> ParseFloat(std::string_view text);

// encoding/json: shortest digits that round-trip; exponent form below 1e-6 and from 1e21. NaN and infinities,
// which JSON has not, become null.
void AppendJsonNumber(double value, std::string& out);
void AppendInt(std::int64_t value, std::string& out);
// The text of a number in conditions and patterns: integers below 1e21 in plain digits; other doubles in
// shortest digits, exponent form ("1e-05", "1e+21") below 1e-4 and from 1e21.
std::string PlainNumber(double value);
// fmt's %v of a float64, and strconv.FormatFloat(value, 'g', -1, 64): exponent form ("1e+06") below 1e-4 and
// from 1e6.
std::string GoFloat(double value);
// strconv.FormatFloat(value, 'f', precision, 64), also %f (precision 6); precision -1 is the shortest that
// round-trips.
std::string FixedFloat(double value, int precision);

}  // namespace ephor
