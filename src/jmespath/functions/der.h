// The outer structure of DER (X.690), for the pieces of a certificate that are shown as raw bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ephor::jmespath {

struct DerElement {
  std::uint8_t tag = 0;   // with its class and form bits: 0x30 is a SEQUENCE
  std::string_view full;  // with its header
  std::string_view body;
};

// Takes elements off the front of encoded bytes, which must outlive it. Never reads beyond them.
class DerReader {
 public:
  explicit DerReader(std::string_view bytes) : rest_(bytes) {}

  // Nothing at the end and on what is no DER of single-byte tags and definite lengths.
  std::optional<DerElement> Next() {
    if (rest_.size() < 2 || (Byte(0) & 0x1f) == 0x1f) return std::nullopt;
    std::size_t length = Byte(1), header = 2;
    if (length >= 0x80) {
      const std::size_t count = length - 0x80;
      if (count == 0 || count > 4 || rest_.size() < 2 + count) return std::nullopt;
      length = 0;
      for (std::size_t i = 0; i < count; ++i) length = length << 8 | Byte(2 + i);
      header += count;
    }
    if (length > rest_.size() - header) return std::nullopt;
    DerElement element{Byte(0), rest_.substr(0, header + length), rest_.substr(header, length)};
    rest_.remove_prefix(header + length);
    return element;
  }
  // The next element, if it has this tag; else nothing is taken.
  std::optional<DerElement> NextIf(std::uint8_t tag) {
    if (rest_.empty() || Byte(0) != tag) return std::nullopt;
    return Next();
  }
  bool empty() const { return rest_.empty(); }

 private:
  std::uint8_t Byte(std::size_t i) const { return static_cast<std::uint8_t>(rest_[i]); }
  std::string_view rest_;
};

}  // namespace ephor::jmespath
