#include "kube/metadata.h"

#include <gtest/gtest.h>

#include "json/parse.h"

namespace ephor::kube {
namespace {

TEST(Metadata, ReadsWhatIsThere) {
  Arena arena;
  const json::Value object = json::Parse(R"({"apiVersion": "apps/v1", "kind": "Deployment", "metadata":
      {"name": "web", "namespace": "dev", "uid": "7", "labels": {"a": "b"}, "annotations": {}}})",
                                         arena)
                                 .value();
  const Metadata metadata = MetadataOf(object);
  EXPECT_EQ(metadata.name, "web");
  EXPECT_EQ(metadata.namespace_, "dev");
  EXPECT_EQ(metadata.uid, "7");
  EXPECT_EQ(metadata.generate_name, "");
  EXPECT_EQ(metadata.name_or_prefix(), "web");
  EXPECT_EQ(metadata.labels.StringAt("a"), "b");
  EXPECT_TRUE(metadata.annotations.is_object());
  EXPECT_EQ(KindOf(object), (GroupVersionKind{"apps", "v1", "Deployment"}));
}

TEST(Metadata, WrongTypesAreEmpty) {
  const std::string_view objects[] = {
      "null",
      "[]",
      R"("metadata")",
      R"({"metadata": null})",
      R"({"metadata": [1]})",
      R"({"apiVersion": 1, "kind": {}, "metadata": {"name": 5, "namespace": null, "labels": "x", "annotations": [1]}})",
  };
  for (const std::string_view text : objects) {
    SCOPED_TRACE(text);
    Arena arena;
    const json::Value object = json::Parse(text, arena).value();
    const Metadata metadata = MetadataOf(object);
    EXPECT_EQ(metadata.name, "");
    EXPECT_EQ(metadata.namespace_, "");
    EXPECT_TRUE(metadata.labels.is_null());
    EXPECT_TRUE(metadata.annotations.is_null());
    EXPECT_EQ(KindOf(object), GroupVersionKind());
  }
  Arena arena;
  const json::Value unnamed = json::Parse(R"({"metadata": {"generateName": "web-"}})", arena).value();
  EXPECT_EQ(MetadataOf(unnamed).name_or_prefix(), "web-");
}

}  // namespace
}  // namespace ephor::kube
