#include "yaml/scalar.h"

#include <gtest/gtest.h>

#include <string>

#include "json/write.h"

namespace ephor::yaml {
namespace {

TEST(ResolvePlain, FollowsGoYaml) {
  struct Row {
    const char* text;
    const char* tag;
    const char* value;
  };
  const Row rows[] = {
      {"", "!!null", "null"},
      {"~", "!!null", "null"},
      {"null", "!!null", "null"},
      {"nULL", "!!str", R"("nULL")"},
      {"y", "!!bool", "true"},
      {"Yes", "!!bool", "true"},
      {"yEs", "!!str", R"("yEs")"},
      {"off", "!!bool", "false"},
      {"TRUE", "!!bool", "true"},
      {"<<", "!!str", R"("<<")"},
      {"0", "!!int", "0"},
      {"-0", "!!int", "0"},
      {"+1", "!!int", "1"},
      {"007", "!!int", "7"},
      {"08", "!!float", "8"},
      {"0o17", "!!int", "15"},
      {"-0x1F", "!!int", "-31"},
      {"0b101", "!!int", "5"},
      {"0b-1", "!!int", "-1"},
      {"0b2", "!!str", R"("0b2")"},
      {"0x", "!!str", R"("0x")"},
      {"1_000", "!!int", "1000"},
      {"1_000.5", "!!float", "1000.5"},
      {"9223372036854775807", "!!int", "9223372036854775807"},
      {"9223372036854775808", "!!int", "9223372036854776000"},
      {"18446744073709551616", "!!float", "18446744073709552000"},
      {"-9223372036854775808", "!!int", "-9223372036854775808"},
      {"1.", "!!float", "1"},
      {"-.5", "!!float", "-0.5"},
      {"1e3", "!!float", "1000"},
      {"1e400", "!!str", R"("1e400")"},
      {".5e-1", "!!float", "0.05"},
      {".inf", "!!float", "null"},
      {".", "!!str", R"(".")"},
      {"1.2.3", "!!str", R"("1.2.3")"},
      {"190:20:30", "!!str", R"("190:20:30")"},
      {"2001-01-01", "!!timestamp", R"("2001-01-01")"},
      {"2001-1-1", "!!timestamp", R"("2001-1-1")"},
      {"2000-02-29", "!!timestamp", R"("2000-02-29")"},
      {"1900-02-29", "!!str", R"("1900-02-29")"},
      {"2001-13-01", "!!str", R"("2001-13-01")"},
      {"2001-12-14t21:59:43.10-05:00", "!!timestamp", R"("2001-12-14t21:59:43.10-05:00")"},
      {"2001-12-14 21:59:43,1", "!!timestamp", R"("2001-12-14 21:59:43,1")"},
      {"2001-12-14T21:59:43", "!!str", R"("2001-12-14T21:59:43")"},
      {"2001-12-14T24:00:00Z", "!!str", R"("2001-12-14T24:00:00Z")"},
      {"500m", "!!str", R"("500m")"},
      {"nginx", "!!str", R"("nginx")"},
  };
  for (const Row& row : rows) {
    const Scalar scalar = ResolvePlain(row.text);
    EXPECT_EQ(TagName(scalar.type), row.tag) << row.text;
    EXPECT_EQ(json::ToString(scalar.value), row.value) << row.text;
  }
}

}  // namespace
}  // namespace ephor::yaml
