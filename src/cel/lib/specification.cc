// Where the language's specification and the reference's Go implementation differ, the former's way, for the
// conformance suite.
#include "base/utf8.h"
#include "cel/eval/context.h"
#include "cel/lib/libraries.h"

namespace ephor::cel::lib {
namespace {

// The milliseconds of the second; in the reference all of the duration.
Value MillisecondsOfSecond(Call&, std::span<const Value> args) {
  return Value::Int(args[0].nanoseconds() / 1'000'000 % 1000);
}

// indexOf and lastIndexOf from a place behind the text's end: an error; in the reference -1.
Value IndexWithin(Call& call, std::span<const Value> args) {
  if (args[2].as_int() > static_cast<std::int64_t>(CountCodePoints(args[0].text()))) {
    return call.Fail("index out of range: " + std::to_string(args[2].as_int()));
  }
  return call.function == "indexOf" ? IndexOf(call, args) : LastIndexOf(call, args);
}

constexpr FunctionRow kFunctions[] = {
    {"indexOf", "string.(string, int) -> int", IndexWithin, "'hello mellow'.indexOf('ello', 2) == 7"},
    {"lastIndexOf", "string.(string, int) -> int", IndexWithin, "'hello mellow'.lastIndexOf('ello', 6) == 1"},
    {"getMilliseconds", "google.protobuf.Duration.() -> int", MillisecondsOfSecond,
     "duration('1.25s').getMilliseconds() == 250"},
};

}  // namespace

const Library& Specification() {
  static const Library library{"specification", kFunctions};
  return library;
}

}  // namespace ephor::cel::lib
