// Every function: its name, its parameters, what runs it, and for `ephor jp function` what it returns and is
// for. The standard functions, which that command does not list, come without the last two.
#include <algorithm>

#include "jmespath/functions/families.h"

namespace ephor::jmespath {
namespace {

using namespace functions;

constexpr Parameter kAny = {Type::kAny};
constexpr Parameter kArray = {Type::kArray};
constexpr Parameter kExpref = {Type::kExpref};
constexpr Parameter kNumber = {Type::kNumber};
constexpr Parameter kNumbers = {Type::kArrayNumber};
constexpr Parameter kObject = {Type::kObject};
constexpr Parameter kString = {Type::kString};
constexpr Parameter kStrings = {Type::kArrayString};
constexpr Parameter kStringOrNumber = {Type::kString, Type::kNumber};
constexpr Parameter kObjectOrArray = {Type::kObject, Type::kArray};

using enum Function::Prepare;

constexpr Function kFunctions[] = {
    {"abs", 1, false, {kNumber}, Abs},
    {"add", 2, false, {kAny, kAny}, Add, Type::kAny, "sum of two numbers, two quantities or two durations"},
    {"avg", 1, false, {kNumbers}, Avg},
    {"base64_decode", 1, false, {kString}, Base64Decode, Type::kString, "text of a base64 string"},
    {"base64_encode", 1, false, {kString}, Base64Encode, Type::kString, "base64 form of a text"},
    {"ceil", 1, false, {kNumber}, Ceil},
    {"compare",
     2,
     false,
     {kString, kString},
     Compare,
     Type::kNumber,
     "-1, 0 or 1 for the order of two strings, byte by byte"},
    {"contains", 2, false, {Parameter{Type::kArray, Type::kString}, kAny}, Contains},
    {"divide", 2, false, {kAny, kAny}, Divide, Type::kAny, "the divisor must not be zero"},
    {"ends_with", 2, false, {kString, kString}, EndsWith},
    {"equal_fold",
     2,
     false,
     {kString, kString},
     EqualFold,
     Type::kBool,
     "whether two strings are equal but for the case of their letters"},
    {"floor", 1, false, {kNumber}, Floor},
    {"image_normalize",
     1,
     false,
     {kString},
     ImageNormalize,
     Type::kString,
     "image reference with its registry and tag written out"},
    {"is_external_url",
     1,
     false,
     {kString},
     IsExternalUrl,
     Type::kBool,
     "whether a URL's host has only addresses outside the private and loopback networks"},
    {"items",
     3,
     false,
     {kObjectOrArray, kString, kString},
     Items,
     Type::kArray,
     "list of objects with the key or index and the value of each element"},
    {"join", 2, false, {kString, kStrings}, Join},
    {"keys", 1, false, {kObject}, Keys},
    {"label_match",
     2,
     false,
     {kObject, kObject},
     LabelMatch,
     Type::kBool,
     "whether the second object has every pair of the first; write literal objects in backticks"},
    {"length", 1, false, {Parameter{Type::kString, Type::kArray, Type::kObject}}, Length},
    {"lookup",
     2,
     false,
     {kObjectOrArray, kStringOrNumber},
     Lookup,
     Type::kAny,
     "value of a key or an index, null where there is none"},
    {"map", 2, false, {kExpref, kArray}, Map},
    {"max", 1, false, {Parameter{Type::kArrayNumber, Type::kArrayString}}, Max},
    {"max_by", 2, false, {kArray, kExpref}, MaxBy},
    {"md5", 1, false, {kString}, Md5, Type::kString, "MD5 digest in hexadecimal digits"},
    {"merge", 1, true, {kObject}, Merge},
    {"min", 1, false, {Parameter{Type::kArrayNumber, Type::kArrayString}}, Min},
    {"min_by", 2, false, {kArray, kExpref}, MinBy},
    {"modulo",
     2,
     false,
     {kAny, kAny},
     Modulo,
     Type::kAny,
     "the divisor must not be zero, both arguments must be whole numbers or durations"},
    {"multiply",
     2,
     false,
     {kAny, kAny},
     Multiply,
     Type::kAny,
     "product of two numbers, or of a number with a quantity or a duration"},
    {"not_null", 1, true, {kAny}, NotNull},
    {"object_from_lists",
     2,
     false,
     {kArray, kArray},
     ObjectFromLists,
     Type::kObject,
     "object of the keys in the first list and the values in the second"},
    {"parse_json", 1, false, {kString}, ParseJson, Type::kAny, "value of a JSON text"},
    {"parse_yaml", 1, false, {kString}, ParseYaml, Type::kAny, "value of a YAML text that JSON can express"},
    {"path_canonicalize",
     1,
     false,
     {kString},
     PathCanonicalize,
     Type::kString,
     "path without needless slashes and dots"},
    {"pattern_match",
     2,
     false,
     {kString, kStringOrNumber},
     PatternMatch,
     Type::kBool,
     "'*' matches any characters, also none, '?' exactly one"},
    {"random", 1, false, {kString}, Random, Type::kString, "random text that matches a regular expression"},
    {"regex_match",
     2,
     false,
     {kString, kStringOrNumber},
     RegexMatch,
     Type::kBool,
     "whether the expression, the first argument, matches somewhere in the second",
     kRegex},
    {"regex_replace_all",
     3,
     false,
     {kString, kStringOrNumber, kStringOrNumber},
     RegexReplaceAll,
     Type::kString,
     "every match of the expression replaced, $1 and ${name} standing for its groups",
     kRegex},
    {"regex_replace_all_literal",
     3,
     false,
     {kString, kStringOrNumber, kStringOrNumber},
     RegexReplaceAllLiteral,
     Type::kString,
     "every match of the expression replaced by the text as it is",
     kRegex},
    {"replace",
     4,
     false,
     {kString, kString, kString, kNumber},
     Replace,
     Type::kString,
     "the first occurrences of a text replaced, all where their number is negative"},
    {"replace_all",
     3,
     false,
     {kString, kString, kString},
     ReplaceAll,
     Type::kString,
     "all occurrences of a text replaced"},
    {"reverse", 1, false, {Parameter{Type::kArray, Type::kString}}, Reverse},
    {"round", 2, false, {kNumber, kNumber}, Round, Type::kNumber, "number rounded to decimal places"},
    {"semver_compare",
     2,
     false,
     {kString, kString},
     SemverCompare,
     Type::kBool,
     "whether a semantic version, the first argument, is in a range such as '>=1.2.0 <2.0.0 || 3.x'",
     kRangeSecond},
    {"sha1", 1, false, {kString}, Sha1, Type::kString, "SHA-1 digest in hexadecimal digits"},
    {"sha256", 1, false, {kString}, Sha256, Type::kString, "SHA-256 digest in hexadecimal digits"},
    {"sort", 1, false, {Parameter{Type::kArrayString, Type::kArrayNumber}}, Sort},
    {"sort_by", 2, false, {kArray, kExpref}, SortBy},
    {"split", 2, false, {kString, kString}, Split, Type::kArrayString, "parts of a text between separators"},
    {"starts_with", 2, false, {kString, kString}, StartsWith},
    {"subtract",
     2,
     false,
     {kAny, kAny},
     Subtract,
     Type::kAny,
     "difference of two numbers, two quantities or two durations"},
    {"sum", 1, false, {kArray}, Sum, Type::kAny, "sum of a list of numbers, of quantities or of durations"},
    {"time_add", 2, false, {kString, kString}, TimeAdd, Type::kString, "time (RFC 3339) plus a duration"},
    {"time_after",
     2,
     false,
     {kString, kString},
     TimeAfter,
     Type::kBool,
     "whether the first time (RFC 3339) is after the second"},
    {"time_before",
     2,
     false,
     {kString, kString},
     TimeBefore,
     Type::kBool,
     "whether the first time (RFC 3339) is before the second"},
    {"time_between",
     3,
     false,
     {kString, kString, kString},
     TimeBetween,
     Type::kBool,
     "whether the first time (RFC 3339) is between the two others"},
    {"time_diff",
     2,
     false,
     {kString, kString},
     TimeDiff,
     Type::kString,
     "duration from the first time (RFC 3339) to the second"},
    {"time_now", 0, false, {}, TimeNow, Type::kString, "current time (RFC 3339)"},
    {"time_now_utc", 0, false, {}, TimeNowUtc, Type::kString, "current time in UTC (RFC 3339)"},
    {"time_parse",
     2,
     false,
     {kString, kString},
     TimeParse,
     Type::kString,
     "time in RFC 3339, read in the layout that the first argument shows"},
    {"time_since",
     3,
     false,
     {kString, kString, kString},
     TimeSince,
     Type::kString,
     "duration from a time to another, or to now where that is empty, both in the layout of the first "
     "argument"},
    {"time_to_cron", 1, false, {kString}, TimeToCron, Type::kString, "cron expression of a time (RFC 3339)"},
    {"time_truncate",
     2,
     false,
     {kString, kString},
     TimeTruncate,
     Type::kString,
     "time (RFC 3339) rounded down to a multiple of a duration"},
    {"time_utc", 1, false, {kString}, TimeUtc, Type::kString, "time (RFC 3339) in UTC"},
    {"to_array", 1, false, {kAny}, ToArray},
    {"to_boolean", 1, false, {kString}, ToBoolean, Type::kBool, "boolean of 'true' or 'false' in any case"},
    {"to_lower", 1, false, {kString}, ToLower, Type::kString, "text in lower-case letters"},
    {"to_number", 1, false, {kAny}, ToNumber},
    {"to_string", 1, false, {kAny}, functions::ToString},
    {"to_upper", 1, false, {kString}, ToUpper, Type::kString, "text in upper-case letters"},
    {"trim",
     2,
     false,
     {kString, kString},
     Trim,
     Type::kString,
     "text without the characters of the second argument at its ends"},
    {"trim_prefix",
     2,
     false,
     {kString, kString},
     TrimPrefix,
     Type::kString,
     "text without the second argument at its beginning"},
    {"truncate",
     2,
     false,
     {kString, kNumber},
     Truncate,
     Type::kString,
     "the first characters of a text; write the number in backticks"},
    {"type", 1, false, {kAny}, TypeOf},
    {"values", 1, false, {kObject}, functions::Values},
    {"x509_decode",
     1,
     false,
     {kString},
     X509Decode,
     Type::kObject,
     "fields of a certificate or certificate request in PEM form, with an RSA key"},
};

constexpr bool Sorted() {
  return std::is_sorted(std::begin(kFunctions), std::end(kFunctions),
                        [](const Function& a, const Function& b) { return a.name < b.name; });
}
static_assert(Sorted(), "FindFunction searches by halves");

}  // namespace

std::string_view TypeName(Type type) {
  switch (type) {
    case Type::kNumber:
      return "number";
    case Type::kString:
      return "string";
    case Type::kArray:
      return "array";
    case Type::kObject:
      return "object";
    case Type::kArrayNumber:
      return "array[number]";
    case Type::kArrayString:
      return "array[string]";
    case Type::kExpref:
      return "expref";
    case Type::kAny:
      return "any";
    case Type::kBool:
      return "bool";
    case Type::kNone:
      break;
  }
  return "";
}

std::span<const Function> Functions() {
  return kFunctions;
}

const Function* FindFunction(std::string_view name) {
  const auto found = std::lower_bound(
      std::begin(kFunctions), std::end(kFunctions), name,
      [](const Function& function, std::string_view wanted) { return function.name < wanted; });
  return found != std::end(kFunctions) && found->name == name ? &*found : nullptr;
}

}  // namespace ephor::jmespath
