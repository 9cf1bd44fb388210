#include "base/time_layout.h"

#include <algorithm>

namespace ephor {
namespace {

struct ElementText {
  std::string_view text;
  Element element;
};

// Longer texts before those they begin with.
constexpr ElementText kPlainElements[] = {
    {"January", Element::kLongMonth}, {"Monday", Element::kLongWeekday},
    {"MST", Element::kZoneName},      {"01", Element::kZeroMonth},
    {"02", Element::kZeroDay},        {"03", Element::kZeroHour12},
    {"04", Element::kZeroMinute},     {"05", Element::kZeroSecond},
    {"06", Element::kYear},           {"002", Element::kZeroYearDay},
    {"15", Element::kHour},           {"1", Element::kNumMonth},
    {"2006", Element::kLongYear},     {"2", Element::kDay},
    {"_2", Element::kUnderDay},       {"__2", Element::kUnderYearDay},
    {"3", Element::kHour12},          {"4", Element::kMinute},
    {"5", Element::kSecond},          {"PM", Element::kUpperPm},
    {"pm", Element::kLowerPm},
};

struct OffsetText {
  std::string_view text;  // after its '-' or 'Z'
  OffsetStyle style;
};

constexpr OffsetText kOffsets[] = {
    {"070000", {.minutes = true, .seconds = true}},
    {"07:00:00", {.colons = true, .minutes = true, .seconds = true}},
    {"0700", {.minutes = true}},
    {"07:00", {.colons = true, .minutes = true}},
    {"07", {}},
};

// Whether an element begins at the front of the text. Sets what the chunk knows of it.
bool ReadElement(std::string_view text, Chunk& chunk) {
  const auto take = [&](Element element, std::size_t size) {
    chunk.element = element;
    chunk.text = text.substr(0, size);
    return true;
  };
  // "Jan" and "Mon" are words of their own, not the beginning of "Janet".
  const auto word = [&](std::string_view name) {
    return text.starts_with(name) && !(text.size() > 3 && text[3] >= 'a' && text[3] <= 'z');
  };
  switch (text[0]) {
    case 'J':
    case 'M':
      if (!text.starts_with("January") && word("Jan")) return take(Element::kMonth, 3);
      if (!text.starts_with("Monday") && word("Mon")) return take(Element::kWeekday, 3);
      break;
    case '_':
      // The underscore of "_2006" is plain text.
      if (text.starts_with("_2006")) return false;
      break;
    case '-':
    case 'Z':
      for (const OffsetText& offset : kOffsets) {
        if (!text.substr(1).starts_with(offset.text)) continue;
        chunk.offset = offset.style;
        chunk.offset.z_for_utc = text[0] == 'Z';
        return take(Element::kOffset, 1 + offset.text.size());
      }
      return false;
    case '.':
    case ',': {
      if (text.size() < 2 || (text[1] != '0' && text[1] != '9')) return false;
      const std::size_t end = std::min(text.find_first_not_of(text[1], 1), text.size());
      if (IsDigitAt(text, end)) return false;
      return take(text[1] == '0' ? Element::kFraction0 : Element::kFraction9, end);
    }
    default:
      break;
  }
  for (const ElementText& plain : kPlainElements) {
    if (text.starts_with(plain.text)) return take(plain.element, plain.text.size());
  }
  return false;
}

}  // namespace

Chunk NextChunk(std::string_view layout) {
  Chunk chunk;
  for (std::size_t i = 0; i < layout.size(); ++i) {
    if (!ReadElement(layout.substr(i), chunk)) continue;
    chunk.prefix = layout.substr(0, i);
    chunk.rest = layout.substr(i + chunk.text.size());
    return chunk;
  }
  chunk.prefix = layout;
  return chunk;
}

}  // namespace ephor
