#include "json/value.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "json/builder.h"
#include "json/parse.h"
#include "json/write.h"

namespace ephor::json {
namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();

TEST(Value, NumberIsAnIntegerWhereItCanBe) {
  EXPECT_EQ(Value::Number(3.0).as_int(), 3);
  EXPECT_TRUE(Value::Number(3.5).is_double());
  EXPECT_TRUE(Value::Number(-0.0).is_double());
  EXPECT_TRUE(Value::Number(0x1p63).is_double());
  EXPECT_EQ(Value::Number(-0x1p63).as_int(), kMin);
  EXPECT_TRUE(Value::Number(std::nan("")).is_double());
}

TEST(Value, NumbersCompareExactly) {
  struct Row {
    Value a, b;
    int order;
  };
  const Row rows[] = {
      {Value::Int(1), Value::Int(2), -1},
      {Value::Int(1), Value::Double(1.0), 0},
      {Value::Double(1.5), Value::Int(1), 1},
      {Value::Double(-1.5), Value::Int(-1), -1},
      {Value::Int(kMax), Value::Double(0x1p63), -1},  // equal when compared as doubles
      {Value::Int(kMin), Value::Double(-0x1p63), 0},
      {Value::Int(9007199254740993), Value::Double(9007199254740992.0), 1},
      {Value::Double(-std::numeric_limits<double>::infinity()), Value::Int(kMin), -1},
      {Value::Double(0.5), Value::Double(0.25), 1},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(CompareNumbers(row.a, row.b), row.order);
    EXPECT_EQ(CompareNumbers(row.b, row.a), -row.order);
    EXPECT_EQ(Equal(row.a, row.b), row.order == 0);
  }
  const Value nan = Value::Double(std::nan(""));
  EXPECT_FALSE(Equal(nan, nan));
}

TEST(Value, DeepEqualityIgnoresTheOrderOfKeys) {
  Arena arena;
  const auto parse = [&arena](std::string_view text) { return *Parse(text, arena); };
  EXPECT_TRUE(Equal(parse(R"({"a":1,"b":[1,{"c":null}]})"), parse(R"({"b":[1.0,{"c":null}],"a":1})")));
  EXPECT_FALSE(Equal(parse(R"({"a":1})"), parse(R"({"a":1,"b":2})")));
  EXPECT_FALSE(Equal(parse(R"({"a":1})"), parse(R"({"b":1})")));
  EXPECT_FALSE(Equal(parse("[1,2]"), parse("[2,1]")));
  EXPECT_FALSE(Equal(parse("null"), parse("false")));
  EXPECT_FALSE(Equal(parse("1"), parse("\"1\"")));
}

TEST(Value, FindsMembersOfSmallAndLargeObjects) {
  Arena arena;
  for (const int count : {0, 1, 16, 17, 1000}) {
    ObjectBuilder builder(arena);
    for (int i = 0; i < count; ++i) {
      builder.Set(arena.Copy("key-" + std::to_string(i)), Value::Int(i));
    }
    const Value object = builder.Build();
    ASSERT_EQ(object.size(), static_cast<std::uint32_t>(count));
    for (int i = 0; i < count; ++i) {
      const Value* found = object.Find(std::string_view("key-" + std::to_string(i)));
      ASSERT_NE(found, nullptr);
      EXPECT_EQ(found->as_int(), i);
    }
    EXPECT_EQ(object.Find("key"), nullptr);
    EXPECT_EQ(object.Find(""), nullptr);
  }
}

TEST(Value, PathsEndAtWhatIsNotThere) {
  Arena arena;
  const Value pod = *Parse(R"({"metadata":{"name":"web","labels":null}})", arena);
  EXPECT_EQ(pod.StringAt("metadata", "name"), "web");
  EXPECT_EQ(pod.StringAt("metadata", "labels", "app"), "");
  EXPECT_EQ(pod.Find("spec", "containers"), nullptr);
  EXPECT_TRUE(pod.Find("metadata", "labels")->is_null());
}

// The hash at compile time reads bytes, the one at run time words.
template <std::size_t N>
constexpr std::uint32_t kHashOfPrefix = HashKey(std::string_view("abcdefghijklmnopqrstuvwxyz").substr(0, N));

TEST(Key, HashIsTheSameAtCompileTime) {
  const std::string text = "abcdefghijklmnopqrstuvwxyz";
  const std::uint32_t compiled[] = {
      kHashOfPrefix<0>,  kHashOfPrefix<1>,  kHashOfPrefix<2>,  kHashOfPrefix<3>,  kHashOfPrefix<4>,
      kHashOfPrefix<5>,  kHashOfPrefix<6>,  kHashOfPrefix<7>,  kHashOfPrefix<8>,  kHashOfPrefix<9>,
      kHashOfPrefix<10>, kHashOfPrefix<11>, kHashOfPrefix<12>, kHashOfPrefix<16>, kHashOfPrefix<20>};
  const std::size_t lengths[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 16, 20};
  for (std::size_t i = 0; i < std::size(lengths); ++i) {
    EXPECT_EQ(HashKey(text.substr(0, lengths[i])), compiled[i]) << lengths[i];
  }
}

TEST(DeepCopy, DependsOnNothing) {
  Arena copies;
  Value copy;
  {
    Arena arena;
    copy = DeepCopy(*Parse(R"({"a":["x",{"b":"y"}],"c":1.5})", arena), copies);
  }
  EXPECT_EQ(ToString(copy), R"({"a":["x",{"b":"y"}],"c":1.5})");
}

}  // namespace
}  // namespace ephor::json
