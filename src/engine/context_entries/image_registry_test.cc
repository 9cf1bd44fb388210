#include "engine/context_entries/image_registry.h"

#include <gtest/gtest.h>

#include "json/parse.h"
#include "json/write.h"
#include "ports/registry.h"

namespace ephor::engine {
namespace {

class FakeRegistry final : public ports::Registry {
 public:
  Result<json::Value> ImageData(std::string_view image, const ports::RegistryAccess& access,
                                Arena& arena) override {
    if (image.ends_with("/none")) return Fail(ErrorCode::kNotFound, "MANIFEST_UNKNOWN");
    const std::string data =
        R"({"image":"x","resolvedImage":"y","registry":"r","repository":"a","identifier":"sha256:1",)"
        R"("digest":"sha256:1","manifest":{"layers":[{"size":1},{"size":2}]},"config":{"config":{"User":")" +
        std::string(access.allow_insecure ? "root" : "1000") + "\"}}" +
        (image.starts_with("index") ? R"(,"imageIndex":{"manifests":[]})" : "") + "}";
    return json::Parse(data, arena);
  }
};

TEST(ImageRegistryEntry, ReadsAnImage) {
  policy::ImageRegistryCredentials insecure;
  insecure.allow_insecure_registry = true;
  const struct {
    policy::ImageRegistry source;
    std::string_view result;
  } rows[] = {
      {{"{{ image }}:1@sha256:1", ""},
       R"({"configData":{"config":{"User":"1000"}},"identifier":"1@sha256:1","image":"r:5000/a:1@sha256:1",)"
       R"("manifest":{"layers":[{"size":1},{"size":2}]},"manifestList":null,"registry":"r","repository":"a",)"
       R"("resolvedImage":"r/a@sha256:1"})"},
      {{"{{ image }}@sha256:1", "identifier"}, R"("sha256:1")"},
      {{"index", "manifestList"}, R"({"manifests":[]})"},
      {{"a", "configData.config.User"}, R"("1000")"},
      {{"a", "configData.config.User", &insecure}, R"("root")"},
      {{"a", "sum(manifest.layers[].size)"}, "3"},
      {{"a", "{{ 'registry' }}"}, R"("r")"},
      {{"a", "['a constant of the query']"}, R"(["a constant of the query"])"},
      {{"b/none", ""}, "failed to fetch image descriptor: b/none, error: MANIFEST_UNKNOWN"},
      {{"{{ list }}", ""}, "invalid image reference [1], image reference must be a string"},
      {{"a", "nothing.here"},
       "failed to apply JMESPath (nothing.here) results to context entry e, error: "
       "Unknown key \"nothing\" in path"},
  };
  FakeRegistry registry;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.source.reference);
    for (ports::Registry* asked :
         {static_cast<ports::Registry*>(&registry), static_cast<ports::Registry*>(nullptr)}) {
      Arena arena;
      ports::World world;
      world.registry = asked;
      Context context(arena, world);
      context.Set("image", json::Value::String("r:5000/a"));
      context.Set("list", *json::Parse("[1]", arena));
      const auto value = ImageRegistryEntry("e", row.source).Load(context);
      if (asked == nullptr) {
        ASSERT_TRUE(value);
        EXPECT_FALSE(*value) << "without a registry";
      } else {
        EXPECT_EQ(value ? json::ToString(**value) : value.error().message(), row.result);
      }
    }
  }
}

}  // namespace
}  // namespace ephor::engine
