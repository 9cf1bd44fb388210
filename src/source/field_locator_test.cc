#include "source/field_locator.h"

#include <gtest/gtest.h>

#include "source/temporary_folder.h"

namespace ephor::source {
namespace {

constexpr std::string_view kFile =
    "# a Pod\n"
    "apiVersion: v1\n"
    "kind: Pod\n"
    "metadata:\n"
    "  name: web\n"
    "  annotations: {a.b/c: x}\n"
    "spec:\n"
    "  containers:\n"
    "  - name: one\n"
    "    image: nginx\n"
    "---\n"
    "apiVersion: v1\n"
    "kind: List\n"
    "items:\n"
    "- {kind: Secret}\n"
    "- kind: ConfigMap\n"
    "  data: {k: v}\n"
    "---\n"
    "{\"kind\": \"Pod\",\n"
    " \"spec\": {\"x\": 1}}\n";

TEST(FieldLocator, Locates) {
  TemporaryFolder folder;
  ResourceInput input;
  ASSERT_TRUE(input.AddFile(folder.Write("f.yaml", kFile)));
  ASSERT_EQ(input.documents().size(), 3u);
  const struct {
    std::size_t document, item;
    const char* path;
    std::uint32_t line, column;
  } cases[] = {
      {0, 0, "", 2, 1},
      {0, 0, "/spec/containers/0/image/", 10, 12},
      {0, 0, "spec.containers[0].image", 10, 12},
      {0, 0, "metadata.annotations[a.b/c]", 6, 24},
      // What is not there: the part around it.
      {0, 0, "/spec/containers/0/securityContext/privileged/", 9, 5},
      {0, 0, "/spec/containers/7/image/", 9, 3},
      {0, 0, "/nothing", 2, 1},
      {0, 0, "[", 2, 1},
      {1, 1, "/data/k/", 17, 13},
      {1, 0, "", 15, 3},
      {1, 9, "", 12, 1},
      {2, 0, "spec.x", 20, 16},
      {0, 0, "/metadata/name", 5, 9},
  };
  FieldLocator locator;
  for (const auto& c : cases) {
    const SourcePosition found = locator.Locate(input.documents()[c.document], c.item, c.path);
    EXPECT_EQ(found.line, c.line) << c.document << ' ' << c.path;
    EXPECT_EQ(found.column, c.column) << c.document << ' ' << c.path;
  }
}

}  // namespace
}  // namespace ephor::source
