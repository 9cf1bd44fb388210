#include "source/resources.h"

#include <gtest/gtest.h>

#include "json/write.h"
#include "source/temporary_folder.h"

namespace ephor::source {
namespace {

// The objects of a file as JSON, one a line; errors as they are.
std::string Decoded(std::string_view text) {
  const TemporaryFolder folder;
  ResourceInput input;
  const std::string path = folder.Write("r.yaml", text);
  if (!input.AddFile(path)) return "unreadable";
  std::string out;
  Arena arena;
  for (const ResourceDocument& document : input.documents()) {
    const auto objects = DecodeResources(document, arena);
    if (!objects) {
      std::string message = objects.error().message();
      const std::size_t at = message.find(path);
      if (at != std::string::npos) message.replace(at, path.size(), "r.yaml");
      out += message + "\n";
      continue;
    }
    for (const json::Value& object : *objects) out += json::ToString(object) + "\n";
  }
  return out;
}

struct DecodeCase {
  const char* name;
  std::string_view text;
  std::string_view objects;
};

TEST(DecodeResources, FillsInWhatLoadingFillsIn) {
  const DecodeCase cases[] = {
      {"Nothing", "", ""},
      {"DefaultNamespace", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n",
       R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","namespace":"default"}})"
       "\n"},
      {"NoMetadata", "apiVersion: v1\nkind: Pod\n",
       R"({"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default"}})"
       "\n"},
      {"ClusterScoped", "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n",
       R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}})"
       "\n"},
      {"UnknownKindIsNamespaced", "apiVersion: x.io/v1\nkind: Namespace\nmetadata: {name: a}\n",
       R"({"apiVersion":"x.io/v1","kind":"Namespace","metadata":{"name":"a","namespace":"default"}})"
       "\n"},
      {"Json", R"({"apiVersion":"v1","kind":"Node","spec":{"n":1.5}})",
       R"({"apiVersion":"v1","kind":"Node","spec":{"n":1.5}})"
       "\n"},
      {"NullMaps", "apiVersion: v1\nkind: Node\nmetadata:\n  labels:\nspec:\n- annotations:\n  other:\n",
       R"({"apiVersion":"v1","kind":"Node","metadata":{"labels":{}},"spec":[{"annotations":{},"other":null}]})"
       "\n"},
      {"IntegersAsDoublesHoldThem",
       "apiVersion: v1\nkind: Node\nspec: [9007199254740992, 9007199254740993, -9007199254740993]\n",
       R"({"apiVersion":"v1","kind":"Node","spec":[9007199254740992,9007199254740992,-9007199254740992]})"
       "\n"},
      {"List",
       "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Node}\n- {apiVersion: v1, kind: Pod}\n",
       R"({"apiVersion":"v1","kind":"Node"})"
       "\n"
       R"({"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default"}})"
       "\n"},
      {"EmptyList", "apiVersion: v1\nkind: List\n", ""},
  };
  for (const DecodeCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(Decoded(c.text), c.objects);
  }
}

TEST(DecodeResources, ABrokenDocumentHidesNoOther) {
  const std::string text =
      "apiVersion: v1\nkind: Node\n---\nkind: Pod\n  x: [\n---\napiVersion: v1\nkind: Node\n---\n- a\n---\n"
      "metadata: {}\n---\napiVersion: v1\nkind: Node\n---oops\n";
  const std::string out = Decoded(text);
  EXPECT_NE(out.find("r.yaml:5: yaml: mapping values are not allowed in this context\n"), std::string::npos)
      << out;
  EXPECT_NE(out.find("r.yaml:10: a resource must be an object\n"), std::string::npos) << out;
  EXPECT_NE(out.find("r.yaml:12: Object 'Kind' is missing in 'metadata: {}\n'"), std::string::npos) << out;
  EXPECT_NE(out.find("r.yaml:14: a line that begins with --- must not go on with anything but a comment\n"),
            std::string::npos)
      << out;
}

TEST(DecodeResources, BadBytesAreErrors) {
  std::string deep = "kind: Pod\nx: ";
  deep += std::string(20000, '[');
  for (const std::string& text :
       {deep, std::string("kind: \"\xff\xfe\"\n"), std::string("{\"kind\": \"Pod\""),
        std::string("kind: Pod\nkind: Pod\n"), std::string("a: &a [*a]\n"), std::string("\0\0", 2),
        std::string("kind: 1\n")}) {
    const std::string out = Decoded(text);
    EXPECT_TRUE(out.starts_with("r.yaml:")) << out.substr(0, 200);
  }
}

TEST(ResourceInput, NotesFilesThatCannotBeRead) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("a.yaml", "kind: Pod\n");
  ResourceInput input;
  const auto unreadable = input.AddPaths({path, folder.Path("b.yaml"), "https://example.com/c.yaml"});
  ASSERT_TRUE(unreadable);
  ASSERT_EQ(unreadable->size(), 2u);
  EXPECT_EQ((*unreadable)[0].error.message(),
            "open " + folder.Path("b.yaml") + ": no such file or directory");
  EXPECT_EQ((*unreadable)[1].path, "https://example.com/c.yaml");
  EXPECT_EQ(input.documents().size(), 1u);
}

}  // namespace
}  // namespace ephor::source
