#include "cli/flags.h"

#include <gmock/gmock.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace ephor::cli {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Normalized(std::vector<const char*> arguments) {
  return NormalizeArguments(arguments);
}

TEST(NormalizeArguments, DropsTheEqualsSignOfShortFlags) {
  EXPECT_THAT(Normalized({"-n=x", "--n=x", "-nx", "-", "-="}), ElementsAre("-nx", "--n=x", "-nx", "-", "-="));
  EXPECT_THAT(Normalized({"--", "-n=x"}), ElementsAre("--", "-n=x"));
}

TEST(NormalizeArguments, DropsTheLogLevel) {
  EXPECT_THAT(Normalized({"apply", "-v", "4", "-v=2", "--v", "1", "--v=9", "p"}), ElementsAre("apply", "p"));
  EXPECT_THAT(Normalized({"-v", "p", "--values", "-v"}), ElementsAre("-v", "p", "--values", "-v"));
  EXPECT_THAT(Normalized({"--", "-v", "4"}), ElementsAre("--", "-v", "4"));
}

class CommandLine {
 public:
  CommandLine() : app_("test", "ephor") {
    app_.require_subcommand(0, 1);
    CLI::App* apply = app_.add_subcommand("apply", "applies");
    apply->add_option("policies", policies);
    AddListFlag(*apply, "-r,--resource", resources, "resources");
    app_.add_subcommand("version", "shows");
  }

  std::string Parse(std::vector<std::string> arguments) {
    std::reverse(arguments.begin(), arguments.end());
    try {
      app_.parse(std::move(arguments));
      return "";
    } catch (const CLI::ParseError& error) {
      return DescribeParseError(app_, error);
    }
  }

  std::vector<std::string> policies;
  std::vector<std::string> resources;

 private:
  CLI::App app_;
};

TEST(AddListFlag, RepeatsSplitsAndLeavesPositionalsAlone) {
  CommandLine line;
  EXPECT_EQ(line.Parse({"apply", "-r", "a,b", "p", "-r", "-", "version"}), "");
  EXPECT_THAT(line.resources, ElementsAre("a", "b", "-"));
  EXPECT_THAT(line.policies, ElementsAre("p", "version"));
}

TEST(DescribeParseError, SpeaksLikeTheReference) {
  EXPECT_EQ(CommandLine().Parse({"apply", "--nope=1"}), "unknown flag: --nope");
  EXPECT_EQ(CommandLine().Parse({"apply", "-x"}), "unknown shorthand flag: 'x' in -x");
  EXPECT_EQ(CommandLine().Parse({"version", "now"}), "unknown command \"now\" for \"ephor version\"");
  EXPECT_EQ(CommandLine().Parse({"foo"}),
            "unknown command \"foo\" for \"ephor\"\nRun 'ephor --help' for usage.");
}

}  // namespace
}  // namespace ephor::cli
