#include "jmespath/evaluator.h"

#include <algorithm>
#include <cmath>

#include "json/find_member.h"

namespace ephor::jmespath {

using json::Key;
using json::Kind;
using json::Member;
using json::Value;

Status Evaluator::Fail(Error error) {
  error_ = std::move(error);
  return Status::kError;
}

Error Evaluator::TakeError(Status status) {
  if (status == Status::kNotFound) {
    std::string message = "Unknown key \"";
    message += missing_->text;
    message += "\" in path";
    return Error(ErrorCode::kNotFound, std::move(message));
  }
  return *std::move(error_);
}

Status Evaluator::OutOfBudget() {
  env_.budget = 0;
  return Fail(Error(ErrorCode::kEvaluation, "evaluation budget exceeded"));
}

bool Evaluator::ChargeTree(const Value& value) {
  switch (value.kind()) {
    case Kind::kString:
      return Charge(1 + value.size());
    case Kind::kArray:
      if (!Charge(1 + value.size())) return false;
      for (const Value& item : value.items()) {
        if (!ChargeTree(item)) return false;
      }
      return true;
    case Kind::kObject:
      for (const Member& member : value.members()) {
        if (!Charge(1 + member.key_size) || !ChargeTree(member.value)) return false;
      }
      return Charge(1);
    default:
      return Charge(1);
  }
}

Status Evaluator::Run(NodeId id, Value in, Value& out) {
  const Node& node = program_.nodes[id];
  if (!Charge(1)) [[unlikely]] {
    out = Value::Null();
    return Status::kError;
  }
  switch (node.run) {
    case Op::kIdentity:
    case Op::kCurrent:
      out = in;
      return Status::kOk;
    case Op::kField: {
      out = Value::Null();
      if (!in.is_object()) return Status::kOk;
      const Key& key = program_.keys[node.key];
      const Value* found = json::FindMember(in, key);
      if (found == nullptr) {
        missing_ = &key;
        return Status::kNotFound;
      }
      out = *found;
      return Status::kOk;
    }
    case Op::kPath:
      return RunPath(node, in, out);
    case Op::kLiteral:
      out = program_.constants[node.constant];
      return Status::kOk;
    case Op::kIndex:
      return RunIndex(program_.numbers[node.number], in, out);
    case Op::kSlice:
      return RunSlice(program_.slices[node.slice], in, out);
    case Op::kSubexpression:
    case Op::kIndexExpression: {
      const Status status = Run(node.left, in, out);
      if (status != Status::kOk) return status;
      return Run(node.right, out, out);
    }
    case Op::kProjection:
      return RunProjection(node, in, out);
    case Op::kFlatten:
      return RunFlatten(node, in, out);
    case Op::kFlattenProjection:
      return RunFlattenProjection(node, in, out);
    case Op::kFilterProjection:
      return RunFilter(node, in, out);
    case Op::kValueProjection:
      return RunValueProjection(node, in, out);
    case Op::kMultiSelectList:
      return RunMultiSelectList(node, in, out);
    case Op::kMultiSelectHash:
      return RunMultiSelectHash(node, in, out);
    case Op::kKeyValuePair:
      return Run(node.left, in, out);
    case Op::kOr:
      if (!RunOrNull(node.left, in, out)) return Status::kError;
      if (!IsFalse(out)) return Status::kOk;
      return RunOrNull(node.right, in, out) ? Status::kOk : Status::kError;
    case Op::kAnd:
      if (!RunOrNull(node.left, in, out)) return Status::kError;
      if (IsFalse(out)) return Status::kOk;
      return Run(node.right, in, out);
    case Op::kPipe:
      // An unknown key is null in every stage, also in the last.
      if (!RunOrNull(node.left, in, out)) return Status::kError;
      return RunOrNull(node.right, out, out) ? Status::kOk : Status::kError;
    case Op::kNot:
      if (!RunOrNull(node.left, in, out)) return Status::kError;
      out = Value::Bool(IsFalse(out));
      return Status::kOk;
    case Op::kComparator:
      return RunComparator(node, in, out);
    case Op::kExpref:
      // An expression that is no function's argument; the reference prints it like this.
      out = Value::Object({});
      return Status::kOk;
    case Op::kFunction:
      return RunFunction(node, in, out);
    case Op::kEmpty:
      break;
  }
  out = Value::Null();
  return Fail(Error(ErrorCode::kInternal, "unknown operation"));
}

Status Evaluator::RunPath(const Node& node, Value in, Value& out) {
  out = Value::Null();
  const Key* key = &program_.keys[node.first_key];
  for (const Key* const end = key + node.key_count; key != end; ++key) {
    if (!in.is_object()) return Status::kOk;  // a field of anything else is null, and so is all below
    const Value* found = json::FindMember(in, *key);
    if (found == nullptr) {
      missing_ = key;
      return Status::kNotFound;
    }
    in = *found;
  }
  out = in;
  return Status::kOk;
}

Status Evaluator::RunIndex(std::int64_t index, const Value& in, Value& out) {
  const std::span<const Value> items = in.is_array() ? in.items() : std::span<const Value>();
  if (index < 0) index += static_cast<std::int64_t>(items.size());
  const bool inside = index >= 0 && index < static_cast<std::int64_t>(items.size());
  out = inside ? items[static_cast<std::size_t>(index)] : Value::Null();
  return Status::kOk;
}

Status Evaluator::RunSlice(const Slice& slice, const Value& in, Value& out) {
  const Value list = in;
  out = Value::Null();
  if (!list.is_array()) return Status::kOk;
  if (slice.step == 0) return Fail(Error(ErrorCode::kEvaluation, "Invalid slice, step cannot be 0"));
  const auto size = static_cast<std::int64_t>(list.size());
  const bool backward = slice.step < 0;
  const auto clamp = [&](std::int64_t at) {
    if (at < 0) {
      at += size;
      if (at < 0) at = backward ? -1 : 0;
    } else if (at >= size) {
      at = backward ? size - 1 : size;
    }
    return at;
  };
  const std::int64_t start = slice.has_start ? clamp(slice.start) : backward ? size - 1 : 0;
  const std::int64_t stop = slice.has_stop ? clamp(slice.stop) : backward ? -1 : size;
  const std::int64_t distance = backward ? start - stop : stop - start;
  if (distance <= 0) {
    out = Value::Array({});
    return Status::kOk;
  }
  if (slice.step == 1) {
    out = Value::Array(
        list.items().subspan(static_cast<std::size_t>(start), static_cast<std::size_t>(distance)));
    return Status::kOk;
  }
  // As unsigned, because the most negative step has no positive twin.
  const std::uint64_t step =
      backward ? -static_cast<std::uint64_t>(slice.step) : static_cast<std::uint64_t>(slice.step);
  const std::uint64_t count = (static_cast<std::uint64_t>(distance) - 1) / step + 1;
  if (!Charge(count)) return Status::kError;
  std::span<Value> items = env_.arena.NewArray<Value>(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto offset = static_cast<std::int64_t>(i * step);
    items[i] = list.items()[static_cast<std::size_t>(backward ? start - offset : start + offset)];
  }
  out = Value::Array(items);
  return Status::kOk;
}

namespace {

// Results of a projection: nulls are left out. Takes no memory until the first result.
class Collector {
 public:
  Collector(Arena& arena, std::size_t most) : arena_(arena), most_(most) {}
  void Add(const Value& value) {
    if (value.is_null()) return;
    if (items_.empty()) items_ = arena_.NewArray<Value>(most_);
    items_[count_++] = value;
  }
  Value Take() const { return Value::Array(items_.first(count_)); }

 private:
  Arena& arena_;
  std::size_t most_;
  std::span<Value> items_;
  std::size_t count_ = 0;
};

bool HasNull(std::span<const Value> items) {
  return std::any_of(items.begin(), items.end(), [](const Value& item) { return item.is_null(); });
}

}  // namespace

Status Evaluator::RunProjection(const Node& node, const Value& in, Value& out) {
  Value left;
  if (!RunOrNull(node.left, in, left)) return Status::kError;
  out = Value::Null();
  if (!left.is_array()) return Status::kOk;
  if (!Charge(left.size())) return Status::kError;
  if (program_.nodes[node.right].run == Op::kIdentity && !HasNull(left.items())) {
    out = left;
    return Status::kOk;
  }
  Collector results(env_.arena, left.size());
  for (const Value& item : left.items()) {
    Value result;
    if (!RunOrNull(node.right, item, result)) return Status::kError;
    results.Add(result);
  }
  out = results.Take();
  return Status::kOk;
}

Status Evaluator::RunFlatten(const Node& node, const Value& in, Value& out) {
  Value left;
  // Any error of the left side is null here, not only an unknown key; but a used up budget stays used up.
  if (Run(node.left, in, left) != Status::kOk) left = Value::Null();
  out = Value::Null();
  if (!left.is_array()) return env_.budget > 0 ? Status::kOk : OutOfBudget();
  std::size_t count = 0;
  for (const Value& item : left.items()) count += item.is_array() ? item.size() : 1;
  if (!Charge(left.size() + count)) return Status::kError;
  std::span<Value> items = env_.arena.NewArray<Value>(count);
  std::size_t next = 0;
  for (const Value& item : left.items()) {
    if (item.is_array()) {
      std::copy(item.items().begin(), item.items().end(), items.begin() + static_cast<std::ptrdiff_t>(next));
      next += item.size();
    } else {
      items[next++] = item;
    }
  }
  out = Value::Array(items);
  return Status::kOk;
}

Status Evaluator::RunFlattenProjection(const Node& node, const Value& in, Value& out) {
  Value left;
  if (Run(program_.nodes[node.left].left, in, left) != Status::kOk) left = Value::Null();
  out = Value::Null();
  if (!left.is_array()) return env_.budget > 0 ? Status::kOk : OutOfBudget();
  std::size_t count = 0;
  for (const Value& item : left.items()) count += item.is_array() ? item.size() : 1;
  if (!Charge(left.size() + count)) return Status::kError;
  Collector results(env_.arena, count);
  for (const Value& item : left.items()) {
    const std::span<const Value> flat = item.is_array() ? item.items() : std::span(&item, 1);
    for (const Value& element : flat) {
      Value result;
      if (!RunOrNull(node.right, element, result)) return Status::kError;
      results.Add(result);
    }
  }
  out = results.Take();
  return Status::kOk;
}

Status Evaluator::RunFilter(const Node& node, const Value& in, Value& out) {
  Value left;
  if (Run(node.left, in, left) != Status::kOk) left = Value::Null();
  out = Value::Null();
  if (!left.is_array()) return env_.budget > 0 ? Status::kOk : OutOfBudget();
  if (!Charge(left.size())) return Status::kError;
  Collector results(env_.arena, left.size());
  for (const Value& item : left.items()) {
    Value result;
    if (!RunOrNull(node.condition, item, result)) return Status::kError;
    if (IsFalse(result)) continue;
    if (!RunOrNull(node.right, item, result)) return Status::kError;
    results.Add(result);
  }
  out = results.Take();
  return Status::kOk;
}

Status Evaluator::RunValueProjection(const Node& node, const Value& in, Value& out) {
  Value left;
  if (Run(node.left, in, left) != Status::kOk) left = Value::Null();
  out = Value::Null();
  if (!left.is_object()) return env_.budget > 0 ? Status::kOk : OutOfBudget();
  if (!Charge(2 * std::uint64_t{left.size()})) return Status::kError;
  Collector results(env_.arena, 2 * std::size_t{left.size()});
  const auto add = [&](const Value& item) {
    Value result;
    if (!RunOrNull(node.right, item, result)) return false;
    results.Add(result);
    return true;
  };
  // The reference visits a null for every member before the values; policies can see it, as in
  // `m.*.to_string(@)`. Where the right side makes null of null, the visits leave no trace.
  const Op right = program_.nodes[node.right].run;
  if (right != Op::kIdentity && right != Op::kField && right != Op::kPath) {
    for (std::uint32_t i = 0; i < left.size(); ++i) {
      if (!add(Value::Null())) return Status::kError;
    }
  }
  for (const Member& member : left.members()) {
    if (!add(member.value)) return Status::kError;
  }
  out = results.Take();
  return Status::kOk;
}

Status Evaluator::RunMultiSelectList(const Node& node, const Value& in, Value& out) {
  const Value input = in;
  out = Value::Null();
  if (input.is_null()) return Status::kOk;
  if (!Charge(node.count)) return Status::kError;
  std::span<Value> items = env_.arena.NewArray<Value>(node.count);
  for (std::uint32_t i = 0; i < node.count; ++i) {
    if (!RunOrNull(program_.children[node.first + i], input, items[i])) return Status::kError;
  }
  out = Value::Array(items);
  return Status::kOk;
}

Status Evaluator::RunMultiSelectHash(const Node& node, const Value& in, Value& out) {
  const Value input = in;
  out = Value::Null();
  if (input.is_null()) return Status::kOk;
  if (!Charge(node.count)) return Status::kError;
  const std::vector<Key>& keys = program_.shapes[node.shape];
  std::span<Member> members = env_.arena.NewArray<Member>(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) members[i] = Member(keys[i], Value::Null());
  for (std::uint32_t i = 0; i < node.count; ++i) {
    const Node& pair = program_.nodes[program_.children[node.first + i]];
    if (!RunOrNull(pair.left, input, members[pair.slot].value)) return Status::kError;
  }
  out = Value::Object(members);
  return Status::kOk;
}

Status Evaluator::RunComparator(const Node& node, const Value& in, Value& out) {
  Value left, right;
  if (!RunOrNull(node.left, in, left) || !RunOrNull(node.right, in, right)) return Status::kError;
  if (node.comparison == Comparison::kEqual || node.comparison == Comparison::kNotEqual) {
    bool equal = false;
    if (!Equal(left, right, equal)) return Status::kError;
    out = Value::Bool(equal == (node.comparison == Comparison::kEqual));
    return Status::kOk;
  }
  out = Value::Null();
  if (!left.is_number() || !right.is_number()) return Status::kOk;
  if (std::isnan(left.as_double()) || std::isnan(right.as_double())) {
    out = Value::Bool(false);
    return Status::kOk;
  }
  const int order = json::CompareNumbers(left, right);
  switch (node.comparison) {
    case Comparison::kLess:
      out = Value::Bool(order < 0);
      break;
    case Comparison::kLessOrEqual:
      out = Value::Bool(order <= 0);
      break;
    case Comparison::kGreater:
      out = Value::Bool(order > 0);
      break;
    default:
      out = Value::Bool(order >= 0);
      break;
  }
  return Status::kOk;
}

// json::Equal would do, but a query can build values that share their parts, whose comparison takes time
// exponential in the query's length.
bool Evaluator::Equal(const Value& a, const Value& b, bool& equal) {
  equal = false;
  if (a.kind() != b.kind() || (!a.is_array() && !a.is_object())) {
    equal = json::Equal(a, b);
    return !a.is_string() || !b.is_string() || Charge(a.size() / 8);
  }
  if (a.size() != b.size()) return true;
  if (!Charge(a.size())) return false;
  equal = true;
  if (a.is_array()) {
    if (a.items().data() == b.items().data()) return true;
    for (std::uint32_t i = 0; i < a.size() && equal; ++i) {
      if (!Equal(a.items()[i], b.items()[i], equal)) return false;
    }
    return true;
  }
  if (a.members().data() == b.members().data()) return true;
  for (std::uint32_t i = 0; i < a.size() && equal; ++i) {
    const Member& x = a.members()[i];
    const Member& y = b.members()[i];
    if (x.hash != y.hash || x.key() != y.key()) {
      equal = false;
    } else if (!Equal(x.value, y.value, equal)) {
      return false;
    }
  }
  return true;
}

}  // namespace ephor::jmespath
