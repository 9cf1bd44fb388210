#include "cel/eval/value.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "cel/eval/time.h"
#include "json/parse.h"

namespace ephor::cel {
namespace {

TEST(CelValue, EqualsByValueAcrossTypes) {
  Arena arena;
  const Value list[] = {Value::Int(1), Value::String("a")};
  const json::Value json = *json::Parse(R"([1.0, "a"])", arena);
  struct Row {
    Value a, b;
    bool equal;
  } rows[] = {
      {Value::Int(1), Value::Uint(1), true},
      {Value::Int(-1), Value::Uint(UINT64_MAX), false},
      {Value::Int(1), Value::Double(1.0), true},
      {Value::Int(1), Value::Double(1.5), false},
      {Value::Uint(1), Value::Double(-1), false},
      {Value::Double(std::nan("")), Value::Double(std::nan("")), false},
      {Value::Null(), Value::Null(), true},
      {Value::Null(), Value::Bool(false), false},
      {Value::String("a"), Value::Bytes("a"), false},
      {Value::List(list), Value::Json(json), true},
      {Value::Json(json), Value::List(list), true},
      {Value::List(list), Value::List({list, 1}), false},
      {Value::Optional(nullptr), Value::Optional(nullptr), true},
      {Value::Optional(&list[0]), Value::Optional(nullptr), false},
      {Value::Timestamp(5, 0, 60), Value::Timestamp(5, 0), true},
      {Value::Type("int"), Value::String("int"), false},
  };
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(Equal(rows[i].a, rows[i].b), rows[i].equal);
    EXPECT_EQ(Equal(rows[i].b, rows[i].a), rows[i].equal);
  }
}

TEST(CelValue, MapsFindWhatALinearSearchFinds) {
  std::mt19937 random(1);
  const auto key = [&](int n) {
    switch (n % 4) {
      case 0:
        return Value::Int(n % 40);
      case 1:
        return Value::Uint(static_cast<std::uint64_t>(n % 40));
      case 2:
        return Value::Double((n % 80) / 2.0);
      default:
        return Value::Bool(n % 8 == 3);
    }
  };
  for (int round = 0; round < 200; ++round) {
    Arena arena;
    MapBuilder builder(arena);
    std::vector<MapEntry> plain;
    for (int i = 0; i < round; ++i) {
      const MapEntry entry{key(static_cast<int>(random() % 1000)), Value::Int(i)};
      builder.Set(entry.key, entry.value);
      const auto found = std::find_if(plain.begin(), plain.end(),
                                      [&](const MapEntry& e) { return Equal(e.key, entry.key); });
      if (found == plain.end()) {
        plain.push_back(entry);
      } else {
        found->value = entry.value;
      }
    }
    const Value map = builder.Build();
    ASSERT_EQ(map.size(), plain.size());
    for (const MapEntry& entry : plain) {
      Value found;
      ASSERT_TRUE(FindMember(map, entry.key, found));
      EXPECT_EQ(found.as_int(), entry.value.as_int());
    }
    Value found;
    EXPECT_FALSE(FindMember(map, Value::String("x"), found));
    EXPECT_FALSE(FindMember(map, Value::Int(41), found));
  }
}

TEST(CelValue, ReadsTimestampsStrictly) {
  for (std::string_view bad :
       {"", "2024", "2024-01-01", "2024-01-01T00:00:00", "2024-01-01t00:00:00Z", "2024-1-01T00:00:00Z",
        "2024-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z",
        "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00+2:00", "2024-01-01T00:00:00+02:00x",
        "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00", "2024-01-01T00:00:00+24:00"}) {
    Value timestamp;
    EXPECT_FALSE(ParseTimestamp(bad, timestamp)) << bad;
  }
  for (std::string_view good :
       {"2024-02-29T23:59:59Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z",
        "2024-01-01T00:00:00.5+05:30", "2024-01-01T00:00:00-23:59"}) {
    Value timestamp;
    ASSERT_TRUE(ParseTimestamp(good, timestamp)) << good;
    EXPECT_EQ(TimestampText(timestamp), good);
  }
}

TEST(CelValue, CalendarAgreesWithItself) {
  for (std::int64_t day = -719162; day < 2932896; day += 997) {
    const CivilTime civil = CivilAt(day * 86400 + 3661, 0);
    EXPECT_EQ(DaysOf(civil.year, civil.month, civil.day), day);
    EXPECT_EQ(civil.hour * 3600 + civil.minute * 60 + civil.second, 3661);
  }
  EXPECT_EQ(CivilAt(0, 0).weekday, 4);
  EXPECT_EQ(CivilAt(951782400, 0).year_day, 59);  // 2000-02-29
}

TEST(CelValue, KnowsZones) {
  struct Row {
    std::string_view zone;
    std::int64_t at, offset;
  } rows[] = {{"", 0, 0},
              {"UTC", 0, 0},
              {"+05:30", 0, 19800},
              {"-23:59", 0, -86340},
              {"Asia/Tokyo", 1'700'000'000, 32400},
              {"Europe/Berlin", 1'720'000'000, 7200},
              {"Europe/Berlin", 1'700'000'000, 3600}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.zone);
    std::int64_t offset = -1;
    EXPECT_TRUE(ZoneOffset(row.zone, row.at, offset));
    EXPECT_EQ(offset, row.offset);
  }
  for (std::string_view bad : {"Nowhere", "/etc/passwd", "../zoneinfo/UTC", "+24:00", "+1:2:3"}) {
    std::int64_t offset;
    EXPECT_FALSE(ZoneOffset(bad, 0, offset)) << bad;
  }
}

}  // namespace
}  // namespace ephor::cel
