#include "engine/operators.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/duration.h"
#include "base/number.h"
#include "base/quantity.h"
#include "base/semver.h"
#include "engine/operators_members.h"
#include "pattern/scalar.h"
#include "pattern/text.h"
#include "pattern/wildcard.h"

namespace ephor::engine {

struct ConditionOperand::Facts {
  // Of a text: what it can be read as.
  std::optional<Duration> duration;
  std::optional<Quantity> quantity;
  std::optional<json::Value> number;
  bool is_version = false;
  pattern::Wildcard wildcard;

  Members members;
};

namespace {

struct OperatorName {
  std::string_view name;
  Operator op;
};

constexpr OperatorName kNames[] = {
    {"AllIn", Operator::kAllIn},
    {"AllNotIn", Operator::kAllNotIn},
    {"AnyIn", Operator::kAnyIn},
    {"AnyNotIn", Operator::kAnyNotIn},
    {"DurationGreaterThan", Operator::kDurationGreaterThan},
    {"DurationGreaterThanOrEquals", Operator::kDurationGreaterThanOrEquals},
    {"DurationLessThan", Operator::kDurationLessThan},
    {"DurationLessThanOrEquals", Operator::kDurationLessThanOrEquals},
    {"Equal", Operator::kEquals},
    {"Equals", Operator::kEquals},
    {"GreaterThan", Operator::kGreaterThan},
    {"GreaterThanOrEquals", Operator::kGreaterThanOrEquals},
    {"In", Operator::kIn},
    {"LessThan", Operator::kLessThan},
    {"LessThanOrEquals", Operator::kLessThanOrEquals},
    {"NotEqual", Operator::kNotEquals},
    {"NotEquals", Operator::kNotEquals},
    {"NotIn", Operator::kNotIn},
};

constexpr auto kNameTexts = [] {
  std::array<std::string_view, std::size(kNames)> texts;
  for (std::size_t i = 0; i < texts.size(); ++i) texts[i] = kNames[i].name;
  return texts;
}();

bool IsOrdering(Operator op) {
  return op >= Operator::kGreaterThan && op <= Operator::kDurationLessThanOrEquals;
}

char LowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return LowerAscii(x) == LowerAscii(y); });
}

// ---- What a side can be read as ----

std::optional<Duration> ParseDuration(std::string_view text) {
  Duration duration;
  return Duration::TryParse(text, duration) ? std::optional(duration) : std::nullopt;
}

std::optional<Quantity> ParseQuantity(std::string_view text) {
  Quantity quantity;
  return Quantity::TryParse(text, quantity) ? std::optional(quantity) : std::nullopt;
}

std::optional<json::Value> ParseNumber(std::string_view text) {
  if (const auto integer = ParseInt(text)) return json::Value::Int(*integer);
  if (const auto number = ParseFloat(text)) return json::Value::Double(*number);
  return std::nullopt;
}

// Spares the parser, and the error it would write, for what is clearly no version.
bool LooksLikeVersion(std::string_view text) {
  return !text.empty() && text[0] >= '0' && text[0] <= '9' && std::count(text.begin(), text.end(), '.') >= 2;
}

std::optional<Duration> DurationOf(const ConditionOperand& side) {
  if (!side.value().is_string()) return std::nullopt;
  return side.facts() != nullptr ? side.facts()->duration : ParseDuration(side.value().as_string());
}

std::optional<Quantity> QuantityOf(const ConditionOperand& side) {
  if (!side.value().is_string()) return std::nullopt;
  return side.facts() != nullptr ? side.facts()->quantity : ParseQuantity(side.value().as_string());
}

// A number, or the number that a text spells.
std::optional<json::Value> NumberOf(const ConditionOperand& side) {
  if (side.value().is_number()) return side.value();
  if (!side.value().is_string()) return std::nullopt;
  return side.facts() != nullptr ? side.facts()->number : ParseNumber(side.value().as_string());
}

std::optional<SemanticVersion> VersionOf(const ConditionOperand& side) {
  if (!side.value().is_string() || (side.facts() != nullptr && !side.facts()->is_version))
    return std::nullopt;
  if (!LooksLikeVersion(side.value().as_string())) return std::nullopt;
  auto version = SemanticVersion::Parse(side.value().as_string());
  return version ? std::optional(*std::move(version)) : std::nullopt;
}

bool WildcardMatches(const ConditionOperand& pattern, std::string_view text) {
  if (pattern.facts() != nullptr) return pattern.facts()->wildcard.Matches(text);
  return pattern::WildcardMatch(pattern.value().as_string(), text);
}

// A number as so many whole seconds, what is behind the point cut off. Saturates at the ends of a duration.
Duration WholeSeconds(const json::Value& number) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / kSecond;
  const double seconds = number.as_double();
  if (std::isnan(seconds)) return {};
  if (seconds > static_cast<double>(kMost)) return {std::numeric_limits<std::int64_t>::max()};
  if (seconds < -static_cast<double>(kMost)) return {std::numeric_limits<std::int64_t>::min()};
  return {(number.is_int() ? number.as_int() : static_cast<std::int64_t>(seconds)) * kSecond};
}

// The order of two sides as durations, where the duration rule applies: one at least is a text that is a
// duration and not just "0"; the other is one, too, or a number, which counts as whole seconds.
std::optional<std::strong_ordering> OrderAsDurations(const ConditionOperand& key,
                                                     const ConditionOperand& value) {
  const auto read = [](const ConditionOperand& side) -> std::optional<Duration> {
    if (side.value().string_or("") == "0") return std::nullopt;
    return DurationOf(side);
  };
  std::optional<Duration> a = read(key), b = read(value);
  if (!a && !b) return std::nullopt;
  if (!a && key.value().is_number()) a = WholeSeconds(key.value());
  if (!b && value.value().is_number()) b = WholeSeconds(value.value());
  if (!a || !b) return std::nullopt;
  return *a <=> *b;
}

// ---- Equals ----

bool Equals(const ConditionOperand& key, const ConditionOperand& value) {
  if (key.value().is_string()) {
    if (const auto order = OrderAsDurations(key, value)) return *order == 0;
    if (!value.value().is_string()) return false;
    // A key that is a quantity equals quantities only, not even the wildcard "*".
    if (const auto quantity = QuantityOf(key)) return quantity == QuantityOf(value);
    return WildcardMatches(value, key.value().as_string());
  }
  if (key.value().is_number()) {
    const auto number = NumberOf(value);
    return number && json::Equal(key.value(), *number);
  }
  return json::Equal(key.value(), value.value());
}

// ---- The In family ----

enum class Quantifier : std::uint8_t { kAny, kAll };

// A single key: it is in or it is not, any and all are the same. Nothing where the value is of no use.
std::optional<bool> IsMember(std::string_view key, const Members& members, bool deprecated) {
  switch (members.kind) {
    case Members::Kind::kList:
      return members.set.Matches(key);
    case Members::Kind::kRange:
      if (members.wildcard.Matches(key)) return true;
      if (deprecated) return std::nullopt;
      return members.inside.Matches(json::Value::String(key));
    case Members::Kind::kJsonStrings:
      return members.wildcard.Matches(key) || members.set.Contains(key);
    case Members::Kind::kJsonOther:
      return members.wildcard.Matches(key) ? std::optional(true) : std::nullopt;
    case Members::Kind::kText:
      if (members.wildcard.Matches(key)) return true;
      return deprecated ? std::nullopt : std::optional(false);
    case Members::Kind::kScalar:
    case Members::Kind::kNone:
      return std::nullopt;
  }
  return std::nullopt;
}

// A list of keys: whether any or all are members, or, negated, are not.
bool AreMembers(const json::Value& keys, const Members& members, Quantifier quantifier, bool negated,
                Arena& arena) {
  // A list of just the text equals it, even where the text is a range or JSON.
  const bool is_text = members.kind == Members::Kind::kRange || members.kind == Members::Kind::kJsonStrings ||
                       members.kind == Members::Kind::kJsonOther || members.kind == Members::Kind::kText;
  if (is_text && keys.size() == 1 && pattern::TextOf(keys.items()[0], arena) == members.text) return !negated;
  if (members.kind == Members::Kind::kNone || members.kind == Members::Kind::kJsonOther) return false;
  if (members.kind == Members::Kind::kScalar && quantifier == Quantifier::kAll) return false;

  const auto holds = [&](const json::Value& item) {
    const std::string_view key = pattern::TextOf(item, arena);
    if (members.kind != Members::Kind::kRange) return members.set.Matches(key) != negated;
    // "Any not in" asks for a key outside of the range: what is no number is neither inside nor outside.
    if (negated && quantifier == Quantifier::kAny) return members.range.Excludes(json::Value::String(key));
    return members.inside.Matches(json::Value::String(key)) != negated;
  };
  const auto items = keys.items();
  return quantifier == Quantifier::kAny ? std::any_of(items.begin(), items.end(), holds)
                                        : std::all_of(items.begin(), items.end(), holds);
}

// The deprecated In and NotIn on a list of keys: all texts, compared without wildcards.
bool AreMembersExactly(const json::Value& keys, const Members& members, bool negated) {
  const auto items = keys.items();
  if (!std::all_of(items.begin(), items.end(), [](const json::Value& item) { return item.is_string(); }))
    return false;
  // True for both operators: so it is in the reference.
  const bool is_text = members.kind != Members::Kind::kNone && members.kind != Members::Kind::kScalar &&
                       members.kind != Members::Kind::kList;
  if (is_text && keys.size() == 1 && items[0].as_string() == members.text) return true;
  if (members.kind != Members::Kind::kJsonStrings &&
      (members.kind != Members::Kind::kList || !members.all_strings)) {
    return false;
  }
  const bool all = std::all_of(items.begin(), items.end(), [&](const json::Value& item) {
    return members.set.Contains(item.as_string());
  });
  return all != negated;
}

bool EvaluateIn(Operator op, const ConditionOperand& key, const ConditionOperand& value, Arena& arena) {
  if (key.value().is_null() || key.value().is_object()) return false;
  const bool deprecated = op == Operator::kIn || op == Operator::kNotIn;
  const bool negated = op == Operator::kNotIn || op == Operator::kAnyNotIn || op == Operator::kAllNotIn;
  std::optional<Members> made;
  if (value.facts() == nullptr) made = Members::Of(value.value(), arena);
  const Members& members = made ? *made : value.facts()->members;
  if (!key.value().is_array()) {
    const auto is_member = IsMember(pattern::TextOf(key.value(), arena), members, deprecated);
    return is_member && *is_member != negated;
  }
  if (deprecated) return AreMembersExactly(key.value(), members, negated);
  const bool any = op == Operator::kAnyIn || op == Operator::kAnyNotIn;
  return AreMembers(key.value(), members, any ? Quantifier::kAny : Quantifier::kAll, negated, arena);
}

// ---- Orderings ----

Comparison ComparisonOf(Operator op) {
  switch (op) {
    case Operator::kGreaterThan:
    case Operator::kDurationGreaterThan:
      return Comparison::kGreater;
    case Operator::kGreaterThanOrEquals:
    case Operator::kDurationGreaterThanOrEquals:
      return Comparison::kGreaterOrEqual;
    case Operator::kLessThan:
    case Operator::kDurationLessThan:
      return Comparison::kLess;
    default:
      return Comparison::kLessOrEqual;
  }
}

// Of a number with a number, or a text that is a duration or spells one.
bool OrdersNumber(const json::Value& key, const ConditionOperand& value, Comparison comparison) {
  if (const auto order = OrderAsDurations(ConditionOperand(key), value)) return Holds(*order, comparison);
  const auto number = NumberOf(value);
  if (!number || std::isnan(key.as_double()) || std::isnan(number->as_double())) return false;
  return Holds(json::CompareNumbers(key, *number) <=> 0, comparison);
}

bool Orders(const ConditionOperand& key, const ConditionOperand& value, Comparison comparison) {
  if (key.value().is_number()) return OrdersNumber(key.value(), value, comparison);
  if (!key.value().is_string()) return false;
  if (const auto order = OrderAsDurations(key, value)) return Holds(*order, comparison);
  // Before plain numbers: "1.10" is less than "1.9", and both are quantities.
  if (const auto a = QuantityOf(key)) {
    if (const auto b = QuantityOf(value)) return Holds(*a <=> *b, comparison);
  }
  if (const auto number = NumberOf(key)) return OrdersNumber(*number, value, comparison);
  const auto a = VersionOf(key);
  if (!a) return false;
  const auto b = VersionOf(value);
  if (!b) return false;
  return Holds(*a <=> *b, comparison);
}

bool OrdersDurations(const ConditionOperand& key, const ConditionOperand& value, Comparison comparison) {
  const auto read = [](const ConditionOperand& side) -> std::optional<Duration> {
    return side.value().is_number() ? WholeSeconds(side.value()) : DurationOf(side);
  };
  const auto a = read(key);
  const auto b = read(value);
  return a && b && Holds(*a <=> *b, comparison);
}

}  // namespace

std::optional<Operator> ParseOperator(std::string_view name) {
  for (const OperatorName& known : kNames) {
    if (known.name == name) return known.op;
  }
  for (const OperatorName& known : kNames) {
    if (EqualIgnoringCase(known.name, name)) return IsOrdering(known.op) ? Operator::kNever : known.op;
  }
  return std::nullopt;
}

bool IsOperatorName(std::string_view name) {
  return std::binary_search(kNameTexts.begin(), kNameTexts.end(), name);
}

std::span<const std::string_view> OperatorNames() {
  return kNameTexts;
}

ConditionOperand ConditionOperand::Prepare(const json::Value& value, Arena& arena) {
  auto* facts = arena.New<Facts>();
  if (value.is_string()) {
    const std::string_view text = value.as_string();
    facts->duration = ParseDuration(text);
    facts->quantity = ParseQuantity(text);
    facts->number = ParseNumber(text);
    facts->is_version = LooksLikeVersion(text) && SemanticVersion::Parse(text).has_value();
    facts->wildcard = pattern::Wildcard(text);
  }
  facts->members = Members::Of(value, arena);
  ConditionOperand operand(value);
  operand.facts_ = facts;
  return operand;
}

bool EvaluateOperator(Operator op, const ConditionOperand& key, const ConditionOperand& value, Arena& arena) {
  switch (op) {
    case Operator::kEquals:
      return !key.value().is_null() && Equals(key, value);
    case Operator::kNotEquals:
      // Null is neither equal to anything nor unequal.
      return !key.value().is_null() && !Equals(key, value);
    case Operator::kIn:
    case Operator::kNotIn:
    case Operator::kAnyIn:
    case Operator::kAllIn:
    case Operator::kAnyNotIn:
    case Operator::kAllNotIn:
      return EvaluateIn(op, key, value, arena);
    case Operator::kGreaterThan:
    case Operator::kGreaterThanOrEquals:
    case Operator::kLessThan:
    case Operator::kLessThanOrEquals:
      return Orders(key, value, ComparisonOf(op));
    case Operator::kDurationGreaterThan:
    case Operator::kDurationGreaterThanOrEquals:
    case Operator::kDurationLessThan:
    case Operator::kDurationLessThanOrEquals:
      return OrdersDurations(key, value, ComparisonOf(op));
    case Operator::kNever:
      return false;
  }
  return false;
}

}  // namespace ephor::engine
