#include "engine/cel/path_names.h"

#include <gtest/gtest.h>

namespace ephor::engine {
namespace {

TEST(PathNames, ShortAndLongListsHoldTheSame) {
  for (const std::string_view names : {"", "/", "a", "a/b", "/a//b/", "aa/ba", "b/a"}) {
    const PathNames prepared(names);
    for (const std::string_view name : {"", "a", "b", "aa", "c"}) {
      EXPECT_EQ(prepared.Has(name), HoldsName(names, name)) << names << " " << name;
    }
  }
  EXPECT_TRUE(HoldsName("x/a/y", "a"));
  EXPECT_FALSE(HoldsName("xa/ay", "a"));
}

TEST(PathNamesCache, KeepsTheLongOnes) {
  PathNamesCache cache;
  EXPECT_EQ(cache.Of("a/b"), nullptr);
  const std::string one(600, 'a'), two = one + "/b";
  const PathNames* const first = cache.Of(one);
  ASSERT_NE(first, nullptr);
  EXPECT_TRUE(cache.Of(two)->Has("b"));
  EXPECT_EQ(cache.Of(one), first);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(cache.Of(one + "/" + std::to_string(i))->Has(std::to_string(i)));
  EXPECT_TRUE(cache.Of(one)->Has(one));
}

}  // namespace
}  // namespace ephor::engine
