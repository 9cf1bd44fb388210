#include "base/arena.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace ephor {
namespace {

TEST(Arena, AllocationsAreAlignedAndApart) {
  Arena arena;
  const std::string_view first = arena.Copy("abc");
  auto* number = arena.New<std::uint64_t>(7);
  const std::string_view second = arena.Copy("");
  auto* wide = static_cast<char*>(arena.Allocate(1, 64));
  EXPECT_EQ(first, "abc");
  EXPECT_EQ(*number, 7u);
  EXPECT_EQ(second.size(), 0u);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(number) % alignof(std::uint64_t), 0u);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(wide) % 64, 0u);
}

TEST(Arena, LargeAllocationsGetChunksOfTheirOwn) {
  Arena arena(128);
  const std::span<std::uint32_t> small = arena.NewArray<std::uint32_t>(4);
  const std::span<std::uint32_t> large = arena.NewArray<std::uint32_t>(1 << 20);
  small[3] = 1;
  large.back() = 2;
  EXPECT_EQ(small[3], 1u);
  EXPECT_EQ(large.back(), 2u);
  EXPECT_GE(arena.reserved_bytes(), large.size_bytes());
}

TEST(Arena, ResetKeepsWhatATypicalRequestNeeds) {
  Arena arena;
  arena.Allocate(1000);
  arena.Reset();
  const std::size_t reserved = arena.reserved_bytes();
  EXPECT_LT(arena.used_bytes(), 64u);
  arena.Allocate(1000);
  EXPECT_EQ(arena.reserved_bytes(), reserved);

  arena.Allocate(64 << 20);
  arena.Reset();
  EXPECT_LE(arena.reserved_bytes(), Arena::kKeepBytes);
}

TEST(Arena, ResetMakesOnePieceOfWhatAReviewNeeded) {
  Arena arena;
  for (int i = 0; i < 3; ++i) arena.Allocate(500'000);
  arena.Reset();
  for (int i = 0; i < 3; ++i) arena.Allocate(500'000);
  const std::size_t reserved = arena.reserved_bytes();
  EXPECT_LE(reserved, Arena::kKeepBytes);
  arena.Reset();
  EXPECT_EQ(arena.reserved_bytes(), reserved);  // kept, not given back and asked for again
  for (int i = 0; i < 3; ++i) arena.Allocate(500'000);
  EXPECT_EQ(arena.reserved_bytes(), reserved);
}

TEST(Arena, SmallOnesHoldLittleMoreThanTheyHandOut) {
  for (std::size_t need : {100u, 700u, 3'000u, 20'000u, 60'000u}) {
    SCOPED_TRACE(need);
    Arena arena(512);
    for (std::size_t used = 0; used < need; used += 50) arena.Allocate(50);
    EXPECT_LE(arena.reserved_bytes(), need + need / 2 + 512);
  }
}

TEST(ArenaVector, GrowsAndKeepsItsItems) {
  Arena arena;
  ArenaVector<int> numbers(arena);
  EXPECT_TRUE(numbers.empty());
  for (int i = 0; i < 1000; ++i) numbers.push_back(i);
  while (numbers.size() < 2048) numbers.push_back(numbers[7]);  // one of its own, also while it grows
  EXPECT_EQ(numbers[999], 999);
  EXPECT_EQ(numbers.back(), 7);
  numbers.pop_back();
  numbers.resize_down(2);
  EXPECT_EQ(numbers.size(), 2u);
  EXPECT_EQ(numbers.span()[1], 1);
}

}  // namespace
}  // namespace ephor
