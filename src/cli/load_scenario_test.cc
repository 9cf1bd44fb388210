#include "cli/load_scenario.h"

#include <gtest/gtest.h>

#include "source/temporary_folder.h"

namespace ephor::cli {
namespace {

TEST(LoadScenario, FillsWhatIsOpen) {
  const source::TemporaryFolder folder;
  const std::string path =
      folder.Write("s.yaml",
                   "name: pss\n"
                   "description: what it is for\n"
                   "target: https://127.0.0.1:1/validate\n"
                   "policies: [p]\n"
                   "reviews: [a/b.json]\n"
                   "checks: ['status == 200']\n"
                   "thresholds: ['checks:rate>0.9']\n"
                   "executor: ramping-vus\n"
                   "vus: 3\n"
                   "stages:\n- {duration: 10s, target: 50}\n- {duration: 1m, target: 0}\n"
                   "timeout: 5s\n"
                   "connectionReuse: false\n"
                   "abortOnFail: true\n");
  LoadOptions options{.target = "http://127.0.0.1:2/", .users = 7};
  const auto applied = ApplyScenario(path, options);
  ASSERT_TRUE(applied) << applied.error().message();
  EXPECT_EQ(options.title, "pss");
  EXPECT_EQ(options.target, "http://127.0.0.1:2/");
  EXPECT_EQ(options.users, 7u);
  EXPECT_EQ(options.reviews, std::vector<std::string>{folder.Path("a/b.json")});
  EXPECT_EQ(options.checks, std::vector<std::string>{"status == 200"});
  EXPECT_EQ(options.thresholds, std::vector<std::string>{"checks:rate>0.9"});
  EXPECT_EQ(options.executor, "ramping-vus");
  EXPECT_EQ(options.stages, "10s:50.000000,1m:0.000000");
  EXPECT_EQ(options.timeout, "5s");
  EXPECT_TRUE(options.no_reuse);
  EXPECT_TRUE(options.abort_on_fail);
}

struct WrongCase {
  const char* name;
  std::string_view text;
  std::string_view says;
};

TEST(LoadScenario, NamesKeyAndLine) {
  const WrongCase cases[] = {
      {"unknown key", "vus: 1\niteratons: 5\n",
       "unknown key \"iteratons\", did you mean \"iterations\"? (line 2)"},
      {"nothing like it", "vus: 1\n\nwhatever: 5\n", "unknown key \"whatever\" (line 3)"},
      {"unknown key of a stage", "stages:\n- duration: 1s\n  goal: 5\n", "\"stages[0].goal\" (line 3)"},
      {"wrong type", "vus: 1\nreviews: a.json\n", "reviews must be a list of strings, not a string (line 2)"},
      {"a negative number", "vus: -1\n", "vus must be a number from 0 to 1000000000 (line 1)"},
      {"no whole number", "vus: 1.5\n", "vus must be a whole number (line 1)"},
      {"a huge number", "rate: 1e300\n", "rate must be a number from 0 to 1000000000 (line 1)"},
      {"no mapping", "- a\n", "the document must be an object, not a list (line 1)"},
      {"no YAML", "a: [\n", "failed to decode yaml"},
  };
  const source::TemporaryFolder folder;
  for (const WrongCase& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string path = folder.Write("s.yaml", c.text);
    LoadOptions options;
    const auto applied = ApplyScenario(path, options);
    ASSERT_FALSE(applied);
    EXPECT_TRUE(applied.error().message().starts_with(path + ": ")) << applied.error().message();
    EXPECT_NE(applied.error().message().find(c.says), std::string::npos) << applied.error().message();
  }
}

TEST(LoadScenario, AFileThatIsNotThere) {
  LoadOptions options;
  EXPECT_FALSE(ApplyScenario("/nonexistent/s.yaml", options));
}

TEST(LoadScenario, AnEmptyFileFillsNothing) {
  const source::TemporaryFolder folder;
  LoadOptions options;
  EXPECT_TRUE(ApplyScenario(folder.Write("s.yaml", ""), options));
  EXPECT_EQ(options.executor, "");
}

}  // namespace
}  // namespace ephor::cli
