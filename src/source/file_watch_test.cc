#include "source/file_watch.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>

namespace ephor::source {
namespace {

using std::chrono::milliseconds;

class FileWatchTest : public ::testing::Test {
 protected:
  FileWatchTest() {
    std::string pattern = "/tmp/ephor-watch-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~FileWatchTest() override {
    watch_.reset();
    EXPECT_EQ(std::system(("rm -r " + folder_).c_str()), 0);
  }

  void Watch(std::vector<std::string> paths) {
    auto started = FileWatch::Start(std::move(paths), {milliseconds(40), milliseconds(400)}, [this] {
      const std::lock_guard lock(mutex_);
      ++calls_;
      called_.notify_all();
    });
    ASSERT_TRUE(started);
    watch_ = *std::move(started);
  }
  void Write(const std::string& name, const char* text) {
    std::FILE* const file = std::fopen((folder_ + "/" + name).c_str(), "w");
    ASSERT_NE(file, nullptr);
    std::fputs(text, file);
    std::fclose(file);
  }
  // Whether exactly one more call comes.
  bool OneCall() {
    std::unique_lock lock(mutex_);
    const int before = seen_;
    called_.wait_for(lock, milliseconds(2000), [&] { return calls_ > before; });
    called_.wait_for(lock, milliseconds(120), [&] { return calls_ > before + 1; });
    seen_ = calls_;
    return calls_ == before + 1;
  }

  std::string folder_;
  std::unique_ptr<FileWatch> watch_;
  std::mutex mutex_;
  std::condition_variable called_;
  int calls_ = 0;
  int seen_ = 0;
};

TEST_F(FileWatchTest, OneCallForABurst) {
  Watch({folder_});
  for (int i = 0; i < 5; ++i) Write("a" + std::to_string(i), "x");
  EXPECT_TRUE(OneCall());
  unlink((folder_ + "/a1").c_str());
  EXPECT_TRUE(OneCall());
}

TEST_F(FileWatchTest, FoldersThatAreMadeLater) {
  Watch({folder_ + "/later/deep"});
  mkdir((folder_ + "/later").c_str(), 0755);
  EXPECT_TRUE(OneCall());
  mkdir((folder_ + "/later/deep").c_str(), 0755);
  EXPECT_TRUE(OneCall());
  mkdir((folder_ + "/later/deep/more").c_str(), 0755);
  EXPECT_TRUE(OneCall());
  Write("later/deep/more/a", "x");
  EXPECT_TRUE(OneCall());
}

TEST_F(FileWatchTest, AFileThatIsReplacedOrSwappedByALink) {
  Write("one", "x");
  Write("two", "y");
  ASSERT_EQ(symlink("one", (folder_ + "/link").c_str()), 0);
  Watch({folder_ + "/link"});
  ASSERT_EQ(symlink("two", (folder_ + "/new").c_str()), 0);
  ASSERT_EQ(rename((folder_ + "/new").c_str(), (folder_ + "/link").c_str()), 0);
  EXPECT_TRUE(OneCall());
}

TEST_F(FileWatchTest, CirclesOfLinksAreWalkedOnce) {
  // By paths of links alone there are more than 2^30 folders.
  for (const char* name : {"a", "b"}) ASSERT_EQ(symlink(".", (folder_ + "/" + name).c_str()), 0);
  mkdir((folder_ + "/deep").c_str(), 0755);
  Watch({folder_});
  Write("deep/a", "x");
  EXPECT_TRUE(OneCall());
}

TEST_F(FileWatchTest, AnEndlessBurstIsReportedAllTheSame) {
  Watch({folder_});
  const auto end = std::chrono::steady_clock::now() + milliseconds(900);
  while (std::chrono::steady_clock::now() < end) {
    Write("a", "x");
    usleep(5'000);
  }
  const std::lock_guard lock(mutex_);
  // How many reports there are depends on how the machine is scheduled: a pause looks like the end of a
  // burst.
  EXPECT_GE(calls_, 1);
}

}  // namespace
}  // namespace ephor::source
