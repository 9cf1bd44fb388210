// An expression on the first line, JSON on the rest: evaluating ends within its budget without a crash, and
// the optimized program gives what the plain one gives.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "jmespath/evaluator.h"
#include "jmespath/optimize.h"
#include "jmespath/parser.h"
#include "json/parse.h"
#include "json/write.h"
#include "ports/clock.h"
#include "ports/random.h"
#include "ports/resolver.h"

namespace ephor::jmespath {
namespace {

class FixedClock : public ports::Clock {
 public:
  Time Now() const override { return Time::FromUnix(1'700'000'000); }
};

class FixedRandom : public ports::Random {
 public:
  std::uint64_t Next() override { return 12345; }
};

class FixedResolver : public ports::Resolver {
 public:
  Result<std::vector<std::string>> Resolve(std::string_view host, Deadline) override {
    if (host.size() % 2 == 0) return Fail(ErrorCode::kUnavailable, "no such host");
    return std::vector<std::string>{"8.8.8.8"};
  }
};

struct Outcome {
  std::string text;
  bool out_of_budget;
};

Outcome Evaluate(const Program& program, const json::Value& input) {
  FixedClock clock;
  FixedRandom random;
  FixedResolver resolver;
  const ports::World world{.clock = &clock, .random = &random, .resolver = &resolver};
  Arena arena;
  Env env{arena, world, 200'000};
  Evaluator evaluator(program, env);
  json::Value result;
  const Status status = evaluator.Run(program.root, input, result);
  if (status != Status::kOk) return {evaluator.TakeError(status).message(), env.budget == 0};
  // A result can share its parts; walking it is bounded like evaluating it.
  if (!evaluator.ChargeTree(result)) return {"", true};
  return {json::ToString(result), env.budget == 0};
}

}  // namespace
}  // namespace ephor::jmespath

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ephor;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = text.find('\n');
  Arena arena;
  json::Value input;
  if (line != std::string_view::npos) {
    if (auto parsed = json::Parse(text.substr(line + 1), arena)) input = *parsed;
  }
  auto program = jmespath::Parse(text.substr(0, line));
  if (!program) return 0;
  const jmespath::Outcome plain = jmespath::Evaluate(**program, input);
  jmespath::Optimize(**program);
  const jmespath::Outcome optimized = jmespath::Evaluate(**program, input);
  // Steps are counted a little differently, so a used up budget compares with nothing.
  if (!plain.out_of_budget && !optimized.out_of_budget && plain.text != optimized.text) std::abort();
  return 0;
}
