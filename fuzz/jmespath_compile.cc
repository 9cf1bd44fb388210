// Whatever the bytes, compiling ends without a crash, and what was accepted prints as an expression that
// compiles to the same tree.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "jmespath/query.h"

using ephor::jmespath::Query;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto query = Query::Compile(text);
  if (!query) return 0;
  const auto again = Query::Compile(query->ToString());
  if (!again || again->ToString() != query->ToString() || again->AstToString() != query->AstToString()) {
    std::abort();
  }
  return 0;
}
