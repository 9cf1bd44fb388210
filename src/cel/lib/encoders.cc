// The encoders extension: base64 and json.encode.
#include <limits>

#include "base/encoding.h"
#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/libraries.h"
#include "json/write.h"

namespace ephor::cel::lib {
namespace {

Value Encode(Call& call, std::span<const Value> args) {
  return call.String(Base64Encode(args[0].text()));
}

Value Decode(Call& call, std::span<const Value> args) {
  // Padding may be missing: it is completed.
  std::string text(args[0].text());
  if (text.find('=') == std::string::npos) text.append((4 - text.size() % 4) % 4, '=');
  const Result<std::string> bytes = Base64Decode(text);
  if (!bytes) return call.Fail(bytes.error());
  return Value::Bytes(call.arena().Copy(*bytes));
}

Value EncodeJson(Call& call, std::span<const Value> args) {
  const Result<json::Value> value = ToJson(args[0], call.arena());
  if (!value) return call.Fail(value.error());
  return call.String(json::ToString(*value));
}

// In the reference its cost is the greatest number there is: where costs are limited it cannot be used.
std::uint64_t WithoutEnd(std::span<const Value>, const Value&) {
  return std::numeric_limits<std::uint64_t>::max() / 2;
}
CallEstimate EstimateWithoutEnd(std::span<const Foreseen>) {
  return {Range(), {}};
}
constexpr Cost kWithoutEnd{WithoutEnd, "more than any limit", EstimateWithoutEnd};
// Three bytes are four characters, and the reverse.
std::uint64_t CodingCost(std::span<const Value> args, const Value&) {
  return TraversalCost(CostSize(args[0])) + 1;
}
constexpr std::string_view kCodingText = "a / 10 + 1";
CallEstimate EstimateEncode(std::span<const Foreseen> args) {
  const Range size = args[0].size();
  return {size * kTraversal + Range::Exactly(1),
          Range{(BoundedProduct(size.min, 4) + 2) / 3,
                size.max > Range::kUnbounded / 4 ? size.max : (size.max * 4 + 2) / 3}};
}
CallEstimate EstimateDecode(std::span<const Foreseen> args) {
  const Range size = args[0].size();
  return {
      size * kTraversal + Range::Exactly(1),
      Range{BoundedProduct(size.min, 3) / 4, size.max > Range::kUnbounded / 3 ? size.max : size.max * 3 / 4}};
}
constexpr Cost kEncodeCost{CodingCost, kCodingText, EstimateEncode},
    kDecodeCost{CodingCost, kCodingText, EstimateDecode};

constexpr FunctionRow kFunctions[] = {
    {"base64.encode", "(bytes) -> string", Encode, "base64.encode(b'hello') == 'aGVsbG8='", kEncodeCost},
    {"base64.decode", "(string) -> bytes", Decode, "base64.decode('aGVsbG8=') == b'hello'", kDecodeCost},
    {"json.encode", "(dyn) -> string", EncodeJson, "json.encode([1, 2]) == '[1,2]'", kWithoutEnd},
};

}  // namespace

const Library& Encoders() {
  static const Library library{"encoders", kFunctions};
  return library;
}

}  // namespace ephor::cel::lib
