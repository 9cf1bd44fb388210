#include "base/semver.h"

#include <gtest/gtest.h>

namespace ephor {
namespace {

TEST(SemanticVersion, TextRoundTrips) {
  for (const std::string_view text : {"0.0.0", "1.2.3", "1.2.3-alpha.1", "1.0.0-0.3.7+build.001", "1.0.0+a-b",
                                      "1.0.0--", "18446744073709551615.0.0"}) {
    const Result<SemanticVersion> version = SemanticVersion::Parse(text);
    ASSERT_TRUE(version.has_value()) << version.error().message();
    EXPECT_EQ(version->ToString(), text);
  }
}

TEST(SemanticVersion, Errors) {
  struct Case {
    std::string_view text, message;
  };
  const Case cases[] = {
      {"", "Version string empty"},
      {"1", "No Major.Minor.Patch elements found"},
      {"1.2", "No Major.Minor.Patch elements found"},
      {"v1.2.3", R"(Invalid character(s) found in major number "v1")"},
      {"01.2.3", R"(Major number must not contain leading zeroes "01")"},
      {"1.x.3", R"(Invalid character(s) found in minor number "x")"},
      {"1.02.3", R"(Minor number must not contain leading zeroes "02")"},
      {"1.2.3.4", R"(Invalid character(s) found in patch number "3.4")"},
      {"1.2.03", R"(Patch number must not contain leading zeroes "03")"},
      {"1..3", R"(strconv.ParseUint: parsing "": invalid syntax)"},
      {"1.2.", R"(strconv.ParseUint: parsing "": invalid syntax)"},
      {"18446744073709551616.0.0",
       R"(strconv.ParseUint: parsing "18446744073709551616": value out of range)"},
      {"1.2.3-", "Prerelease is empty"},
      {"1.2.3-a..b", "Prerelease is empty"},
      {"1.2.3-01", R"(Numeric PreRelease version must not contain leading zeroes "01")"},
      {"1.2.3-é", R"(Invalid character(s) found in prerelease "é")"},
      {"1.2.3+", "Build meta data is empty"},
      {"1.2.3+a_b", R"(Invalid character(s) found in build meta data "a_b")"},
      {"1.2.3 ", R"(Invalid character(s) found in patch number "3 ")"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const Result<SemanticVersion> version = SemanticVersion::Parse(c.text);
    ASSERT_FALSE(version.has_value());
    EXPECT_EQ(version.error().message(), c.message);
  }
}

TEST(SemanticVersion, Precedence) {
  const std::string_view ascending[] = {"0.9.9",
                                        "1.0.0-1",
                                        "1.0.0-2",
                                        "1.0.0-10",
                                        "1.0.0-alpha",
                                        "1.0.0-alpha.1",
                                        "1.0.0-alpha.beta",
                                        "1.0.0-beta.2",
                                        "1.0.0-beta.11",
                                        "1.0.0-rc.1",
                                        "1.0.0",
                                        "1.0.1",
                                        "1.2.0",
                                        "1.10.0",
                                        "2.0.0"};
  for (std::size_t i = 0; i < std::size(ascending); ++i) {
    for (std::size_t j = 0; j < std::size(ascending); ++j) {
      const auto a = SemanticVersion::Parse(ascending[i]), b = SemanticVersion::Parse(ascending[j]);
      EXPECT_EQ(*a <=> *b, i <=> j) << ascending[i] << " / " << ascending[j];
    }
  }
  EXPECT_EQ(*SemanticVersion::Parse("1.0.0+a"), *SemanticVersion::Parse("1.0.0+b"));
}

TEST(VersionRange, Contains) {
  struct Case {
    std::string_view range, version;
    bool contains;
  };
  const Case cases[] = {
      {"1.2.3", "1.2.3", true},
      {"=1.2.3", "1.2.4", false},
      {"==1.2.3", "1.2.3+build", true},
      {"!1.2.3", "1.2.3", false},
      {"!=1.2.3", "1.2.4", true},
      {">1.0.0 <2.0.0", "1.5.0", true},
      {">1.0.0 <2.0.0", "2.0.0", false},
      {">=  1.0.0  <= 2.0.0", "2.0.0", true},
      {"<1.0.0 || >=2.0.0 <3.0.0", "2.5.0", true},
      {"<1.0.0 || >=2.0.0 <3.0.0", "1.5.0", false},
      {"<1.0.0", "1.0.0-beta", true},
      {"1.x", "1.99.0", true},
      {"1.x", "2.0.0", false},
      {"1.2.x", "1.2.9", true},
      {"1.2.x", "1.3.0", false},
      {">1.2.x", "1.3.0", true},
      {">1.2.x", "1.2.9", false},
      {"<=1.2.x", "1.2.9", true},
      {"<=1.2.x", "1.3.0", false},
      {"<1.2.x", "1.2.0", false},
      {">=1.2.x", "1.2.0", true},
      {"!=1.2.x", "1.1.0", false},  // below and above at once: the reference's own mistake
      {"1.x.x", "1.1.0", false},    // stands for 1.0.x there
      {"~1.2.x", "1.2.0", true},    // an unknown comparator of a wildcard is lost there
      {"1.0.0 || || 2.0.0", "2.0.0", true},
      {"1.0.0 || || 2.0.0", "3.0.0", false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.range) + " / " + std::string(c.version));
    const Result<VersionRange> range = VersionRange::Parse(c.range);
    ASSERT_TRUE(range.has_value()) << range.error().message();
    EXPECT_EQ(range->Contains(*SemanticVersion::Parse(c.version)), c.contains);
  }
}

TEST(VersionRange, Errors) {
  struct Case {
    std::string_view range, message;
  };
  const Case cases[] = {
      {"", "Last element in range is '||'"},
      {"1", "Last element in range is '||'"},  // parts of one character are dropped
      {"|| 1.0.0", "First element in range is '||'"},
      {"1.0.0 ||", "Last element in range is '||'"},
      {"abc", R"(Could not get version from string: "abc")"},
      {">x", R"(Could not get version from string: ">x")"},
      {"1.0.0-x", R"(Could not get version from string: "<")"},
      {"~1.2.3", R"(Could not parse Range "~1.2.3": Could not parse comparator "~" in "~1.2.3")"},
      {">1.2",
       R"(Could not parse Range ">1.2": Could not parse version "1.2" in ">1.2": No Major.Minor.Patch elements found)"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.range);
    const Result<VersionRange> range = VersionRange::Parse(c.range);
    ASSERT_FALSE(range.has_value());
    EXPECT_EQ(range.error().message(), c.message);
  }
}

}  // namespace
}  // namespace ephor
