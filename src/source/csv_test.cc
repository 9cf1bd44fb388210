#include "source/csv.h"

#include <gtest/gtest.h>

namespace ephor::source {
namespace {

struct CsvCase {
  const char* name;
  const char* record;
  std::vector<std::string> fields;
};

TEST(SplitCsvRecord, FollowsTheQuotes) {
  const CsvCase cases[] = {
      {"OneField", "a.yaml", {"a.yaml"}},
      {"TwoFields", "a.yaml,b.yaml", {"a.yaml", "b.yaml"}},
      {"EmptyRecordIsOneEmptyField", "", {""}},
      {"EmptyFieldsStay", ",a,", {"", "a", ""}},
      {"QuotedCommaStays", "\"a,b\",c", {"a,b", "c"}},
      {"DoubledQuote", "\"a\"\"b\"", {"a\"b"}},
      {"QuoteInsideAFieldIsText", "k=\"v\"", {"k=\"v\""}},
      {"OpenQuoteIsNoCsv", "\"a,b", {"\"a,b"}},
  };
  for (const CsvCase& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<std::string> fields;
    SplitCsvRecord(c.record, ',', fields);
    EXPECT_EQ(fields, c.fields);
  }
}

}  // namespace
}  // namespace ephor::source
