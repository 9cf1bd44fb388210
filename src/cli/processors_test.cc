#include "cli/processors.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "source/temporary_folder.h"

namespace ephor::cli {
namespace {

struct LimitCase {
  const char* name;
  std::string_view cgroup;  // /proc/self/cgroup
  std::string_view own;     // cpu.max of the group "outer/inner"
  std::string_view outer;   // cpu.max of the group around it
  unsigned processors;      // 0: all that there are
};

class ProcessorsTest : public ::testing::TestWithParam<LimitCase> {};
TEST_P(ProcessorsTest, HonoursControlGroups) {
  const LimitCase& c = GetParam();
  const source::TemporaryFolder folder;
  const std::filesystem::path root = folder.path();
  folder.Write("proc/self/cgroup", c.cgroup);
  folder.Write("sys/fs/cgroup/outer/inner/cpu.max", c.own);
  folder.Write("sys/fs/cgroup/outer/cpu.max", c.outer);
  const unsigned all = ProcessorsToUse(root / "empty");
  EXPECT_EQ(ProcessorsToUse(root), c.processors == 0 ? all : std::min(all, c.processors));
}

INSTANTIATE_TEST_SUITE_P(Limits, ProcessorsTest,
                         ::testing::ValuesIn<LimitCase>({
                             {"None", "0::/outer/inner\n", "max 100000\n", "max 100000\n", 0},
                             {"Own", "0::/outer/inner\n", "100000 100000\n", "max 100000\n", 1},
                             {"PartOfOne", "0::/outer/inner\n", "5000 100000\n", "max 100000\n", 1},
                             {"OneAndAHalf", "0::/outer/inner\n", "150000 100000\n", "max 100000\n", 2},
                             {"OfTheGroupAround", "0::/outer/inner\n", "400000 100000\n", "100000 100000\n",
                              1},
                             {"Huge", "0::/outer/inner\n", "18446744073709551615 1\n", "", 0},
                             {"OtherGroup", "0::/other\n", "100000 100000\n", "100000 100000\n", 0},
                             {"Version1", "4:cpu,cpuacct:/outer/inner\n", "100000 100000\n", "", 0},
                             {"Garbage", "0::/outer/inner\n", "100000\n", "0 0\n", 0},
                             {"Empty", "", "", "", 0},
                         }),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace ephor::cli
