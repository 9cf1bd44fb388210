// Runs tests/conformance/jmespath: files of {"given": input, "cases": [{"expression", "result" or "error"}]}.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "jmespath/evaluator.h"
#include "jmespath/optimize.h"
#include "jmespath/parser.h"
#include "jmespath/query.h"
#include "jmespath/world_for_test.h"
#include "json/parse.h"
#include "json/write.h"

namespace ephor::jmespath {
namespace {

constexpr const char* kFolder = "tests/conformance/jmespath";

std::string ReadFile(const std::filesystem::path& path) {
  std::string text(std::filesystem::file_size(path), '\0');
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr || std::fread(text.data(), 1, text.size(), file) != text.size()) text.clear();
  if (file != nullptr) std::fclose(file);
  return text;
}

// The inputs' numbers are doubles where the cases were recorded, and no case depends on it.
std::string Describe(const Result<json::Value>& result) {
  return result ? json::ToString(*result) : "error: " + result.error().message();
}

Result<json::Value> RunPlain(std::string_view expression, const json::Value& input, Env& env) {
  EPHOR_ASSIGN(const std::unique_ptr<Program> program, Parse(expression));
  Evaluator evaluator(*program, env);
  json::Value result;
  const Status status = evaluator.Run(program->root, input, result);
  if (status != Status::kOk) return std::unexpected(evaluator.TakeError(status));
  return json::DeepCopy(result, env.arena);
}

class CaseFile : public ::testing::TestWithParam<std::string> {};

TEST_P(CaseFile, GivesWhatIsWritten) {
  Arena file_arena;
  const auto file = json::Parse(ReadFile(std::string(kFolder) + "/" + GetParam() + ".json"), file_arena);
  ASSERT_TRUE(file.has_value()) << file.error().message();
  FixedWorld fixed;
  const ports::World world = fixed.ports();
  for (const json::Value& group : file->items()) {
    const json::Value& given = *group.Find("given");
    for (const json::Value& each : group.Find("cases")->items()) {
      const std::string_view expression = each.StringAt("expression");
      SCOPED_TRACE(expression);
      const json::Value* result = each.Find("result");
      const std::string want =
          result != nullptr ? json::ToString(*result) : "error: " + std::string(each.StringAt("error"));
      Arena arena;
      Env env{arena, world};
      EXPECT_EQ(Describe(RunPlain(expression, given, env)), want);
      const auto query = Query::Compile(expression);
      if (!query) {
        EXPECT_EQ("error: " + query.error().message(), want);
        continue;
      }
      EXPECT_EQ(Describe(query->Evaluate(given, env)), want);
      // What is printed compiles to the same.
      const auto again = Query::Compile(query->ToString());
      ASSERT_TRUE(again.has_value()) << query->ToString() << ": " << again.error().message();
      EXPECT_EQ(again->AstToString(), query->AstToString()) << query->ToString();
      EXPECT_EQ(again->ToString(), query->ToString());
    }
  }
}

std::vector<std::string> CaseFiles() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Recorded, CaseFile, ::testing::ValuesIn(CaseFiles()), [](const auto& row) {
  std::string name = row.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace ephor::jmespath
