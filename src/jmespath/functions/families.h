// The functions of the language, by family. Each has the behaviour of the community specification or of
// Kyverno's documentation; comments beside them name what differs.
#pragma once

#include "jmespath/functions/function.h"

namespace ephor::jmespath::functions {

using json::Value;

// strings.cc
Result<Value> Compare(Invocation& in);
Result<Value> EndsWith(Invocation& in);
Result<Value> EqualFold(Invocation& in);
Result<Value> Join(Invocation& in);
Result<Value> PathCanonicalize(Invocation& in);
Result<Value> Replace(Invocation& in);
Result<Value> ReplaceAll(Invocation& in);
Result<Value> Split(Invocation& in);
Result<Value> StartsWith(Invocation& in);
Result<Value> ToBoolean(Invocation& in);
Result<Value> ToLower(Invocation& in);
Result<Value> ToUpper(Invocation& in);
Result<Value> Trim(Invocation& in);
Result<Value> TrimPrefix(Invocation& in);
Result<Value> Truncate(Invocation& in);

// numbers.cc
Result<Value> Abs(Invocation& in);
Result<Value> Avg(Invocation& in);
Result<Value> Ceil(Invocation& in);
Result<Value> Floor(Invocation& in);
Result<Value> Round(Invocation& in);

// arithmetic.cc
Result<Value> Add(Invocation& in);
Result<Value> Divide(Invocation& in);
Result<Value> Modulo(Invocation& in);
Result<Value> Multiply(Invocation& in);
Result<Value> Subtract(Invocation& in);
Result<Value> Sum(Invocation& in);

// arrays.cc
Result<Value> Contains(Invocation& in);
Result<Value> Map(Invocation& in);
Result<Value> Max(Invocation& in);
Result<Value> MaxBy(Invocation& in);
Result<Value> Min(Invocation& in);
Result<Value> MinBy(Invocation& in);
Result<Value> Reverse(Invocation& in);
Result<Value> Sort(Invocation& in);
Result<Value> SortBy(Invocation& in);

// objects.cc
Result<Value> Items(Invocation& in);
Result<Value> Keys(Invocation& in);
Result<Value> LabelMatch(Invocation& in);
Result<Value> Lookup(Invocation& in);
Result<Value> Merge(Invocation& in);
Result<Value> ObjectFromLists(Invocation& in);
Result<Value> Values(Invocation& in);

// values.cc
Result<Value> Length(Invocation& in);
Result<Value> NotNull(Invocation& in);
Result<Value> ToArray(Invocation& in);
Result<Value> ToNumber(Invocation& in);
Result<Value> ToString(Invocation& in);
Result<Value> TypeOf(Invocation& in);

// time.cc
Result<Value> TimeAdd(Invocation& in);
Result<Value> TimeAfter(Invocation& in);
Result<Value> TimeBefore(Invocation& in);
Result<Value> TimeBetween(Invocation& in);
Result<Value> TimeDiff(Invocation& in);
Result<Value> TimeNow(Invocation& in);
Result<Value> TimeNowUtc(Invocation& in);
Result<Value> TimeParse(Invocation& in);
Result<Value> TimeSince(Invocation& in);
Result<Value> TimeToCron(Invocation& in);
Result<Value> TimeTruncate(Invocation& in);
Result<Value> TimeUtc(Invocation& in);

// encoding.cc
Result<Value> Base64Decode(Invocation& in);
Result<Value> Base64Encode(Invocation& in);
Result<Value> Md5(Invocation& in);
Result<Value> Sha1(Invocation& in);
Result<Value> Sha256(Invocation& in);

// matching.cc
Result<Value> PatternMatch(Invocation& in);
Result<Value> RegexMatch(Invocation& in);
Result<Value> RegexReplaceAll(Invocation& in);
Result<Value> RegexReplaceAllLiteral(Invocation& in);
Result<Value> SemverCompare(Invocation& in);

// documents.cc
Result<Value> ParseJson(Invocation& in);
Result<Value> ParseYaml(Invocation& in);

// image.cc, network.cc, random.cc, x509.cc
Result<Value> ImageNormalize(Invocation& in);
Result<Value> IsExternalUrl(Invocation& in);
Result<Value> Random(Invocation& in);
Result<Value> X509Decode(Invocation& in);

// What several families do the same way: a string as it is, a number in plain decimal digits, a
// boolean as its word. False for anything else.
bool AppendScalarText(const Value& value, std::string& out);

}  // namespace ephor::jmespath::functions
