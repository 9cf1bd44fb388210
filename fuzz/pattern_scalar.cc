// A scalar pattern and a value, as two lines. Whatever they are, the match ends; a text matches itself as a
// pattern; and alternatives are no more and no less than their parts.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "json/parse.h"
#include "pattern/scalar.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using ephor::json::Value;
  using ephor::pattern::ScalarPattern;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = input.find('\n');
  if (line == std::string_view::npos) return 0;
  const std::string_view pattern = input.substr(0, line);
  const std::string_view text = input.substr(line + 1);

  ephor::Arena arena;
  const auto parsed = ephor::json::Parse(text, arena);
  const Value value = parsed ? *parsed : Value::String(text);
  const bool matches = ScalarPattern::Compile(Value::String(pattern), arena).Matches(value);
  if (!ScalarPattern::Compile(Value::String(text), arena).Matches(Value::String(text))) std::abort();

  const std::string twice = std::string(pattern) + "|" + std::string(pattern);
  const bool is_twice = value.is_string() && value.as_string() == twice;
  const bool is_once = value.is_string() && value.as_string() == pattern;
  if (!is_twice && !is_once &&
      ScalarPattern::Compile(Value::String(twice), arena).Matches(value) != matches) {
    std::abort();
  }
  return 0;
}
