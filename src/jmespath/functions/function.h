// What a function of the language declares, and what it sees of a call.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "jmespath/evaluator.h"

namespace ephor::jmespath {

enum class Type : std::uint8_t {
  kNone,
  kNumber,
  kString,
  kArray,
  kObject,
  kArrayNumber,
  kArrayString,
  kExpref,
  kAny,
  kBool,  // of results only
};

// As messages and `ephor jp function` print it: "array[string]".
std::string_view TypeName(Type type);

// The types that an argument may have, in the order of the reference's messages.
using Parameter = std::array<Type, 3>;

// One call, with its arguments evaluated and checked against the parameters.
class Invocation {
 public:
  Invocation(Evaluator& evaluator, const Call& call, std::span<const json::Value> arguments,
             std::span<const NodeId> expressions)
      : evaluator_(evaluator), call_(call), arguments_(arguments), expressions_(expressions) {}

  std::size_t size() const { return arguments_.size(); }
  const json::Value& operator[](std::size_t i) const { return arguments_[i]; }
  std::string_view text(std::size_t i) const { return arguments_[i].as_string(); }
  std::span<const json::Value> arguments() const { return arguments_; }

  // Runs the argument `&expression` on an item.
  Status Apply(std::size_t argument, const json::Value& item, json::Value& out) {
    return evaluator_.Apply(expressions_[argument], item, out);
  }
  std::unexpected<Error> Failed(Status status) { return std::unexpected(evaluator_.TakeError(status)); }
  // Whether the argument is written as `&expression`; its value is then an empty object.
  bool IsExpref(std::size_t argument) const;

  // The constant first argument, prepared when the query was compiled; null where it is not constant.
  const Regex* regex() const { return call_.regex; }
  const VersionRange* range() const { return call_.range; }
  std::string_view name() const { return call_.name; }

  const Env& env() { return evaluator_.env(); }
  Arena& arena() { return evaluator_.env().arena; }
  const ports::World& world() { return evaluator_.env().world; }

  // Takes steps for work that grows with the input. Where it is false the function returns OutOfBudget().
  bool Charge(std::uint64_t steps) { return evaluator_.Charge(steps); }
  bool ChargeTree(const json::Value& value) { return evaluator_.ChargeTree(value); }
  std::unexpected<Error> OutOfBudget() { return Failed(Status::kError); }
  // The text in the arena, charged for.
  Result<json::Value> Text(std::string_view text);

  // The errors of Kyverno's functions: "JMESPath function 'NAME': MESSAGE".
  std::unexpected<Error> Fail(std::string_view message) const;

 private:
  Evaluator& evaluator_;
  const Call& call_;
  std::span<const json::Value> arguments_;
  std::span<const NodeId> expressions_;
};

// An error whose text is the message alone.
inline std::unexpected<Error> EvaluationError(std::string message) {
  return std::unexpected(Error(ErrorCode::kEvaluation, std::move(message)));
}

struct Function {
  enum class Prepare : std::uint8_t { kNothing, kRegex, kRangeSecond };

  std::string_view name;
  std::uint8_t parameter_count = 0;
  bool variadic = false;  // the last parameter may repeat; arguments are not checked
  std::array<Parameter, 4> parameters{};
  Result<json::Value> (*run)(Invocation&) = nullptr;
  Type returns = Type::kNone;  // of Kyverno's functions; the standard's have none
  std::string_view note;
  Prepare prepare = Prepare::kNothing;
};

// Every function there is, sorted by name.
std::span<const Function> Functions();
const Function* FindFunction(std::string_view name);

}  // namespace ephor::jmespath
