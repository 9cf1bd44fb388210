#include "base/encoding.h"

#include <array>
#include <cstdint>

namespace ephor {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoDigit = 0xFF;

constexpr std::array<std::uint8_t, 256> kDigits = [] {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return digits;
}();

std::uint32_t Byte(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

void SkipLineEnds(std::string_view text, std::size_t& at) {
  while (at < text.size() && (text[at] == '\n' || text[at] == '\r')) ++at;
}

std::unexpected<Error> Illegal(std::size_t at) {
  return InvalidInput("illegal base64 data at input byte " + std::to_string(at));
}

// Appends the first `count` - 1 bytes that `count` digits stand for.
void AppendBytes(std::uint32_t digits, std::size_t count, std::string& out) {
  digits <<= 6 * (4 - count);
  for (std::size_t i = 1; i < count; ++i) out += static_cast<char>(digits >> (24 - 8 * i) & 0xFF);
}

}  // namespace

void AppendBase64(std::string_view bytes, std::string& out) {
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  const auto put = [&out](std::uint32_t group, int digits) {
    for (int i = 0; i < 4; ++i) out += i < digits ? kAlphabet[group >> (18 - 6 * i) & 0x3F] : '=';
  };
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    put(Byte(bytes, i) << 16 | Byte(bytes, i + 1) << 8 | Byte(bytes, i + 2), 4);
  }
  if (bytes.size() - i == 1) put(Byte(bytes, i) << 16, 2);
  if (bytes.size() - i == 2) put(Byte(bytes, i) << 16 | Byte(bytes, i + 1) << 8, 3);
}

std::string Base64Encode(std::string_view bytes) {
  std::string out;
  AppendBase64(bytes, out);
  return out;
}

Result<std::string> Base64Decode(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t group = 0;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i++];
    if (const std::uint8_t digit = kDigits[static_cast<unsigned char>(c)]; digit != kNoDigit) {
      group = group << 6 | digit;
      if (++digits == 4) {
        AppendBytes(group, 4, out);
        group = 0;
        digits = 0;
      }
      continue;
    }
    if (c == '\n' || c == '\r') continue;
    if (c != '=' || digits < 2) return Illegal(i - 1);
    if (digits == 2) {
      SkipLineEnds(text, i);
      if (i == text.size()) return Illegal(i);
      if (text[i] != '=') return Illegal(i - 1);
      ++i;
    }
    SkipLineEnds(text, i);
    if (i < text.size()) return Illegal(i);
    AppendBytes(group, digits, out);
    return out;
  }
  if (digits > 0) return Illegal(text.size() - digits);
  return out;
}

std::string HexEncode(std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  out.reserve(2 * bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out += kHex[Byte(bytes, i) >> 4];
    out += kHex[Byte(bytes, i) & 0xF];
  }
  return out;
}

}  // namespace ephor
