#include "cel/lib/manual.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace ephor::cel::lib {
namespace {

TEST(CelManual, PageIsThatOfTheTables) {
  std::ifstream file("docs/cel-functions.md");
  std::stringstream page;
  page << file.rdbuf();
  EXPECT_TRUE(page.str() == FunctionManual()) << "run: ephor cel functions >docs/cel-functions.md";
}

TEST(CelManual, RowsSayFormCostExampleAndPlace) {
  const std::string page = FunctionManual();
  for (const std::string_view row :
       {"| `charAt` | `string.(int) -> string` | a / 10 | `'hello'.charAt(4) == 'o'` | all |\n",
        "| `jsonpatch.escapeKey` | `(string) -> string` | a / 10 | `jsonpatch.escapeKey('a/b~c') == "
        "'a~1b~0c'` | "
        "mpol, nmpol, map |\n",
        "| `orValue` | 1, on a value | all but ivpol, nivpol, http, envoy, vap, plain |\n"}) {
    EXPECT_NE(page.find(row), std::string::npos) << row;
  }
}

TEST(CelManual, EnvironmentsByName) {
  for (const NamedEnv& known : NamedEnvs()) EXPECT_NE(FindEnv(known.name), nullptr) << known.name;
  EXPECT_EQ(FindEnv("bogus"), nullptr);
}

}  // namespace
}  // namespace ephor::cel::lib
