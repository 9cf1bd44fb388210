// What an evaluation is given beside its variables, and what a function sees of its call.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "cel/eval/value.h"
#include "ports/world.h"

namespace ephor::cel {

// Kubernetes' limits in the reference's cost units.
inline constexpr std::uint64_t kCostPerExpression = 1'000'000;
inline constexpr std::uint64_t kCostPerPolicy = 10'000'000;

// One a request and thread. The arena takes all results. Loops end with "operation interrupted" when the
// world's deadline has passed.
struct Context {
  Arena& arena;
  const ports::World& world;
  std::uint64_t cost_limit = kCostPerExpression;  // of one evaluation
  // Of the policy that evaluates, where it is bound to one: libraries reach nothing outside of it.
  std::string_view own_namespace = {};

  // Set by the program that runs, from its environment's options.
  bool strict_maps = false, strict_presence = false;

  // What evaluations have cost so far; each adds its own. Whoever keeps a budget of several looks here.
  std::uint64_t cost = 0;
};

// One call of a function.
struct Call {
  Context& context;
  std::string_view function;
  const void* prepared = nullptr;  // what the row's `prepare` made, or null
  std::uint32_t offset = 0;

  Arena& arena() const { return context.arena; }
  // The text is copied.
  Value Fail(std::string_view message, ErrorCode code = ErrorCode::kEvaluation) const;
  Value Fail(const Error& error) const { return Fail(error.message(), error.code()); }
  Value String(std::string_view text) const { return Value::String(arena().Copy(text)); }
  Value Some(const Value& value) const { return Value::Optional(arena().New<Value>(value)); }
  // "no such overload: f(int, string)"
  Value NoOverload(std::span<const Value> args) const;
};

Value MakeError(Arena& arena, std::string_view message, std::uint32_t offset,
                ErrorCode code = ErrorCode::kEvaluation);

}  // namespace ephor::cel
