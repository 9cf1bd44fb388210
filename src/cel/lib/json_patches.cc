// Kubernetes' JSON patch library: keys inside of paths (RFC 6901).
#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/libraries.h"

namespace ephor::cel::lib {
namespace {

Value EscapeKey(Call& call, std::span<const Value> args) {
  const std::string_view key = args[0].text();
  if (key.find_first_of("~/") == std::string_view::npos) return args[0];
  std::string out;
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return call.String(out);
}

constexpr FunctionRow kFunctions[] = {
    {"jsonpatch.escapeKey", "(string) -> string", EscapeKey, "jsonpatch.escapeKey('a/b~c') == 'a~1b~0c'",
     kTransform},
};

}  // namespace

const Library& JsonPatches() {
  static const Library library{"kubernetes jsonpatch", kFunctions};
  return library;
}

}  // namespace ephor::cel::lib
