#include "json/builder.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "json/parse.h"
#include "json/write.h"

namespace ephor::json {
namespace {

TEST(ObjectBuilder, SortsAndLetsTheLastSettingWin) {
  Arena arena;
  ObjectBuilder builder(arena);
  EXPECT_TRUE(builder.empty());
  builder.Set("b", Value::Int(1));
  builder.Set("a", Value::Int(2));
  builder.Set("b", Value::Int(3));
  EXPECT_FALSE(builder.empty());
  EXPECT_EQ(ToString(builder.Build()), R"({"a":2,"b":3})");
}

TEST(ObjectBuilder, BeginsWithAnObject) {
  Arena arena;
  ObjectBuilder builder(arena, *Parse(R"({"a":1,"b":2})", arena));
  builder.Set("a", Value::Null());
  EXPECT_EQ(ToString(builder.Build()), R"({"a":null,"b":2})");
  EXPECT_EQ(ToString(ObjectBuilder(arena, Value::Int(1)).Build()), "{}");
}

// Against std::map, around the size where the sort changes.
TEST(SortMembers, AgreesWithAMap) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    Arena arena;
    ObjectBuilder builder(arena);
    std::map<std::string, int> expected;
    const int count = static_cast<int>(random() % 70);
    for (int i = 0; i < count; ++i) {
      // Few letters and common beginnings: many equal keys, equal prefixes and prefixes of each other.
      std::string key = random() % 2 == 0 ? "" : "prefix-8";
      for (auto n = random() % 4; n > 0; --n)
        key += static_cast<char>(random() % 3 == 0 ? '\0' : 'a' + random() % 3);
      builder.Set(arena.Copy(key), Value::Int(i));
      expected[key] = i;
    }
    const Value object = builder.Build();
    ASSERT_EQ(object.size(), expected.size());
    auto want = expected.begin();
    for (const Member& member : object.members()) {
      EXPECT_EQ(member.key(), want->first);
      EXPECT_EQ(member.value.as_int(), want->second);
      ++want;
    }
  }
}

TEST(ArrayBuilder, KeepsOrder) {
  Arena arena;
  ArrayBuilder builder(arena);
  for (int i = 0; i < 20; ++i) builder.Add(Value::Int(i));
  EXPECT_EQ(builder.size(), 20u);
  EXPECT_EQ(builder.Build().items()[19].as_int(), 19);
}

TEST(Members, AreSetAndRemovedInACopy) {
  Arena arena;
  const Value object = *Parse(R"({"a":1,"b":2})", arena);
  EXPECT_EQ(ToString(WithMember(object, "c", Value::Int(3), arena)), R"({"a":1,"b":2,"c":3})");
  EXPECT_EQ(ToString(WithMember(object, "a", Value::Int(3), arena)), R"({"a":3,"b":2})");
  EXPECT_EQ(ToString(WithoutMember(object, "a", arena)), R"({"b":2})");
  EXPECT_EQ(ToString(WithoutMember(object, "x", arena)), R"({"a":1,"b":2})");
  EXPECT_EQ(ToString(object), R"({"a":1,"b":2})");
}

}  // namespace
}  // namespace ephor::json
