#include "convert/conditions_cel.h"

#include <algorithm>

#include "base/duration.h"
#include "base/number.h"
#include "base/quantity.h"
#include "convert/scalar_cel.h"
#include "engine/operators.h"
#include "json/parse.h"
#include "pattern/scalar_text.h"
#include "pattern/text.h"
#include "pattern/wildcard.h"

namespace ephor::convert {
namespace {

using engine::Operator;

std::unexpected<Error> No(std::string reason) {
  return Fail(ErrorCode::kInvalidPolicy, std::move(reason));
}

bool IsQuantity(std::string_view text) {
  Quantity quantity;
  return Quantity::TryParse(text, quantity);
}
bool IsDuration(std::string_view text) {
  Duration duration;
  return Duration::TryParse(text, duration);
}

std::string InParentheses(const std::string& text) {
  return "(" + text + ")";
}

// One value of the object, and what it may be.
struct Subject {
  std::string text;
  Kinds kinds;
  std::string AsText() const { return kinds == kString ? text : "string(" + text + ")"; }
};

Result<Cel> Equals(const Subject& subject, const json::Value& value) {
  if (value.is_bool() || value.is_number()) {
    if (value.is_number() && (subject.kinds & kString) != 0)
      return No("a number is equal to some texts that are durations");
    return Compare(subject.text, "==", Literal(value));
  }
  if (!value.is_string()) return No("a comparison with a list or an object");
  const std::string_view text = value.as_string();
  if (subject.kinds == kNumber) {
    const auto number = ParseInt(text);
    if (!number) return No("a number is compared with a text");
    return Compare(subject.text, "==", std::to_string(*number));
  }
  if (subject.kinds == kBool) return Cel::False();
  if (IsDuration(text))
    return No("'" + std::string(text) + "' may mean an amount or a time, depending on the value");
  if (IsQuantity(text)) {
    if (subject.kinds != kString) return No("an amount that may be a number or a text");
    return And(
        {"isQuantity(" + subject.text + ")", {}},
        Compare("quantity(" + subject.text + ").compareTo(quantity(" + TextLiteral(text) + "))", "==", "0"));
  }
  if (!pattern::HasWildcard(text)) return Compare(subject.text, "==", TextLiteral(text));
  if (subject.kinds != kString) return No("a wildcard for what is not known to be a text");
  const Cel fits = WildcardCel(subject.text, text);
  const bool begins_with_letter = (text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z');
  // A key that is an amount equals amounts only.
  return begins_with_letter ? fits : And(Not({"isQuantity(" + subject.text + ")", {}}), fits);
}

Result<Cel> Orders(const Subject& subject, Operator op, const json::Value& value) {
  const std::string_view symbol = op == Operator::kGreaterThan           ? ">"
                                  : op == Operator::kGreaterThanOrEquals ? ">="
                                  : op == Operator::kLessThan            ? "<"
                                                                         : "<=";
  if (subject.kinds == kNumber) {
    if (value.is_number()) return Compare(subject.text, symbol, Literal(value));
    const std::string_view text = value.string_or("");
    const auto number = ParseInt(text);
    if (!number) return No("a number is compared with a text that is no number");
    return Compare(subject.text, symbol, std::to_string(*number));
  }
  const std::string_view text = value.string_or("");
  if ((subject.kinds & ~(kString | kNumber)) != 0 || !IsQuantity(text) || IsDuration(text))
    return No("an ordering that depends on how the text is written");
  const bool number_too = (subject.kinds & kNumber) != 0;
  const std::string own = "quantity(" + subject.text + ")", other = "quantity(" + TextLiteral(text) + ")";
  const Cel less{own + ".isLessThan(" + other + ")", {}}, greater{own + ".isGreaterThan(" + other + ")", {}};
  const Cel ordered = symbol == ">"    ? greater
                      : symbol == "<"  ? less
                      : symbol == ">=" ? Not(less)
                                       : Not(greater);
  const Cel comparable = And({"isQuantity(" + subject.text + ")", {}}, ordered);
  return number_too ? And(Compare("type(" + subject.text + ")", "==", "string"), comparable) : comparable;
}

// What keys are looked for in.
class Members {
 public:
  // A text may stand for one member, for a range, or for a list in JSON; for a list of keys it may be other
  // things than for a single one.
  static Result<Members> Of(const json::Value& value, bool key_is_list, Arena& arena) {
    Members members;
    if (value.is_array()) {
      for (const json::Value& item : value.items()) {
        if (item.is_array() || item.is_object() || item.is_null() || item.is_double())
          return No("a list of what are no texts");
        members.texts_.push_back(pattern::TextOf(item, arena));
      }
      return members;
    }
    if (!value.is_string()) {
      if (!key_is_list || value.is_null() || value.is_object()) return No("the value is no list");
      members.texts_.push_back(pattern::TextOf(value, arena));
      return members;
    }
    const std::string_view text = value.as_string();
    if (pattern::SplitRange(text)) {
      members.range_ = value;
      return members;
    }
    const auto json = json::Parse(text, arena);
    if (json && !json->is_array()) return No("the text '" + std::string(text) + "' is read as JSON");
    if (json) return Of(*json, key_is_list, arena);
    members.texts_.push_back(text);
    return members;
  }

  // As if "*" were a member, which as a key stands for all of them: as a verb, a host or a resource it means
  // everything, so that a rule against one of them is against it, too.
  void AddEverything() {
    if (!range_ && std::find(texts_.begin(), texts_.end(), "*") == texts_.end()) everything_ = true;
  }

  Result<Cel> Contain(const Subject& subject) const {
    if (range_) return ScalarCel(*range_, subject.text, subject.kinds, Errors::kMatter);
    if ((subject.kinds & (kObject | kArray)) != 0) return No("the type of the value is not known");
    const std::string text = subject.AsText();
    if (!everything_ || texts_.empty()) return AnyWildcardCel(text, texts_);
    std::vector<std::string> literals;
    std::vector<std::string_view> wildcards;
    for (std::string_view member : texts_) {
      if (pattern::HasWildcard(member)) {
        wildcards.push_back(member);
      } else {
        literals.push_back(TextLiteral(member));
      }
    }
    literals.push_back(TextLiteral("*"));
    return convert::Or(IsOneOf(text, literals), AnyWildcardCel(text, wildcards));
  }

 private:
  std::vector<std::string_view> texts_;
  std::optional<json::Value> range_;
  bool everything_ = false;
};

bool IsIn(Operator op) {
  return op == Operator::kAnyIn || op == Operator::kAllIn || op == Operator::kAnyNotIn ||
         op == Operator::kAllNotIn || op == Operator::kIn || op == Operator::kNotIn;
}

bool IsNegated(Operator op) {
  return op == Operator::kAnyNotIn || op == Operator::kAllNotIn || op == Operator::kNotIn;
}

// What is taken of a list that is not there is null, of which no comparison holds.
Cel WhereThere(const Operand& list, const Cel& holds) {
  const bool may_be_absent = !list.loops.empty() && !list.fallback && !list.loops[0].list.certain();
  return may_be_absent ? And(list.loops[0].list.present, holds) : holds;
}

// A list of keys, of which any or all are in the members, or are not.
Result<Cel> ListIn(const Operand& keys, Operator op, const json::Value& value, LoopNames& loops,
                   Arena& arena) {
  if (op == Operator::kIn || op == Operator::kNotIn)
    return No("the deprecated operators In and NotIn on a list");
  EPHOR_ASSIGN(Members members, Members::Of(value, true, arena));
  const bool of_keys = !keys.loops.empty() && keys.loops.back().list.shape.Only(kObject);
  if (!IsNegated(op) && !of_keys) members.AddEverything();
  const bool any = op == Operator::kAnyIn || op == Operator::kAnyNotIn;
  Operand each = keys;
  const bool plain_list = keys.loops.empty();
  if (plain_list) {
    const std::string name = loops.Enter(ElementName(LastKey(keys.place.direct)));
    each.loops.push_back({keys.place, name});
    each.place = Place::Certain(name, keys.place.shape.Element());
  }
  const auto contained = [&](const Place& place) {
    return members.Contain({place.direct, place.shape.kinds()});
  };
  // "Some are not in" is the negation of "all are in", which reads better below another negation.
  const bool negated = IsNegated(op);
  const auto holds = Quantify(any != negated ? "exists" : "all", each, contained);
  if (plain_list) loops.Leave();
  if (!holds) return holds;
  return WhereThere(keys, negated ? Not(*holds) : *holds);
}

// A constant key, looked for in a list of the object.
Result<Cel> ConstantIn(const json::Value& key, Operator op, const Operand& list) {
  if (!key.is_string() || pattern::HasWildcard(key.as_string())) return No("a constant key with a wildcard");
  if (!list.is_list()) return No("a constant that is looked for in what is not known to be a list");
  const std::string wanted = TextLiteral(key.as_string());
  const Shape element = list.loops.empty() ? list.place.shape.Element() : list.place.shape;
  if (!element.Only(kString)) return No("a list that is not known to be of texts");
  // The innermost loop is what "in" does.
  Operand around = list;
  if (!list.loops.empty()) {
    around.place = list.loops.back().list;
    around.loops.pop_back();
  }
  const bool of_keys = around.place.shape.Only(kObject);
  const std::string inner =
      list.fallback || !around.loops.empty() ? around.place.Or(of_keys ? "{}" : "[]") : around.place.direct;
  const auto is_in = [](const std::string& text, std::string_view in) {
    return Cel{text + " in " + InParentheses(std::string(in)), {}};
  };
  // "*" in the list stands for all: see Members::AddEverything.
  const bool everything = !IsNegated(op) && !of_keys;
  const auto found = [&](std::string_view in) {
    return everything ? convert::Or(is_in(wanted, in), is_in(TextLiteral("*"), in)) : is_in(wanted, in);
  };
  Cel in = found(inner);
  if (!around.loops.empty()) {
    around.place = Place::Certain(inner, Shape::OfText());
    EPHOR_ASSIGN(in, Quantify("exists", around,
                              [&](const Place& place) -> Result<Cel> { return found(place.direct); }));
  }
  return WhereThere(list, IsNegated(op) ? Not(in) : in);
}

Result<Cel> Decide(const Operand& key, Operator op, const Operand& value, LoopNames& loops, Arena& arena) {
  if (key.constant && value.constant) {
    return engine::EvaluateOperator(op, engine::ConditionOperand(*key.constant),
                                    engine::ConditionOperand(*value.constant), arena)
               ? Cel::True()
               : Cel::False();
  }
  if (key.constant) {
    if (IsIn(op)) return ConstantIn(*key.constant, op, value);
    return No("a constant key that is compared with a value of the object");
  }
  if (!value.constant) return No("two values of the object are compared");
  if (IsIn(op) && key.is_list()) return ListIn(key, op, *value.constant, loops, arena);
  if (!key.loops.empty() || key.place.shape.Only(kArray)) return No("a list is compared as a whole");
  const Subject subject{key.Text(), key.place.shape.kinds()};
  if (IsIn(op)) {
    EPHOR_ASSIGN(const Members members, Members::Of(*value.constant, false, arena));
    EPHOR_ASSIGN(const Cel in, members.Contain(subject));
    return IsNegated(op) ? Not(in) : in;
  }
  switch (op) {
    case Operator::kEquals:
      return Equals(subject, *value.constant);
    case Operator::kNotEquals: {
      EPHOR_ASSIGN(const Cel equal, Equals(subject, *value.constant));
      return Not(equal);
    }
    case Operator::kGreaterThan:
    case Operator::kGreaterThanOrEquals:
    case Operator::kLessThan:
    case Operator::kLessThanOrEquals:
      return Orders(subject, op, *value.constant);
    default:
      return No("the deprecated operators of durations");
  }
}

}  // namespace

Result<ConditionConverter::Part> ConditionConverter::One(const policy::Condition& condition) {
  culprit_ = condition.source;
  static constexpr json::Value kNull;
  const auto op = engine::ParseOperator(condition.op);
  if (!op || *op == Operator::kNever) return No("the operator '" + std::string(condition.op) + "'");
  EPHOR_ASSIGN(const Operand key, ConvertValue(condition.key == nullptr ? kNull : *condition.key, roots_,
                                               variables_, loops_, arena_));
  auto value =
      ConvertValue(condition.value == nullptr ? kNull : *condition.value, roots_, variables_, loops_, arena_);
  auto holds = value ? Decide(key, *op, *value, loops_, arena_) : std::unexpected(value.error());
  for (std::size_t i = 0; i < key.loops.size() + (value ? value->loops.size() : 0); ++i) loops_.Leave();
  if (!holds) return std::unexpected(std::move(holds).error());
  return Part{*holds, key.MayFail() || value->MayFail()};
}

ConditionConverter::Part ConditionConverter::Join(const Part& a, const Part& b, bool all) {
  const Part joined{all ? And(a.holds, b.holds) : convert::Or(a.holds, b.holds), a.may_fail || b.may_fail};
  if (!a.may_fail) return joined;
  const std::string first = InParentheses(a.holds.text), second = InParentheses(b.holds.text);
  return {{all ? first + " ? " + second + " : false" : first + " ? true : " + second, {}}, true};
}

Result<Cel> ConditionConverter::Convert(const policy::Conditions& conditions) {
  const auto join = [&](std::span<const policy::Condition> list, bool all) -> Result<Part> {
    Part result{all ? Cel::True() : Cel::False(), false};
    for (std::size_t i = 0; i < list.size(); ++i) {
      EPHOR_ASSIGN(Part part, One(list[i]));
      result = i == 0 ? std::move(part) : Join(result, part, all);
    }
    return result;
  };
  EPHOR_ASSIGN(const Part all, join(conditions.all, true));
  if (conditions.legacy || conditions.any.data() == nullptr) return all.holds;
  EPHOR_ASSIGN(const Part any, join(conditions.any, false));
  // `any` is looked at first; `all` even where it does not hold, so that errors of both count.
  if (all.holds.is_true()) return any.holds;
  return (any.may_fail ? Join(any, all, true) : Join(all, any, true)).holds;
}

}  // namespace ephor::convert
