// Whatever the bytes, parsing ends without a crash, and what was accepted prints to a text that parses to the
// same.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "cel/lib/environments.h"
#include "cel/syntax/parser.h"
#include "cel/syntax/print.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ephor;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const cel::ParseOptions& options = cel::lib::ConformanceEnv()->options().parse;
  Arena arena;
  std::vector<cel::Issue> issues;
  const cel::Expr* expr = cel::Parse(text, options, arena, issues);
  if (expr == nullptr) {
    if (issues.empty()) std::abort();
    (void)cel::FormatIssues(text, std::move(issues));
    return 0;
  }
  const std::string printed = cel::Print(*expr);
  const std::string broken = cel::Print(*expr, {.width = 40});
  for (const std::string& form : {printed, broken}) {
    std::vector<cel::Issue> none;
    const cel::Expr* again = cel::Parse(form, options, arena, none);
    // A printed form can be longer than the text and so too long; it is never anything else that is wrong
    // with it.
    if (again == nullptr) {
      if (form.size() <= options.max_code_points) std::abort();
    } else if (cel::Print(*again) != printed) {
      std::abort();
    }
  }
  return 0;
}
