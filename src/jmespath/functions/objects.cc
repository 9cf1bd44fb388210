#include <cmath>
#include <string>

#include "base/number.h"
#include "jmespath/functions/families.h"
#include "json/builder.h"

namespace ephor::jmespath::functions {

using json::Key;
using json::Member;
using json::ObjectBuilder;

Result<Value> Keys(Invocation& in) {
  const std::span<const Member> members = in[0].members();
  if (!in.Charge(members.size())) return in.OutOfBudget();
  const std::span<Value> keys = in.arena().NewArray<Value>(members.size());
  for (std::size_t i = 0; i < members.size(); ++i) keys[i] = Value::String(members[i].key());
  return Value::Array(keys);
}

Result<Value> Values(Invocation& in) {
  const std::span<const Member> members = in[0].members();
  if (!in.Charge(members.size())) return in.OutOfBudget();
  const std::span<Value> values = in.arena().NewArray<Value>(members.size());
  for (std::size_t i = 0; i < members.size(); ++i) values[i] = members[i].value;
  return Value::Array(values);
}

// The later argument wins. What is not an object, on which the reference crashes, is an error.
Result<Value> Merge(Invocation& in) {
  ObjectBuilder merged(in.arena());
  for (const Value& argument : in.arguments()) {
    if (!argument.is_object()) return in.Fail("arguments must be objects");
    if (!in.Charge(argument.size())) return in.OutOfBudget();
    for (const Member& member : argument.members()) merged.Set(Key(member.key()), member.value);
  }
  return merged.Build();
}

Result<Value> LabelMatch(Invocation& in) {
  for (const Member& wanted : in[0].members()) {
    if (!in.Charge(1) || !in.ChargeTree(wanted.value)) return in.OutOfBudget();
    const Value* found = in[1].Find(Key(wanted.key()));
    if (found == nullptr || !json::Equal(*found, wanted.value)) return Value::Bool(false);
  }
  return Value::Bool(true);
}

Result<Value> Lookup(Invocation& in) {
  if (in[0].is_object()) {
    if (!in[1].is_string()) return in.Fail("argument #2 is not of type String");
    const Value* found = in[0].Find(Key(in.text(1)));
    return found != nullptr ? *found : Value::Null();
  }
  if (!in[1].is_number()) return in.Fail("argument #2 is not of type Number");
  const double index = in[1].as_double();
  if (std::trunc(index) != index || std::isinf(index)) {
    return in.Fail("argument #2: expected an integer number but got: " + GoFloat(index));
  }
  if (std::fabs(index) >= 0x1p63) {
    return in.Fail("argument #2: number is outside the range of integer numbers: " + GoFloat(index));
  }
  if (index < 0 || index >= in[0].size()) return Value::Null();
  return in[0].items()[static_cast<std::size_t>(index)];
}

// A list of {keyName: key, valName: value}; the keys of a list are its indexes.
Result<Value> Items(Invocation& in) {
  const Key key_name(in.text(1)), value_name(in.text(2));
  const std::size_t count = in[0].size();
  if (!in.Charge(2 * count)) return in.OutOfBudget();
  const std::span<Value> items = in.arena().NewArray<Value>(count);
  for (std::size_t i = 0; i < count; ++i) {
    ObjectBuilder item(in.arena(), 2);
    if (in[0].is_object()) {
      item.Set(key_name, Value::String(in[0].members()[i].key()));
      item.Set(value_name, in[0].members()[i].value);
    } else {
      item.Set(key_name, Value::Int(static_cast<std::int64_t>(i)));
      item.Set(value_name, in[0].items()[i]);
    }
    items[i] = item.Build();
  }
  return Value::Array(items);
}

Result<Value> ObjectFromLists(Invocation& in) {
  const std::span<const Value> keys = in[0].items(), values = in[1].items();
  if (!in.Charge(keys.size())) return in.OutOfBudget();
  ObjectBuilder object(in.arena(), keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    std::string_view key;
    if (keys[i].is_string()) {
      key = keys[i].as_string();
    } else {
      std::string text;
      if (!AppendScalarText(keys[i], text)) return in.Fail("argument #1 is not of type StringArray");
      EPHOR_ASSIGN(const Value copied, in.Text(text));
      key = copied.as_string();
    }
    object.Set(Key(key), i < values.size() ? values[i] : Value::Null());
  }
  return object.Build();
}

}  // namespace ephor::jmespath::functions
