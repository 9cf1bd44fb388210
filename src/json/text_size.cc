#include "json/text_size.h"

#include <string>

#include "base/number.h"

namespace ephor::json {
namespace {

std::size_t DigitsOf(std::int64_t value) {
  std::size_t digits = value < 0 ? 2 : 1;
  while ((value /= 10) != 0) ++digits;
  return digits;
}

std::size_t SizeOf(double value) {
  std::string text;  // of at most 25 bytes, and doubles are rare
  AppendJsonNumber(value, text);
  return text.size();
}

}  // namespace

// As deep as the parsers' limit on nesting.
std::size_t TextSize(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return 4;
    case Kind::kBool:
      return value.as_bool() ? 4 : 5;
    case Kind::kInt:
      return DigitsOf(value.as_int());
    case Kind::kDouble:
      return SizeOf(value.as_double());
    case Kind::kString:
      return value.size() + 2;
    case Kind::kArray: {
      std::size_t size = value.size() == 0 ? 2 : 1 + value.size();  // brackets and commas
      for (const Value& item : value.items()) size += TextSize(item);
      return size;
    }
    case Kind::kObject: {
      std::size_t size = value.size() == 0 ? 2 : 1 + value.size();
      for (const Member& member : value.members()) size += member.key_size + 3 + TextSize(member.value);
      return size;
    }
  }
  return 0;
}

}  // namespace ephor::json
