#include <algorithm>
#include <cmath>
#include <string>

#include "base/utf8.h"
#include "jmespath/functions/families.h"

namespace ephor::jmespath::functions {
namespace {

// Both are numbers or both are strings. NaN orders before all numbers, so that sorting stays an order.
bool Less(const Value& a, const Value& b) {
  if (a.is_string()) return a.as_string() < b.as_string();
  const bool a_nan = std::isnan(a.as_double()), b_nan = std::isnan(b.as_double());
  if (a_nan || b_nan) return a_nan && !b_nan;
  return json::CompareNumbers(a, b) < 0;
}

// The first of the best items; null where there is none.
template <class Better>
Value Best(std::span<const Value> items, Better better) {
  if (items.empty()) return Value::Null();
  const Value* best = &items[0];
  for (const Value& item : items.subspan(1)) {
    if (better(item, *best)) best = &item;
  }
  return *best;
}

std::uint64_t SortSteps(std::size_t count) {
  std::uint64_t steps = count;
  for (std::size_t n = count; n > 1; n /= 2) steps += count;
  return steps;
}

template <class Better>
Result<Value> BestBy(Invocation& in, Better better) {
  const std::span<const Value> items = in[0].items();
  if (items.empty()) return Value::Null();
  if (items.size() == 1) return items[0];
  Value best;
  if (const Status status = in.Apply(1, items[0], best); status == Status::kError) return in.Failed(status);
  if (!best.is_number() && !best.is_string())
    return EvaluationError("invalid type, must be number of string");
  const Value* best_item = &items[0];
  for (const Value& item : items.subspan(1)) {
    Value key;
    if (const Status status = in.Apply(1, item, key); status == Status::kError) return in.Failed(status);
    if (key.is_number() != best.is_number() || key.is_string() != best.is_string()) {
      return EvaluationError(best.is_number() ? "invalid type, must be number"
                                              : "invalid type, must be string");
    }
    if (!better(key, best)) continue;
    best = key;
    best_item = &item;
  }
  return *best_item;
}

}  // namespace

Result<Value> Contains(Invocation& in) {
  const Value& needle = in[1];
  if (in[0].is_string()) {
    if (!in.Charge(in[0].size() / 8)) return in.OutOfBudget();
    return Value::Bool(needle.is_string() && in.text(0).find(needle.as_string()) != std::string_view::npos);
  }
  for (const Value& item : in[0].items()) {
    if (item.kind() != needle.kind() && !(item.is_number() && needle.is_number())) continue;
    if ((item.is_array() || item.is_object()) && !in.ChargeTree(item)) return in.OutOfBudget();
    if (json::Equal(item, needle)) return Value::Bool(true);
  }
  return Value::Bool(false);
}

Result<Value> Map(Invocation& in) {
  const std::span<const Value> items = in[1].items();
  const std::span<Value> mapped = in.arena().NewArray<Value>(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (const Status status = in.Apply(0, items[i], mapped[i]); status == Status::kError) {
      return in.Failed(status);
    }
  }
  return Value::Array(mapped);
}

Result<Value> Max(Invocation& in) {
  return Best(in[0].items(), [](const Value& item, const Value& best) { return Less(best, item); });
}

Result<Value> Min(Invocation& in) {
  return Best(in[0].items(), Less);
}

Result<Value> MaxBy(Invocation& in) {
  return BestBy(in, [](const Value& key, const Value& best) { return Less(best, key); });
}

Result<Value> MinBy(Invocation& in) {
  return BestBy(in, Less);
}

Result<Value> Reverse(Invocation& in) {
  if (in[0].is_array()) {
    const std::span<Value> reversed = in.arena().Copy(in[0].items());
    std::reverse(reversed.begin(), reversed.end());
    return Value::Array(reversed);
  }
  const std::string_view text = in.text(0);
  std::string reversed(text.size(), '\0');
  std::size_t end = text.size();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = DecodeUtf8(text, at).bytes;
    end -= bytes;
    text.copy(reversed.data() + end, bytes, at);
    at += bytes;
  }
  return in.Text(reversed);
}

Result<Value> Sort(Invocation& in) {
  if (!in.Charge(SortSteps(in[0].size()))) return in.OutOfBudget();
  const std::span<Value> sorted = in.arena().Copy(in[0].items());
  std::sort(sorted.begin(), sorted.end(), Less);  // equal items look alike, so their order does not matter
  return Value::Array(sorted);
}

// Every key is computed once. The reference sorts the list in place, which changes the input; here the result
// is a new list.
Result<Value> SortBy(Invocation& in) {
  const std::span<const Value> items = in[0].items();
  if (items.size() < 2) return in[0];
  if (!in.Charge(SortSteps(items.size()))) return in.OutOfBudget();
  struct Entry {
    Value key, item;
    std::size_t place;  // keeps items with equal keys in their order, without the memory of a stable sort
  };
  const std::span<Entry> entries = in.arena().NewArray<Entry>(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    Value key;
    const Status status = in.Apply(1, items[i], key);
    if (status == Status::kError) return in.Failed(status);
    if (i == 0 && !key.is_number() && !key.is_string()) {
      return EvaluationError("invalid type, must be number of string");
    }
    if (i > 0 &&
        (key.is_number() != entries[0].key.is_number() || key.is_string() != entries[0].key.is_string())) {
      return EvaluationError("error in sort_by comparison");
    }
    entries[i] = {key, items[i], i};
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    if (Less(a.key, b.key)) return true;
    return !Less(b.key, a.key) && a.place < b.place;
  });
  const std::span<Value> sorted = in.arena().NewArray<Value>(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) sorted[i] = entries[i].item;
  return Value::Array(sorted);
}

}  // namespace ephor::jmespath::functions
