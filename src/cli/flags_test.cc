#include "cli/flags.h"

#include <gmock/gmock.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace ephor::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

struct CsvCase {
  const char* name;
  const char* record;
  std::vector<std::string> fields;
};

TEST(SplitCsvRecord, FollowsTheQuotes) {
  const CsvCase cases[] = {
      {"OneField", "a.yaml", {"a.yaml"}},
      {"TwoFields", "a.yaml,b.yaml", {"a.yaml", "b.yaml"}},
      {"EmptyRecordIsOneEmptyField", "", {""}},
      {"EmptyFieldsStay", ",a,", {"", "a", ""}},
      {"QuotedCommaStays", "\"a,b\",c", {"a,b", "c"}},
      {"DoubledQuote", "\"a\"\"b\"", {"a\"b"}},
      {"QuoteInsideAFieldIsText", "k=\"v\"", {"k=\"v\""}},
      {"OpenQuoteIsNoCsv", "\"a,b", {"\"a,b"}},
  };
  for (const CsvCase& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<std::string> fields;
    SplitCsvRecord(c.record, fields);
    EXPECT_THAT(fields, ElementsAreArray(c.fields));
  }
}

std::vector<std::string> Normalized(std::vector<const char*> arguments) {
  return NormalizeArguments(arguments);
}

TEST(NormalizeArguments, DropsTheEqualsSignOfShortFlags) {
  EXPECT_THAT(Normalized({"-n=x", "--n=x", "-nx", "-", "-="}), ElementsAre("-nx", "--n=x", "-nx", "-", "-="));
  EXPECT_THAT(Normalized({"--", "-n=x"}), ElementsAre("--", "-n=x"));
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
