#include "source/paths.h"

#include <gmock/gmock.h>

#include "source/temporary_folder.h"

namespace ephor::source {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CleanPath, IsThatOfGo) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "."},       {".", "."},        {"./a", "a"},           {"a//b/", "a/b"},
      {"a/../b", "b"}, {"../a", "../a"},  {"/../a", "/a"},        {"a/..", "."},
      {"/", "/"},      {"a/./b/..", "a"}, {"../../a", "../../a"},
  };
  for (const auto& [path, clean] : cases) EXPECT_EQ(CleanPath(path), clean) << path;
}

TEST(JoinPath, KeepsAbsolutePaths) {
  EXPECT_EQ(JoinPath("a/b", "../c.yaml"), "a/c.yaml");
  EXPECT_EQ(JoinPath("a", "/c.yaml"), "/c.yaml");
  EXPECT_EQ(JoinPath("", "c.yaml"), "c.yaml");
  EXPECT_EQ(DirectoryOf("a/b.yaml"), "a");
  EXPECT_EQ(DirectoryOf("b.yaml"), ".");
  EXPECT_EQ(DirectoryOf("/b.yaml"), "/");
}

TEST(PolicyFiles, AreYamlBelowAFolderWithoutHiddenNames) {
  const TemporaryFolder folder;
  const std::string b = folder.Write("b.yaml", ""), a = folder.Write("a/x.yml", "");
  folder.Write("a/notes.txt", "");
  folder.Write(".hidden/y.yaml", "");
  folder.Write(".z.yaml", "");
  EXPECT_THAT(*PolicyFiles(folder.path()), ElementsAre(a, b));
  EXPECT_THAT(*PolicyFiles(b), ElementsAre(b));
  EXPECT_THAT(*PolicyFiles(folder.Path(".z.yaml")), IsEmpty());
  EXPECT_THAT(*PolicyFiles(folder.Path("a/notes.txt")), IsEmpty());
  const auto missing = PolicyFiles(folder.Path("none"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message(), "stat " + folder.Path("none") + ": no such file or directory");
}

TEST(ResourceFiles, AFolderInFirstPlaceStandsAlone) {
  const TemporaryFolder folder;
  const std::string b = folder.Write("b.yaml", ""), a = folder.Write("a.yml", "");
  folder.Write("deep/c.yaml", "");
  EXPECT_THAT(*ResourceFiles({folder.path(), "other.yaml"}), ElementsAre(a, b));
  EXPECT_THAT(*ResourceFiles({a, "missing.yaml"}), ElementsAre(a, "missing.yaml"));
  EXPECT_FALSE(ResourceFiles({"missing.yaml", a}));
}

TEST(FilesNamed, LooksInHiddenFoldersToo) {
  const TemporaryFolder folder;
  const std::string hidden = folder.Write(".tests/t.yaml", ""), plain = folder.Write("t.yaml", "");
  folder.Write("a.yaml", "");
  EXPECT_THAT(*FilesNamed(folder.path(), "t.yaml"), ElementsAre(hidden, plain));
  const auto file = FilesNamed(plain, "t.yaml");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().message(), "open " + plain + ": not a directory");
}

}  // namespace
}  // namespace ephor::source
