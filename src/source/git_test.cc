#include <gtest/gtest.h>

#include "source/git_address.h"
#include "source/git_files.h"
#include "source/git_folder.h"
#include "source/paths.h"
#include "source/testing_git_server.h"

namespace ephor::source {
namespace {

constexpr std::string_view kExpected =
    " - expected https://<any_git_source_domain>/:owner/:repository/:branch (without --git-branch flag) OR "
    "https://<any_git_source_domain>/:owner/:repository/:directory (with --git-branch flag)";

TEST(GitAddressTest, Parses) {
  const struct {
    const char *url, *given, *repository, *branch, *path;
  } rows[] = {
      {"https://h/o/r", "", "https://h/o/r", "main", ""},
      {"https://h/o/r/", "", "https://h/o/r", "main", ""},
      {"https://h/o/r/release/1.2", "", "https://h/o/r", "release/1.2", ""},
      {"https://h/o/r/main/", "", "https://h/o/r", "main", ""},
      {"https://h/o/r", "dev", "https://h/o/r", "dev", ""},
      {"https://h/o/r/a/b/", "dev", "https://h/o/r", "dev", "a/b"},
      {"http://h:8080/o/r.git/a?x=1#y", "dev", "http://h:8080/o/r.git", "dev", "a"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.url);
    const auto address = GitAddress::Parse(row.url, row.given);
    ASSERT_TRUE(address) << address.error().message();
    EXPECT_EQ(address->repository, row.repository);
    EXPECT_EQ(address->branch, row.branch);
    EXPECT_EQ(address->path, row.path);
  }
}

TEST(GitAddressTest, Refuses) {
  const struct {
    const char *url, *given;
    std::string error;
  } rows[] = {
      {"https://h", "", "invalid URL path /" + std::string(kExpected)},
      {"https://h/o", "", "invalid URL path /o" + std::string(kExpected)},
      {"https://h/o/", "", "invalid URL path /o/" + std::string(kExpected)},
      {"https://h//o/r", "", "invalid URL path //o/r" + std::string(kExpected)},
      {"https://h/o/r/-x", "", "invalid URL path /o/r/-x - '-x' cannot be the name of a branch"},
      {"https://h/o/r", "a..b", "invalid URL path /o/r - 'a..b' cannot be the name of a branch"},
      {"https://h/o/r", "a:b", "invalid URL path /o/r - 'a:b' cannot be the name of a branch"},
      {"https://h/o/r/../../x", "dev",
       "invalid URL path /o/r/../../x - a folder must be within the repository"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.url);
    const auto address = GitAddress::Parse(row.url, row.given);
    ASSERT_FALSE(address);
    EXPECT_EQ(address.error().message(), row.error);
  }
}

class GitFilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!GitServer::IsInstalled()) GTEST_SKIP() << "git is not installed";
  }

  // The paths below an address, or the error.
  static std::string Paths(const std::string& url, const std::string& branch, const GitLogin& login = {},
                           const GitLimits& limits = {}) {
    const auto files = FetchGitFiles(*GitAddress::Parse(url, branch), login, limits);
    if (!files) return files.error().message();
    std::string paths;
    for (const GitFile& file : *files) paths += (paths.empty() ? "" : " ") + file.path;
    return paths;
  }
};

TEST_F(GitFilesTest, ReadsABranch) {
  GitServer server;
  server.Write("b.yaml", "b");
  server.Write("dir/a.yaml", "a");
  server.Write("dir/deep/c.yaml", "c");
  server.Write("directory/d.yaml", "d");
  server.Write("run.sh", "#!/bin/sh\n");
  ASSERT_TRUE(server.Git("add -A") && server.Git("update-index --chmod=+x run.sh"));
  ASSERT_EQ(symlink("/etc/passwd", (server.path() + "/link.yaml").c_str()), 0);
  server.Commit();
  server.Git("checkout -q -b dev");
  server.Write("b.yaml", "changed");
  server.Commit();

  EXPECT_EQ(Paths(server.Url(), ""), "b.yaml dir/a.yaml dir/deep/c.yaml directory/d.yaml run.sh");
  EXPECT_EQ(Paths(server.Url("/dir"), "main"), "dir/a.yaml dir/deep/c.yaml");
  EXPECT_EQ(Paths(server.Url("/dir/a.yaml"), "main"), "dir/a.yaml");
  EXPECT_EQ(FetchGitFiles(*GitAddress::Parse(server.Url("/dev"), ""), {})->front().content, "changed");

  EXPECT_EQ(Paths(server.Url("/none"), ""), "couldn't find remote ref \"refs/heads/none\"");
  EXPECT_EQ(Paths(server.Url("/none"), "main"), "the branch has no \"none\"");
  EXPECT_EQ(Paths(server.Url("/link.yaml/x"), "main"), "the branch has no \"link.yaml/x\"");
  EXPECT_EQ(Paths(server.Url(), "", {}, {.files = 2}), "the repository has more than 2 files or 256 MiB");
  EXPECT_EQ(Paths(server.Url(), "", {}, {.received_bytes = 1}),
            "the history of the branch is larger than 0 MiB");
}

TEST_F(GitFilesTest, SaysWhatIsWrong) {
  GitServer server;
  server.Write("a.yaml", "a");
  server.Commit();
  const std::string other = server.Url().substr(0, server.Url().find("/team")) + "/team/other";
  const auto missing = FetchGitFiles(*GitAddress::Parse(other, ""), {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), ErrorCode::kNotFound) << missing.error().message();
  const auto nobody = FetchGitFiles(*GitAddress::Parse("http://127.0.0.1:1/o/r", ""), {});
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code(), ErrorCode::kUnavailable);
}

TEST_F(GitFilesTest, LogsIn) {
  GitServer server(/*wants_login=*/true);
  server.Write("a.yaml", "a");
  server.Commit();
  EXPECT_EQ(Paths(server.Url(), "", {"user", "secret"}), "a.yaml");
  EXPECT_EQ(Paths(server.Url(), "", {"user", "wrong"}), "authentication required");
  EXPECT_EQ(Paths(server.Url(), "", {"user", ""}), "authentication required");
}

TEST_F(GitFilesTest, ATestStaysInItsRepository) {
  GitServer server;
  server.Write("dir/test.yaml", "x");
  server.Commit();
  std::string path;
  {
    const auto folder = GitFolder::Fetch(*GitAddress::Parse(server.Url(), ""), {});
    ASSERT_TRUE(folder) << folder.error().message();
    path = (*folder)->path();
    EXPECT_TRUE(IsDirectory(path + "/dir"));
    const struct {
      const char* policy;
      bool contained;
    } rows[] = {{"../a.yaml", true},    {"a/../../b.yaml", true}, {"..", true},    {"../../a.yaml", false},
                {"/etc/passwd", false}, {"../..", false},         {"a.yaml", true}};
    for (const auto& row : rows) {
      TestCase test;
      test.path = path + "/dir/test.yaml";
      test.policies = {row.policy};
      EXPECT_EQ((*folder)->CheckContains(test).has_value(), row.contained) << row.policy;
      test.policies.clear();
      test.results.emplace_back().patched_resources = row.policy;
      EXPECT_EQ((*folder)->CheckContains(test).has_value(), row.contained) << row.policy;
    }
  }
  EXPECT_FALSE(IsDirectory(path));
}

}  // namespace
}  // namespace ephor::source
