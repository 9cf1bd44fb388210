#include "cli/test_selector.h"

#include <gmock/gmock.h>

namespace ephor::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

source::ExpectedResult Row(std::string policy, std::string rule, std::vector<std::string> resources) {
  source::ExpectedResult row;
  row.policy = std::move(policy);
  row.rule = std::move(rule);
  row.resources = std::move(resources);
  return row;
}

TEST(TestSelector, AllTermsMustHold) {
  const source::ExpectedResult row = Row("ns/p", "r", {"a", "b"});
  EXPECT_TRUE(TestSelector("policy=*,rule=*,resource=*").Selects(row));
  EXPECT_TRUE(TestSelector("").Selects(row));
  EXPECT_TRUE(TestSelector("policy = ns/* , resource=b").Selects(row));
  EXPECT_FALSE(TestSelector("policy=p").Selects(row));
  EXPECT_FALSE(TestSelector("policy=*,resource=c").Selects(row));
  EXPECT_TRUE(TestSelector("rule=x").Selects(Row("p", "", {})));
  EXPECT_TRUE(TestSelector("resource=x").Selects(Row("p", "r", {})));
}

TEST(TestSelector, ResourcesReplaceThoseOfTheRow) {
  EXPECT_THAT(TestSelector("resource=a,resource=b,resource=*,resource=c").resources(), ElementsAre("a", "b"));
  EXPECT_THAT(TestSelector("resource=*").resources(), IsEmpty());
  EXPECT_THAT(TestSelector("resource=a,broken").resources(), IsEmpty());
}

TEST(TestSelector, TellsOfBadTerms) {
  EXPECT_THAT(
      TestSelector("policy,kind=Pod,a=b=c").errors(),
      ElementsAre(
          "Invalid test-case-selector argument (policy). Parameter must be in the form `<key>=<value>`.",
          "Invalid test-case-selector (kind=Pod). Parameter can only be policy, rule or resource.",
          "Invalid test-case-selector argument (a=b=c). Parameter must be in the form `<key>=<value>`."));
}

}  // namespace
}  // namespace ephor::cli
