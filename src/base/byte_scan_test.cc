#include "base/byte_scan.h"

#include <gtest/gtest.h>

#include <string>

namespace ephor {
namespace {

constexpr auto kStops = [](Bytes16 b) { return (b == '!') | (b >= 0x80); };

std::size_t OneByOne(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size() && text[i] != '!' && static_cast<unsigned char>(text[i]) < 0x80) ++i;
  return i;
}

// Of every length about the block's, with no stop, one and two at every place.
TEST(ByteScan, AgreesWithOneByOne) {
  for (std::size_t size = 0; size <= 50; ++size) {
    for (std::size_t first = 0; first <= size; ++first) {
      for (std::size_t second = first; second <= size; second += 5) {
        std::string text(size, 'a');
        if (first < size) text[first] = '!';
        if (second < size) text[second] = '\x80';
        EXPECT_EQ(ScanBytes(text, kStops), OneByOne(text)) << text;
        std::string copy(size + 16, 'z');
        const std::size_t copied = CopyUntil(text, copy.data(), kStops);
        EXPECT_EQ(copied, OneByOne(text)) << text;
        EXPECT_EQ(copy.substr(0, copied), text.substr(0, copied));
      }
    }
  }
}

}  // namespace
}  // namespace ephor
