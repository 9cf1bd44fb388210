// Calls: the part of the evaluator that knows functions.
#include <algorithm>

#include "jmespath/evaluator.h"
#include "jmespath/functions/function.h"
#include "jmespath/go_text.h"
#include "jmespath/print.h"

namespace ephor::jmespath {

using json::Kind;
using json::Value;

Status Evaluator::RunFunction(const Node& node, const Value& in, Value& out) {
  const Call& call = program_.calls[node.call];
  const std::span<const NodeId> expressions(program_.children.data() + node.first, node.count);
  const Value input = in;
  out = Value::Null();
  if (!call.has_name) return Fail(Error(ErrorCode::kEvaluation, "invalid node value type"));
  if (!Charge(node.count)) return Status::kError;
  constexpr std::size_t kInline = 4;
  Value few[kInline];
  const std::span<Value> arguments =
      node.count <= kInline ? std::span(few, node.count) : env_.arena.NewArray<Value>(node.count);
  for (std::uint32_t i = 0; i < node.count; ++i) {
    arguments[i] = Value::Null();
    if (!RunOrNull(expressions[i], input, arguments[i])) return Status::kError;
  }
  if (call.function == nullptr) {
    return Fail(Error(ErrorCode::kEvaluation, "unknown function: " + std::string(call.name)));
  }
  if (auto error = CheckArguments(*call.function, arguments, node)) return Fail(*std::move(error));
  Invocation invocation(*this, call, arguments, expressions);
  Result<Value> result = call.function->run(invocation);
  if (!result) return Fail(std::move(result).error());
  out = *result;
  return Status::kOk;
}

namespace {

bool AllOf(const Value& list, Kind kind) {
  if (!list.is_array()) return false;
  return std::all_of(list.items().begin(), list.items().end(), [kind](const Value& item) {
    return kind == Kind::kDouble ? item.is_number() : item.kind() == kind;
  });
}

bool Accepts(Type type, const Value& argument, bool is_expref) {
  switch (type) {
    case Type::kAny:
      return true;
    case Type::kExpref:
      return is_expref;
    case Type::kNumber:
      return argument.is_number();
    case Type::kString:
      return argument.is_string();
    case Type::kArray:
      return argument.is_array();
    case Type::kObject:
      return argument.is_object() && !is_expref;
    case Type::kArrayNumber:
      return AllOf(argument, Kind::kDouble);
    case Type::kArrayString:
      return AllOf(argument, Kind::kString);
    case Type::kNone:
    case Type::kBool:
      break;
  }
  return false;
}

}  // namespace

std::optional<Error> Evaluator::CheckArguments(const Function& function, std::span<const Value> arguments,
                                               const Node& node) {
  if (function.parameter_count == 0) return std::nullopt;  // the reference ignores what is given
  if (function.variadic) {
    if (arguments.size() >= function.parameter_count) return std::nullopt;
    return Error(ErrorCode::kEvaluation, "Invalid arity.");
  }
  if (arguments.size() != function.parameter_count) {
    return Error(ErrorCode::kEvaluation, "incorrect number of args");
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].is_array() && !Charge(arguments[i].size())) return TakeError(Status::kError);
    const bool is_expref = IsExpref(program_.children[node.first + i]);
    const Parameter& parameter = function.parameters[i];
    if (std::none_of(parameter.begin(), parameter.end(),
                     [&](Type type) { return Accepts(type, arguments[i], is_expref); })) {
      return InvalidType(parameter, program_.children[node.first + i], arguments[i]);
    }
  }
  return std::nullopt;
}

Error Evaluator::InvalidType(std::span<const Type> accepted, NodeId expression, const Value& argument) {
  if (!ChargeTree(argument)) return TakeError(Status::kError);
  std::string message = "Invalid type for: ";
  if (IsExpref(expression)) {
    message += PrintExpression(program_, expression);
  } else {
    AppendGoText(argument, message);
  }
  message += ", expected: []jmespath.JpType{";
  bool first = true;
  for (const Type type : accepted) {
    if (type == Type::kNone) break;
    if (!first) message += ", ";
    first = false;
    message += '"';
    message += TypeName(type);
    message += '"';
  }
  message += '}';
  return Error(ErrorCode::kEvaluation, std::move(message));
}

bool Invocation::IsExpref(std::size_t argument) const {
  return evaluator_.IsExpref(expressions_[argument]);
}

Result<Value> Invocation::Text(std::string_view text) {
  if (!Charge(text.size())) return OutOfBudget();
  return Value::String(arena().Copy(text));
}

std::unexpected<Error> Invocation::Fail(std::string_view message) const {
  std::string text = "JMESPath function '";
  text += name();
  text += "': ";
  text += message;
  return EvaluationError(std::move(text));
}

}  // namespace ephor::jmespath
