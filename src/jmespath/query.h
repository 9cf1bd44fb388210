// JMESPath in the dialect of Kyverno: the community language, unknown keys as errors, and Kyverno's
// functions.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"
#include "ports/world.h"

namespace ephor::jmespath {

// What an evaluation needs beside its input. One a request.
struct Env {
  Arena& arena;  // takes all results
  const ports::World& world;
  // Steps (visited nodes, list elements, bytes produced) until evaluation fails with "evaluation budget
  // exceeded"; bounds the time of hostile queries and inputs.
  std::uint64_t budget = 10'000'000;
  // What image_normalize adds to references without a registry, and whether it shows it.
  std::string_view default_registry = "docker.io";
  bool show_default_registry = true;
};

struct Program;

// A compiled expression: immutable, safe from any thread, shared by copies.
class Query {
 public:
  // Fails with kInvalidInput and the reference's text, "SyntaxError: ...".
  static Result<Query> Compile(std::string_view expression);

  // The result is in env.arena, in the input, or in the query's own constants: all three must outlive it.
  // Errors: kNotFound for `Unknown key "k" in path`, else kEvaluation; messages as the reference prints them.
  // Only failing evaluations allocate outside the arena.
  Result<json::Value> Evaluate(const json::Value& input, Env& env) const;

  std::string_view text() const;    // as it was given
  std::string ToString() const;     // normalized; compiles to the same program
  std::string AstToString() const;  // the tree, as `jp parse` prints it

 private:
  explicit Query(std::shared_ptr<const Program> program) : program_(std::move(program)) {}
  std::shared_ptr<const Program> program_;
};

}  // namespace ephor::jmespath
