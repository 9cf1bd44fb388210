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

TEST(NormalizeArguments, KeepsExpressionsInBracketsWhole) {
  EXPECT_THAT(Normalized({"jp", "query", "[a,b]"}), ElementsAre("jp", "query", "[a,b] "));
  EXPECT_THAT(Normalized({"apply", "[a,b]"}), ElementsAre("apply", "[a,b]"));
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
    apply->add_option("-o,--output", output);
    apply->add_option("--code", code);
    app_.add_subcommand("version", "shows");
    CLI::App* make = app_.add_subcommand("make", "makes");
    make->add_option("name", name)->required();
    AddArrayFlag(*make, "--rules", rules, "rules")->required();
    make->add_option("-b,--by", by)->required();
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
  std::vector<std::string> rules;
  std::string output, name, by;
  int code = 0;

 private:
  CLI::App app_;
};

TEST(AddListFlag, RepeatsSplitsAndLeavesPositionalsAlone) {
  CommandLine line;
  EXPECT_EQ(line.Parse({"apply", "-r", "a,b", "p", "-r", "-", "version"}), "");
  EXPECT_THAT(line.resources, ElementsAre("a", "b", "-"));
  EXPECT_THAT(line.policies, ElementsAre("p", "version"));
}

TEST(AddArrayFlag, RepeatsAndDoesNotSplit) {
  CommandLine line;
  EXPECT_EQ(line.Parse({"make", "x", "--rules", "a,b", "-b", "c", "--rules=d"}), "");
  EXPECT_THAT(line.rules, ElementsAre("a,b", "d"));
  EXPECT_EQ(line.name, "x");
}

TEST(DescribeParseError, SpeaksLikeTheReference) {
  EXPECT_EQ(CommandLine().Parse({"make"}), "accepts 1 arg(s), received 0");
  EXPECT_EQ(CommandLine().Parse({"make", "x"}), "required flag(s) \"by\", \"rules\" not set");
  EXPECT_EQ(CommandLine().Parse({"make", "x", "y", "--rules=r", "--by=b"}), "accepts 1 arg(s), received 2");
  EXPECT_EQ(CommandLine().Parse({"apply", "-o"}), "flag needs an argument: --output");
  EXPECT_EQ(CommandLine().Parse({"apply", "-o", "f", "--code", "x"}),
            "invalid argument \"x\" for \"--code\" flag: strconv.ParseInt: parsing \"x\": invalid syntax");
  EXPECT_EQ(CommandLine().Parse({"apply", "--nope=1"}), "unknown flag: --nope");
  EXPECT_EQ(CommandLine().Parse({"apply", "-x"}), "unknown shorthand flag: 'x' in -x");
  EXPECT_EQ(CommandLine().Parse({"version", "now"}), "unknown command \"now\" for \"ephor version\"");
  EXPECT_EQ(CommandLine().Parse({"foo"}),
            "unknown command \"foo\" for \"ephor\"\nRun 'ephor --help' for usage.");
}

}  // namespace
}  // namespace ephor::cli
