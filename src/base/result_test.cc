#include "base/result.h"

#include <gtest/gtest.h>

namespace ephor {
namespace {

Result<int> Half(int number) {
  if (number % 2 != 0) return InvalidInput("odd number");
  return number / 2;
}

Result<int> Quarter(int number) {
  EPHOR_ASSIGN(const int half, Half(number));
  EPHOR_TRY(Half(half));
  return half / 2;
}

TEST(Result, MacrosPassErrorsOn) {
  EXPECT_EQ(Quarter(8).value_or(-1), 2);
  for (const int bad : {7, 6}) {
    const Result<int> result = Quarter(bad);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().message(), "odd number");
    EXPECT_EQ(result.error().code(), ErrorCode::kInvalidInput);
  }
}

TEST(Error, PlacesComeOutermostFirst) {
  const Error error = Error(ErrorCode::kEvaluation, "unknown function").Within("key").Within("rule 'x'");
  EXPECT_EQ(error.message(), "rule 'x': key: unknown function");
  EXPECT_EQ(error.code(), ErrorCode::kEvaluation);
}

TEST(Error, TheInnermostPositionStays) {
  const Error error = Error(ErrorCode::kInvalidInput, "bad").At({3, 5}).At({1, 1});
  EXPECT_EQ(error.position().line, 3u);
  EXPECT_EQ(error.position().column, 5u);
  EXPECT_EQ(Error(ErrorCode::kInvalidInput, "bad").position().line, 0u);
}

}  // namespace
}  // namespace ephor
