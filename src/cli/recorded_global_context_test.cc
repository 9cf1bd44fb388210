#include "cli/recorded_global_context.h"

#include <gtest/gtest.h>

#include "json/write.h"
#include "yaml/load.h"

namespace ephor::cli {
namespace {

std::string Answer(std::string_view entries, std::string_view name, std::string_view projection) {
  Arena arena;
  const auto loaded = yaml::Load(entries, arena);
  if (!loaded) return loaded.error().message();
  const ports::World world;
  const auto recorded = RecordedGlobalContext::Of(*loaded, "/nowhere", world, arena);
  if (!recorded) return recorded.error().message();
  const auto entry = recorded->Entry(name, projection, arena);
  if (!entry) return entry.error().message();
  return *entry ? json::ToString(**entry) : "nothing";
}

TEST(RecordedGlobalContext, AnswersOrSaysWhatIsWrong) {
  const struct {
    std::string_view entries, name, projection, answer;
  } rows[] = {
      {"[{name: e, data: {a: {b: 1}}}]", "e", "", R"({"a":{"b":1}})"},
      {"[{name: e, data: {a: {b: 1}}, fieldPath: a}]", "e", "b", "1"},
      {"[{name: e, resources: [{kind: Pod}], projections: [{name: k, path: '[0].kind'}]}]", "e", "k",
       R"("Pod")"},
      {"[{name: e, data: {}}]", "e", "x", "global context mock: projection \"x\" not found"},
      {"[{name: e, resources: []}]", "e", "x",
       "global context mock: projection \"x\" requested but value is not an object"},
      {"[{name: e, data: {}}]", "other", "", "nothing"},
      {"null", "e", "", "nothing"},
      {"text", "e", "", "globalContextEntries must be a list"},
      {"[7]", "e", "", "globalContextEntries: name is required"},
      {"[{name: e, data: {}}, {name: e, data: {}}]", "e", "", "globalContextEntries: duplicate name \"e\""},
      {"[{name: e}]", "e", "",
       "globalContextEntries entry \"e\": one of data, resources, or resourceFiles is required"},
      {"[{name: e, data: {}, resources: []}]", "e", "",
       "globalContextEntries entry \"e\": data, resources, and resourceFiles are mutually exclusive"},
      {"[{name: e, data: []}]", "e", "", "globalContextEntries entry \"e\": data must be a JSON object"},
      {"[{name: e, data: {}, projections: [{path: a}]}]", "e", "",
       "globalContextEntries entry \"e\": projection name is required"},
      {"[{name: e, data: {}, projections: [{name: p}]}]", "e", "",
       "globalContextEntries entry \"e\" projection \"p\": path is required"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.entries);
    EXPECT_EQ(Answer(row.entries, row.name, row.projection), row.answer);
  }
}

}  // namespace
}  // namespace ephor::cli
