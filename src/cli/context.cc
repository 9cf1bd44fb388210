#include "cli/context.h"

#include <unistd.h>

#include <cstdlib>
#include <string>

namespace ephor::cli {

Context Context::OfProcess() {
  Context context;
  context.in_is_terminal = isatty(STDIN_FILENO) == 1;
  context.out_is_terminal = isatty(STDOUT_FILENO) == 1;
  context.err_is_terminal = isatty(STDERR_FILENO) == 1;
  const char* term = std::getenv("TERM");
  context.colour = context.out_is_terminal && std::getenv("NO_COLOR") == nullptr &&
                   !(term != nullptr && std::string_view(term) == "dumb");
  return context;
}

void Context::Finish(const Result<int>& outcome) {
  if (outcome) {
    exit_code = *outcome;
    return;
  }
  std::fflush(out);
  std::string line = "Error: ";
  line += outcome.error().message();
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), err);
  exit_code = 1;
}

}  // namespace ephor::cli
