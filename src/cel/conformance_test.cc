// The cases in tests/conformance/cel: files with lists of {"expr", "env", "vars", and "value", "error" or
// "compile_error"}. A case is added without compiling.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "cel/testing.h"

namespace ephor::cel {
namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(CelConformance, Files) {
  std::size_t cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator("tests/conformance/cel")) {
    if (entry.path().extension() != ".json") continue;
    Arena arena;
    const Result<json::Value> file = json::Parse(ReadFile(entry.path()), arena);
    ASSERT_TRUE(file) << entry.path() << ": " << file.error().message();
    for (const json::Value& row : file->items()) {
      const std::string expression(row.StringAt("expr"));
      SCOPED_TRACE(entry.path().string() + ": " + expression);
      const std::string_view name = row.StringAt("env");
      const auto env = name == "vap"    ? lib::AdmissionPolicyEnv()
                       : name == "vpol" ? lib::ValidatingPolicyEnv()
                                        : lib::ConformanceEnv();
      const json::Value* vars = row.Find("vars");
      const std::string result =
          testing::Evaluate(expression, vars != nullptr ? json::ToString(*vars) : "{}", env);
      if (const json::Value* value = row.Find("value")) {
        EXPECT_EQ(result, json::ToString(*value));
      } else if (row.Find("error") != nullptr) {
        EXPECT_EQ(result, "error: " + std::string(row.StringAt("error")));
      } else {
        EXPECT_EQ(result, row.StringAt("compile_error"));
      }
      ++cases;
    }
  }
  EXPECT_GT(cases, 50u);
}

}  // namespace
}  // namespace ephor::cel
