// A text as a string of a policy with variables, substituted by a Pod's request. Whatever it holds, that ends
// within bounds; a constant is left as it is; an error has a text.
#include "engine/template.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/context.h"
#include "json/parse.h"
#include "json/write.h"

namespace {

constexpr std::string_view kVariables =
    R"({"request":{"operation":"DELETE","oldObject":{"metadata":{"name":"web"}},"object":null},)"
    R"("self":"{{ self }}","twice":"{{ twice }}{{ twice }}","key":"self","list":[1,"{{ key }}",null]})";

// Far more than a short text can need.
constexpr std::size_t kMaxBytes = 64 << 20;

void Expect(bool holds) {
  if (!holds) std::abort();
}

void Try(const ephor::json::Value& document, const ephor::json::Value& root, ephor::Arena& arena) {
  const ephor::ports::World world;
  ephor::engine::Context context(arena, world);
  context.Set(root.members());
  const ephor::engine::Template compiled(document);
  const auto result = compiled.Substitute(context);
  if (!result) return Expect(!result.error().message().empty());
  if (compiled.is_constant()) Expect(ephor::json::Equal(*result, document));
  Expect(ephor::json::ToString(*result).size() < kMaxBytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using ephor::json::Value;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ephor::Arena arena;
  const Value root = *ephor::json::Parse(kVariables, arena);
  if (const auto document = ephor::json::Parse(text, arena)) Try(*document, root, arena);
  Try(Value::String(text), root, arena);
  return 0;
}
