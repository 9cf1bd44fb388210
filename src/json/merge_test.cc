#include "json/merge.h"

#include <gtest/gtest.h>

#include "json/parse.h"
#include "json/write.h"

namespace ephor::json {
namespace {

struct MergeCase {
  const char* target;
  const char* patch;
  const char* merged;  // RFC 7386
  const char* deep;    // null stays
};

TEST(Merge, PatchAndDeep) {
  // The first rows are the appendix of RFC 7386.
  const MergeCase rows[] = {
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})", R"({"a":"b","b":"c"})"},
      {R"({"a":"b"})", R"({"a":null})", "{}", R"({"a":null})"},
      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})", R"({"a":null,"b":"c"})"},
      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})", R"({"a":["b"]})"},
      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})",
       R"({"a":{"b":"d","c":null}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])", R"(["c","d"])"},
      {R"({"a":"b"})", R"(["c"])", R"(["c"])", R"(["c"])"},
      {R"({"a":"foo"})", "null", "null", "null"},
      {R"({"a":"foo"})", R"("bar")", R"("bar")", R"("bar")"},
      {R"({"e":null})", R"({"a":1})", R"({"a":1,"e":null})", R"({"a":1,"e":null})"},
      {"[1,2]", R"({"a":"b","c":null})", R"({"a":"b"})", R"({"a":"b","c":null})"},
      {"{}", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})", R"({"a":{"bb":{"ccc":null}}})"},
      {R"({"b":1,"d":2})", R"({"a":3,"c":4,"e":5})", R"({"a":3,"b":1,"c":4,"d":2,"e":5})",
       R"({"a":3,"b":1,"c":4,"d":2,"e":5})"},
  };
  Arena arena;
  for (const MergeCase& row : rows) {
    SCOPED_TRACE(row.patch);
    const Value target = *Parse(row.target, arena), patch = *Parse(row.patch, arena);
    EXPECT_EQ(ToString(MergePatch(target, patch, arena)), row.merged);
    EXPECT_EQ(ToString(DeepMerge(target, patch, arena)), row.deep);
  }
}

}  // namespace
}  // namespace ephor::json
