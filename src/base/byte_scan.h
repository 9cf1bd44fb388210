// Looking for certain bytes sixteen at a time.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace ephor {

// Compared and combined lane by lane, with the instructions that the processor has for it.
using Bytes16 = unsigned char __attribute__((vector_size(16)));

// The place of the first byte that `stops` marks, or the text's size. `stops` takes a Bytes16 and gives one
// whose lanes are not 0 where the scan is to stop:
//   ScanBytes(text, [](Bytes16 b) { return (b < 0x20) | (b == '"'); })
template <class Stops>
std::size_t ScanBytes(std::string_view text, Stops stops) {
  const auto first_stop = [&](const char* bytes, std::size_t count) {
    Bytes16 block{};
    std::memcpy(&block, bytes, count);
    const auto words = std::bit_cast<std::array<std::uint64_t, 2>>(stops(block));
    if (words[0] != 0) return static_cast<std::size_t>(std::countr_zero(words[0])) / 8;
    if (words[1] != 0) return static_cast<std::size_t>(std::countr_zero(words[1])) / 8 + 8;
    return std::size_t{16};
  };
  std::size_t i = 0;
  for (; i + 16 <= text.size(); i += 16) {
    if (const std::size_t at = first_stop(text.data() + i, 16); at < 16) return i + at;
  }
  const std::size_t left = text.size() - i;
  if (left == 0) return i;
  const std::size_t at = first_stop(text.data() + i, left);
  return i + (at < left ? at : left);
}

}  // namespace ephor
