#include "pattern/text.h"

#include <charconv>
#include <cstring>
#include <string>

#include "base/number.h"
#include "base/utf8.h"

namespace ephor::pattern {

ArenaText& ArenaText::Append(std::string_view text) {
  if (text.size() > capacity_ - size_) {
    const std::size_t capacity = 2 * capacity_ + text.size() + 32;
    char* larger = static_cast<char*>(arena_->Allocate(capacity, 1));
    if (size_ > 0) std::memcpy(larger, data_, size_);
    data_ = larger;
    capacity_ = capacity;
  }
  if (!text.empty()) std::memcpy(data_ + size_, text.data(), text.size());
  size_ += text.size();
  return *this;
}

ArenaText& ArenaText::Append(std::uint64_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return Append({digits, static_cast<std::size_t>(end - digits)});
}

void AppendText(const json::Value& value, ArenaText& out) {
  switch (value.kind()) {
    case json::Kind::kNull:
      out.Append("<nil>");
      return;
    case json::Kind::kBool:
      out.Append(value.as_bool() ? "true" : "false");
      return;
    case json::Kind::kInt: {
      char digits[20];
      const auto end = std::to_chars(digits, digits + sizeof digits, value.as_int()).ptr;
      out.Append({digits, static_cast<std::size_t>(end - digits)});
      return;
    }
    case json::Kind::kDouble:
      out.Append(PlainNumber(value.as_double()));
      return;
    case json::Kind::kString:
      out.Append(value.as_string());
      return;
    case json::Kind::kArray: {
      std::string_view before = "[";
      for (const json::Value& item : value.items()) {
        out.Append(before);
        AppendText(item, out);
        before = " ";
      }
      out.Append(value.size() == 0 ? "[]" : "]");
      return;
    }
    case json::Kind::kObject: {
      std::string_view before = "map[";
      for (const json::Member& member : value.members()) {
        out.Append(before).Append(member.key()).Append(":");
        AppendText(member.value, out);
        before = " ";
      }
      out.Append(value.size() == 0 ? "map[]" : "]");
      return;
    }
  }
}

std::string_view TextOf(const json::Value& value, Arena& arena) {
  if (value.is_string()) return value.as_string();
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  ArenaText text(arena);
  AppendText(value, text);
  return text.view();
}

std::string_view GoTypeName(const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::kNull:
      return "<nil>";
    case json::Kind::kBool:
      return "bool";
    case json::Kind::kInt:
      return "int64";
    case json::Kind::kDouble:
      return "float64";
    case json::Kind::kString:
      return "string";
    case json::Kind::kArray:
      return "[]interface {}";
    case json::Kind::kObject:
      return "map[string]interface {}";
  }
  return "";
}

namespace {

bool IsSpace(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

// Where the last code point of the text begins.
std::size_t LastCodePoint(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (at > 0 && text.size() - at < 4 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return at + DecodeUtf8(text, at).bytes == text.size() ? at : text.size() - 1;
}

}  // namespace

std::string_view TrimSpace(std::string_view text) {
  while (!text.empty()) {
    const CodePoint first = DecodeUtf8(text, 0);
    if (!IsSpace(first.value)) break;
    text.remove_prefix(first.bytes);
  }
  while (!text.empty()) {
    const std::size_t last = LastCodePoint(text);
    if (!IsSpace(DecodeUtf8(text, last).value)) break;
    text = text.substr(0, last);
  }
  return text;
}

}  // namespace ephor::pattern
