// Runs a program on one input.
#pragma once

#include <optional>
#include <span>

#include "jmespath/program.h"

namespace ephor::jmespath {

enum class Type : std::uint8_t;

enum class Status : std::uint8_t {
  kOk,
  kNotFound,  // an unknown key, which most operators turn into null: costs nothing
  kError,
};

// Lives for one evaluation. Every node that is run costs a step of the budget, and so does every value that
// an operator or a function goes over; a used up budget is the one error that no operator turns into null.
// Recursion is bounded by the height of the program's tree, which the parser limits; time by env.budget.
class Evaluator {
 public:
  Evaluator(const Program& program, Env& env) : program_(program), env_(env) {}

  // `out` is set with kOk, and to null otherwise.
  Status Run(NodeId node, json::Value in, json::Value& out);

  // As Run, with null for an unknown key. False is an error.
  bool RunOrNull(NodeId node, json::Value in, json::Value& out) {
    return Run(node, in, out) != Status::kError;
  }

  // Whether the argument is written as `&expression`, and what that expression makes of an item.
  bool IsExpref(NodeId argument) const { return program_.nodes[argument].op == Op::kExpref; }
  Status Apply(NodeId expref, const json::Value& item, json::Value& out) {
    return Run(program_.nodes[expref].left, item, out);
  }

  // What the latest kNotFound or kError was about.
  Error TakeError(Status status);
  Status Fail(Error error);

  // Takes steps from the budget; false, with the error set, when it is used up.
  bool Charge(std::uint64_t steps) {
    if (env_.budget < steps) [[unlikely]] {
      OutOfBudget();
      return false;
    }
    env_.budget -= steps;
    return true;
  }
  // Charges for a whole tree: a step a value, and a step a byte of text.
  bool ChargeTree(const json::Value& value);

  Env& env() { return env_; }

 private:
  Status OutOfBudget();
  Status RunPath(const Node& node, json::Value in, json::Value& out);
  Status RunIndex(std::int64_t index, const json::Value& in, json::Value& out);
  Status RunSlice(const Slice& slice, const json::Value& in, json::Value& out);
  Status RunProjection(const Node& node, const json::Value& in, json::Value& out);
  Status RunFlatten(const Node& node, const json::Value& in, json::Value& out);
  Status RunFlattenProjection(const Node& node, const json::Value& in, json::Value& out);
  Status RunFilter(const Node& node, const json::Value& in, json::Value& out);
  Status RunValueProjection(const Node& node, const json::Value& in, json::Value& out);
  Status RunMultiSelectList(const Node& node, const json::Value& in, json::Value& out);
  Status RunMultiSelectHash(const Node& node, const json::Value& in, json::Value& out);
  Status RunComparator(const Node& node, const json::Value& in, json::Value& out);
  Status RunFunction(const Node& node, const json::Value& in, json::Value& out);
  bool Equal(const json::Value& a, const json::Value& b, bool& equal);
  std::optional<Error> CheckArguments(const Function& function, std::span<const json::Value> arguments,
                                      const Node& node);
  Error InvalidType(std::span<const Type> accepted, NodeId expression, const json::Value& argument);

  const Program& program_;
  Env& env_;
  const json::Key* missing_ = nullptr;
  std::optional<Error> error_;
};

// False values are false, null, "", [] and {}; zero is true.
inline bool IsFalse(const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::kNull:
      return true;
    case json::Kind::kBool:
      return !value.as_bool();
    case json::Kind::kString:
    case json::Kind::kArray:
    case json::Kind::kObject:
      return value.size() == 0;
    default:
      return false;
  }
}

}  // namespace ephor::jmespath
