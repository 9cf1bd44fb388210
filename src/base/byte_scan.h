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

// The place of the first lane that is not 0, or 16. The lanes must be 0 or have their highest bit set, as
// comparisons leave them.
template <class Lanes>
std::size_t FirstLane(Lanes lanes) {
  static_assert(sizeof lanes == 16);
#if defined(__SSE2__)
  using Chars16 = char __attribute__((vector_size(16)));
  const auto mask = static_cast<unsigned>(__builtin_ia32_pmovmskb128(std::bit_cast<Chars16>(lanes)));
  return static_cast<std::size_t>(std::countr_zero(mask | 0x10000u));
#else
  const auto words = std::bit_cast<std::array<std::uint64_t, 2>>(lanes);
  if (words[0] != 0) return static_cast<std::size_t>(std::countr_zero(words[0])) / 8;
  if (words[1] != 0) return static_cast<std::size_t>(std::countr_zero(words[1])) / 8 + 8;
  return 16;
#endif
}

inline Bytes16 LoadBytes16(const char* bytes) {
  Bytes16 block;
  std::memcpy(&block, bytes, sizeof block);
  return block;
}

// Fewer than sixteen bytes, and zeros.
inline Bytes16 LoadFewBytes(const char* bytes, std::size_t count) {
  std::array<std::uint64_t, 2> words{};
  if (count >= 8) {
    std::uint64_t tail;
    std::memcpy(&words[0], bytes, 8);
    std::memcpy(&tail, bytes + count - 8, 8);
    words[1] = count == 8 ? 0 : tail >> (8 * (16 - count));
  } else if (count >= 4) {
    std::uint32_t head, tail;  // which overlap
    std::memcpy(&head, bytes, 4);
    std::memcpy(&tail, bytes + count - 4, 4);
    words[0] = head | std::uint64_t{tail} << (8 * (count - 4));
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      words[0] |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    }
  }
  return std::bit_cast<Bytes16>(words);
}

// The place of the first byte that `stops` marks, or the text's size. `stops` takes a Bytes16 and compares
// it, so that the lanes where the scan is to stop are full and the others 0:
//   ScanBytes(text, [](Bytes16 b) { return (b < 0x20) | (b == '"'); })
template <class Stops>
std::size_t ScanBytes(std::string_view text, Stops stops) {
  const std::size_t size = text.size();
  if (size >= 16) {
    for (std::size_t i = 0; i + 16 <= size; i += 16) {
      if (const std::size_t at = FirstLane(stops(LoadBytes16(text.data() + i))); at < 16) return i + at;
    }
    // The last sixteen, the first of which were passed before.
    return size - 16 + FirstLane(stops(LoadBytes16(text.data() + size - 16)));
  }
  const std::size_t at = FirstLane(stops(LoadFewBytes(text.data(), size)));
  return at < size ? at : size;
}

// The same, and copies what it passes to `to`, where there must be room for the text and 16 bytes more.
template <class Stops>
std::size_t CopyUntil(std::string_view text, char* to, Stops stops) {
  const std::size_t size = text.size();
  std::size_t i = 0;
  for (; i + 16 <= size; i += 16) {
    const Bytes16 block = LoadBytes16(text.data() + i);
    std::memcpy(to + i, &block, sizeof block);
    if (const std::size_t at = FirstLane(stops(block)); at < 16) return i + at;
  }
  if (i == size) return size;
  const Bytes16 block = LoadFewBytes(text.data() + i, size - i);
  std::memcpy(to + i, &block, sizeof block);
  const std::size_t at = i + FirstLane(stops(block));
  return at < size ? at : size;
}

}  // namespace ephor
