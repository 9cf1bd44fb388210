// Conditions: `preconditions`, `deny.conditions` and their like, compiled.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/operators.h"
#include "engine/template.h"
#include "policy/types.h"

namespace ephor::engine {

class Context;

// Immutable, safe from any thread. The policy's conditions must outlive it.
class Conditions {
 public:
  explicit Conditions(const policy::Conditions& source);

  struct Outcome {
    bool hold = false;
    std::string_view messages;  // of the conditions that decided, joined; in the context's arena
  };
  // {any, all}: (no `any` written, or one of it true) and all of `all` true; `any` in order up to the first
  // that is true, then `all` up to the first that is false. The legacy list: all true. An error of a
  // condition that is evaluated is the error of the whole.
  Result<Outcome> Evaluate(Context& context) const;

  // How exceptions and cleanup policies read the same form: `all` first, then `any`, of which an empty one
  // holds.
  Result<bool> EvaluateAllThenAny(Context& context) const;

 private:
  struct Condition {
    Template key;
    Template value;
    ConditionOperand prepared_value;  // of a constant value
    std::optional<Operator> op;
    std::string_view message;
    const policy::Condition* source;

    Condition(const policy::Condition& source, Arena& arena);
    Result<bool> Evaluate(Context& context) const;

   private:
    struct Operands {
      json::Value key, value;
    };
    // The operands are left in `seen` where that is not null.
    Result<bool> Decide(Context& context, Operands* seen) const;
    Result<bool> EvaluateObserved(Context& context) const;
  };

  // Of those that what came before leaves without a say.
  static void TellNotReached(std::span<const Condition> conditions, std::size_t from, Context& context);
  static std::vector<Condition> Compile(std::span<const policy::Condition> conditions, Arena& arena);

  std::unique_ptr<Arena> arena_ = std::make_unique<Arena>(1 << 10);  // of the prepared values
  std::vector<Condition> any_;
  std::vector<Condition> all_;
  const json::Value* source_;
  bool has_any_;
  bool legacy_;
};

// Joins the parts that are not empty, in the arena.
std::string_view JoinNonEmpty(std::span<const std::string_view> parts, std::string_view separator,
                              Arena& arena);

}  // namespace ephor::engine
