// UTF-8 by Go's rules: an invalid byte counts as one code point, U+FFFD.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ephor {

struct CodePoint {
  char32_t value;
  std::uint32_t bytes;  // 1 to 4; 1 for an invalid byte
};

// Requires at < text.size().
CodePoint DecodeUtf8(std::string_view text, std::size_t at);
void AppendUtf8(char32_t value, std::string& out);
bool IsValidUtf8(std::string_view text);
// How many bytes at the start are ASCII.
std::size_t AsciiPrefix(std::string_view text);
std::size_t CountCodePoints(std::string_view text);
// Simple (one to one) case mapping and folding, as Go's unicode.ToUpper, ToLower and strings.EqualFold.
std::string ToUpper(std::string_view text);
std::string ToLower(std::string_view text);
bool EqualFold(std::string_view a, std::string_view b);

}  // namespace ephor
