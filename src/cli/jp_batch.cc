#include "cli/jp_batch.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include "cli/jp_query.h"
#include "json/parse.h"
#include "json/write.h"

namespace ephor::cli {
namespace {

// What getline grows.
struct LineBuffer {
  LineBuffer() = default;
  LineBuffer(const LineBuffer&) = delete;
  LineBuffer& operator=(const LineBuffer&) = delete;
  ~LineBuffer() { std::free(memory); }

  char* memory = nullptr;
  std::size_t capacity = 0;
};

// The answer to one request.
Result<std::string> Answer(std::string_view line, Arena& arena, const ports::World& world) {
  EPHOR_ASSIGN(const json::Value request, json::Parse(line, arena));
  const json::Value* expression = request.Find("expr");
  if (expression == nullptr || !expression->is_string())
    return InvalidInput("a request needs a string \"expr\"");
  const json::Value* input = request.Find("input");
  const auto result = EvaluateJp(expression->as_string(),
                                 input != nullptr ? WithDoubles(*input, arena) : json::Value(), arena, world);
  std::string error;
  if (result) {
    auto text = JpResultText(*result, /*compact=*/true);
    if (text) return "{\"result\":" + *text + "}\n";
    error = text.error().message();
  } else {
    error = result.error().message();
  }
  std::string answer = "{\"error\":";
  json::WriteString(error, answer);
  return answer + "}\n";
}

}  // namespace

Result<int> RunJpBatch(const Context& context, const ports::World& world) {
  Arena arena;
  LineBuffer line;
  for (ssize_t size; (size = getline(&line.memory, &line.capacity, context.in)) >= 0;) {
    arena.Reset();
    EPHOR_ASSIGN(const std::string answer,
                 Answer({line.memory, static_cast<std::size_t>(size)}, arena, world));
    context.Print(answer);
    std::fflush(context.out);
  }
  return 0;
}

}  // namespace ephor::cli
