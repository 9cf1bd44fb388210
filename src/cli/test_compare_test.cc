#include "cli/test_compare.h"

#include <gtest/gtest.h>

#include "json/write.h"
#include "source/temporary_folder.h"
#include "yaml/load.h"

namespace ephor::cli {
namespace {

std::string Difference(std::string_view actual, std::string_view expected, bool colour = false) {
  Arena arena;
  return ManifestDifference(*yaml::Load(actual, arena), *yaml::Load(expected, arena), colour, arena);
}

TEST(ManifestDifference, LeavesOutWhatSaysNothing) {
  EXPECT_EQ(Difference("{kind: A, spec: {x: 1, y: null, z: {}, l: [{}]}}", "{kind: A, spec: {x: 1.0}}"), "");
  EXPECT_EQ(Difference("{kind: A, metadata: {labels: {generate.kyverno.io/rule: r}}}", "{kind: A}"), "");
  EXPECT_EQ(Difference("{kind: A, metadata: {labels: {app.kubernetes.io/managed-by: kyverno}}}", "{kind: A}"),
            "");
  EXPECT_NE(Difference("{kind: A, metadata: {labels: {app.kubernetes.io/managed-by: me}}}", "{kind: A}"), "");
  EXPECT_NE(Difference("{kind: A, l: [1, 2]}", "{kind: A, l: [2, 1]}"), "");
}

TEST(ManifestDifference, ShowsBothAsOneText) {
  EXPECT_EQ(Difference("{kind: A, b: 1, c: 3}", "{kind: A, b: 2, c: 3}"),
            "object:\n    b: 2\n    b: 1\n    c: 3\n    kind: A\n    metadata:\n        labels:\n"
            "            app.kubernetes.io/managed-by: kyverno\n");
  EXPECT_EQ(Difference("{kind: A, b: 1}", "{kind: A, b: 2}", true).substr(0, 56),
            "object:\n\x1b[31m    b: 2\n\x1b[0m\x1b[32m    b: 1\n\x1b[0m    kind: A\n");
  EXPECT_EQ(DifferenceLegend(false), "only in expeactedual");
}

TEST(Manifests, FindTheObjectOfTheSameName) {
  const source::TemporaryFolder folder;
  const std::string file = folder.Write("expected.yaml",
                                        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\napiVersion: "
                                        "v1\nkind: Pod\nmetadata: {name: b, namespace: team}\n");
  Arena arena;
  Manifests manifests;
  const auto find = [&](std::string_view like) -> std::string {
    const auto found = manifests.Find(file, *yaml::Load(like, arena));
    return found ? json::ToString(*found) : found.error().message();
  };
  EXPECT_EQ(find("{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: default}}"),
            R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","namespace":"default"}})");
  EXPECT_EQ(find("{apiVersion: v1, kind: Pod, metadata: {name: b, namespace: default}}"),
            "resource with name b not found in manifest");
  const auto missing = manifests.Find(folder.Path("none.yaml"), json::Value());
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message().find("no such file"), std::string::npos);
}

}  // namespace
}  // namespace ephor::cli
