#include <string>

#include "base/number.h"
#include "base/utf8.h"
#include "jmespath/functions/families.h"
#include "jmespath/go_text.h"

namespace ephor::jmespath::functions {
bool AppendScalarText(const Value& value, std::string& out) {
  if (value.is_string()) {
    out += value.as_string();
  } else if (value.is_bool()) {
    out += value.as_bool() ? "true" : "false";
  } else if (value.is_int()) {
    AppendInt(value.as_int(), out);
  } else if (value.is_double()) {
    out += FixedFloat(value.as_double(), -1);
  } else {
    return false;
  }
  return true;
}

Result<Value> Length(Invocation& in) {
  if (!in[0].is_string()) return Value::Int(in[0].size());
  if (!in.Charge(in[0].size() / 8)) return in.OutOfBudget();
  return Value::Int(static_cast<std::int64_t>(CountCodePoints(in.text(0))));
}

Result<Value> NotNull(Invocation& in) {
  for (const Value& argument : in.arguments()) {
    if (!argument.is_null()) return argument;
  }
  return Value::Null();
}

Result<Value> ToArray(Invocation& in) {
  if (in[0].is_array()) return in[0];
  return Value::Array({in.arena().New<Value>(in[0]), 1});
}

Result<Value> ToNumber(Invocation& in) {
  if (in.IsExpref(0)) return EvaluationError("unknown type");
  if (in[0].is_number()) return in[0];
  if (!in[0].is_string()) return Value::Null();
  if (const auto whole = ParseInt(in.text(0))) return Value::Int(*whole);
  const auto number = ParseFloat(in.text(0));
  return number ? Value::Number(*number) : Value::Null();
}

Result<Value> ToString(Invocation& in) {
  if (in[0].is_string()) return in[0];
  if (!in.ChargeTree(in[0])) return in.OutOfBudget();
  // Kept by the thread, so that ordinary values need no memory of their own; large ones do not stay.
  constexpr std::size_t kKeptBytes = 64 << 10;
  thread_local std::string text;
  text.clear();
  if (text.capacity() > kKeptBytes) text.shrink_to_fit();
  EPHOR_TRY(AppendGoJson(in[0], {.escape_html = true}, text));
  return in.Text(text);
}

Result<Value> TypeOf(Invocation& in) {
  if (in.IsExpref(0)) return EvaluationError("unknown type");
  switch (in[0].kind()) {
    case json::Kind::kNull:
      return Value::String("null");
    case json::Kind::kBool:
      return Value::String("boolean");
    case json::Kind::kInt:
    case json::Kind::kDouble:
      return Value::String("number");
    case json::Kind::kString:
      return Value::String("string");
    case json::Kind::kArray:
      return Value::String("array");
    case json::Kind::kObject:
      break;
  }
  return Value::String("object");
}

}  // namespace ephor::jmespath::functions
