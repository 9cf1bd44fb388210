#include "server/log.h"

#include <gtest/gtest.h>

namespace ephor::server {
namespace {

TEST(LogTest, LinesCannotBeForged) {
  const auto line = [](LogFormat format, std::string_view message, std::string_view value) {
    return Log::Line(format, LogLevel::kWarning, "T", message, {{"key", value}});
  };
  EXPECT_EQ(line(LogFormat::kText, "a message", "plain"), "T WARN  a message key=plain");
  EXPECT_EQ(line(LogFormat::kText, "a message", "two words"), "T WARN  a message key=\"two words\"");
  EXPECT_EQ(line(LogFormat::kText, "a message", ""), "T WARN  a message key=\"\"");
  EXPECT_EQ(line(LogFormat::kText, "a\nmessage", "x\nT ERROR fake"),
            "T WARN  \"a\\nmessage\" key=\"x\\nT ERROR fake\"");
  EXPECT_EQ(
      line(LogFormat::kJson, "a \"message\"\n", "\x1b[31m"),
      "{\"level\":\"warning\",\"time\":\"T\",\"message\":\"a \\\"message\\\"\\n\",\"key\":\"\\u001b[31m\"}");
}

TEST(LogTest, Names) {
  EXPECT_EQ(LogLevelOf("error"), LogLevel::kError);
  EXPECT_EQ(LogLevelOf("Error"), std::nullopt);
  EXPECT_EQ(LogFormatOf("json"), LogFormat::kJson);
  EXPECT_EQ(LogFormatOf(""), std::nullopt);
}

}  // namespace
}  // namespace ephor::server
