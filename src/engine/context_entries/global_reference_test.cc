#include "engine/context_entries/global_reference.h"

#include <gtest/gtest.h>

#include "json/parse.h"
#include "json/write.h"
#include "ports/global_context.h"

namespace ephor::engine {
namespace {

// Has the entry "pods" with the projection "names".
class FakeGlobalContext final : public ports::GlobalContext {
 public:
  Result<std::optional<json::Value>> Entry(std::string_view name, std::string_view projection,
                                           Arena& arena) const override {
    if (name != "pods") return std::optional<json::Value>();
    if (!projection.empty() && projection != "names") return Fail(ErrorCode::kNotFound, "no such projection");
    EPHOR_ASSIGN(const json::Value value,
                 json::Parse(projection.empty() ? R"({"items":[{"n":1}]})" : R"(["a"])", arena));
    return std::optional<json::Value>(value);
  }
};

std::string Loaded(const policy::GlobalReference& source, const ports::GlobalContext* global_context) {
  Arena arena;
  ports::World world;
  world.global_context = global_context;
  Context context(arena, world);
  context.Set("kind", json::Value::String("pods"));
  const auto value = GlobalReferenceEntry("e", source).Load(context);
  if (!value) return value.error().message();
  return *value ? json::ToString(**value) : "unset";
}

TEST(GlobalReferenceEntry, ReadsAnEntryOrAProjection) {
  const struct {
    policy::GlobalReference source;
    std::string_view result;
  } rows[] = {
      {{"pods", ""}, R"({"items":[{"n":1}]})"},
      {{"{{ kind }}", "items[0].n"}, "1"},
      {{"pods", "['a constant of the query']"}, R"(["a constant of the query"])"},
      {{"pods.names", ""}, R"(["a"])"},
      {{"pods.none", ""}, "failed to marshal APICall data for context entry e: no such projection"},
      {{"nodes", ""}, "failed to marshal APICall data for context entry e: failed to fetch entry key=nodes"},
      {{"", ""}, "failed to marshal APICall data for context entry e: failed to fetch entry key="},
  };
  const FakeGlobalContext global_context;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.source.name);
    EXPECT_EQ(Loaded(row.source, &global_context), row.result);
    EXPECT_EQ(Loaded(row.source, nullptr), "unset");
  }
}

}  // namespace
}  // namespace ephor::engine
