#include "convert/scalar_cel.h"

#include <optional>

#include "base/duration.h"
#include "base/quantity.h"
#include "pattern/scalar.h"
#include "pattern/scalar_text.h"
#include "pattern/text.h"
#include "pattern/wildcard.h"

namespace ephor::convert {
namespace {

std::unexpected<Error> No(std::string reason) {
  return Fail(ErrorCode::kInvalidPolicy, std::move(reason));
}

std::string_view Symbol(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual:
      return "==";
    case Comparison::kNotEqual:
      return "!=";
    case Comparison::kLess:
      return "<";
    case Comparison::kLessOrEqual:
      return "<=";
    case Comparison::kGreater:
      return ">";
    case Comparison::kGreaterOrEqual:
      return ">=";
  }
  return "==";
}

// One comparison of a text pattern: what stands behind the operator, and what it can be read as.
struct Operand {
  explicit Operand(std::string_view operand_text)
      : text(operand_text),
        is_quantity(Quantity::TryParse(text, quantity)),
        is_duration(Duration::TryParse(text, duration)) {}

  // As a literal number.
  std::string Number() const {
    return quantity.IsInteger() ? std::to_string(quantity.ToIntRoundedUp())
                                : Literal(json::Value::Double(quantity.ToDouble()));
  }

  std::string_view text;
  Quantity quantity;
  Duration duration;
  bool is_quantity;
  bool is_duration;
};

Cel OrderedBy(const std::string& value, std::string_view type, const Operand& operand,
              Comparison comparison) {
  const std::string other = std::string(type) + "(" + TextLiteral(operand.text) + ")";
  if (type == "duration") return Compare("duration(" + value + ")", Symbol(comparison), other);
  const std::string own = "quantity(" + value + ")";
  switch (comparison) {
    case Comparison::kLess:
      return {own + ".isLessThan(" + other + ")", {}};
    case Comparison::kGreater:
      return {own + ".isGreaterThan(" + other + ")", {}};
    case Comparison::kLessOrEqual:
      return Not({own + ".isGreaterThan(" + other + ")", {}});
    case Comparison::kGreaterOrEqual:
      return Not({own + ".isLessThan(" + other + ")", {}});
    default:
      return Compare(own + ".compareTo(" + other + ")", Symbol(comparison), "0");
  }
}

bool IsEquality(Comparison comparison) {
  return comparison == Comparison::kEqual || comparison == Comparison::kNotEqual;
}

class Text {
 public:
  Text(std::string value, Kinds kinds, Errors errors)
      : value_(std::move(value)), kinds_(kinds), errors_(errors) {}

  Result<Cel> Matches(std::string_view pattern) const {
    // Alternatives that are plain texts become one list.
    std::vector<std::string> literals;
    Cel others = Cel::False();
    for (std::size_t i = pattern::CountParts(pattern, '|'); i > 0; --i) {
      const std::string_view alternative = pattern::TakePart(pattern, '|');
      if (IsLiteral(alternative)) {
        literals.push_back(TextLiteral(alternative));
        continue;
      }
      EPHOR_ASSIGN(const Cel all, Alternative(alternative));
      others = Or(others, all);
    }
    if (literals.empty()) return others;
    return Or(IsOneOf(value_, literals), others);
  }

 private:
  // A text that only equals itself, whatever the value is.
  bool IsLiteral(std::string_view text) const {
    if (text.find('&') != std::string_view::npos || pattern::OperatorOf(text).length > 0 ||
        pattern::SplitRange(text) || pattern::HasWildcard(text)) {
      return false;
    }
    const Operand operand(pattern::TrimSpace(text));
    if (operand.is_quantity || operand.is_duration) return false;
    return (kinds_ & ~kString) == 0 || (text != "true" && text != "false");
  }

  Result<Cel> Alternative(std::string_view text) const {
    std::vector<std::string> excluded;
    Cel all = Cel::True();
    for (std::size_t i = pattern::CountParts(text, '&'); i > 0; --i) {
      const std::string_view term = pattern::TakePart(text, '&');
      if ((kinds_ & ~kString) == 0 && pattern::OperatorOf(term).comparison == Comparison::kNotEqual &&
          IsLiteral(pattern::TrimSpace(term.substr(1)))) {
        excluded.push_back(TextLiteral(pattern::TrimSpace(term.substr(1))));
        continue;
      }
      EPHOR_ASSIGN(const Cel holds, Term(term));
      all = And(all, holds);
    }
    return excluded.empty() ? all : And(Not(IsOneOf(value_, excluded)), all);
  }

  Result<Cel> Term(std::string_view text) const {
    const pattern::LeadingOperator op = pattern::OperatorOf(text);
    if (op.length == 0) {
      if (const auto range = pattern::SplitRange(text)) {
        EPHOR_ASSIGN(
            const Cel low,
            Operation(Operand(range->low), range->outside ? Comparison::kLess : Comparison::kGreaterOrEqual));
        EPHOR_ASSIGN(const Cel high,
                     Operation(Operand(range->high),
                               range->outside ? Comparison::kGreater : Comparison::kLessOrEqual));
        return range->outside ? Or(low, high) : And(low, high);
      }
    }
    return Operation(Operand(pattern::TrimSpace(text.substr(op.length))), op.comparison);
  }

  Result<Cel> Operation(const Operand& operand, Comparison comparison) const {
    if ((kinds_ & ~kNumber) == 0) return OfNumber(operand, comparison);
    if ((kinds_ & ~kBool) == 0) return OfText(operand, comparison, "string(" + value_ + ")");
    if (kinds_ == kString) return OfString(operand, comparison);
    if (kinds_ == (kNumber | kString)) return OfAmount(operand, comparison, "string(" + value_ + ")");
    return OfAnything(operand, comparison);
  }

  Result<Cel> OfNumber(const Operand& operand, Comparison comparison) const {
    if (operand.is_quantity) return Compare(value_, Symbol(comparison), operand.Number());
    if (operand.is_duration) return No("compares a number with a duration");
    return OfText(operand, comparison, "string(" + value_ + ")");
  }

  Result<Cel> OfString(const Operand& operand, Comparison comparison) const {
    if (operand.is_quantity && operand.is_duration)
      return No("'" + std::string(operand.text) + "' may mean an amount or a time, depending on the value");
    if (operand.is_quantity) return OfAmount(operand, comparison, value_);
    if (!operand.is_duration) return OfText(operand, comparison, value_);
    // There is no question whether a text is a duration: one that is none is an error.
    if (errors_ == Errors::kMatter || comparison == Comparison::kNotEqual)
      return No("whether a text is a duration cannot be asked");
    return OrderedBy(value_, "duration", operand, comparison);
  }

  // A text or number that an amount is compared with.
  Result<Cel> OfAmount(const Operand& operand, Comparison comparison, const std::string& text) const {
    if (!operand.is_quantity) {
      if (operand.is_duration) return No("compares an amount with a duration");
      return OfText(operand, comparison, text);
    }
    const Cel is_quantity{"isQuantity(" + text + ")", {}};
    if (comparison == Comparison::kNotEqual) {
      return Not(And(is_quantity, OrderedBy(text, "quantity", operand, Comparison::kEqual)));
    }
    const Cel ordered = OrderedBy(text, "quantity", operand, comparison);
    return errors_ == Errors::kRefuse && !IsEquality(comparison) ? ordered : And(is_quantity, ordered);
  }

  Result<Cel> OfText(const Operand& operand, Comparison comparison, const std::string& text) const {
    if (!IsEquality(comparison)) return Cel::False();
    const Cel equal = WildcardCel(text, operand.text);
    return comparison == Comparison::kEqual ? equal : Not(equal);
  }

  // Of a value of a custom resource, whose kind nobody has checked.
  Result<Cel> OfAnything(const Operand& operand, Comparison comparison) const {
    const std::string text = "string(" + value_ + ")";
    if (operand.is_quantity) {
      EPHOR_ASSIGN(const Cel holds,
                   Text(value_, kNumber | kString, Errors::kMatter).OfAmount(operand, comparison, text));
      Cel result = And(IsOfType({"string", "int", "double"}), holds);
      const pattern::Operand compiled(operand.text);
      if (compiled.Compare(json::Value(), comparison)) result = Or(Compare(value_, "==", "null"), result);
      if (comparison == Comparison::kNotEqual) result = Or(IsOfType({"bool"}), result);
      return result;
    }
    if (operand.is_duration) return No("whether a value is a duration cannot be asked");
    EPHOR_ASSIGN(const Cel holds, OfText(operand, comparison, text));
    // Numbers with fractions are written differently in both languages. That does not matter where any text
    // will do, or where no number is written so.
    const bool any_number = operand.text == "*" || operand.text == "?*" ||
                            operand.text.find_first_not_of("0123456789+-.eE*?") != std::string_view::npos;
    return And(
        any_number ? IsOfType({"string", "int", "bool", "double"}) : IsOfType({"string", "int", "bool"}),
        holds);
  }

  Cel IsOfType(std::initializer_list<std::string_view> types) const {
    Cel one = Cel::False();
    for (std::string_view type : types) one = Or(one, Compare("type(" + value_ + ")", "==", type));
    return one;
  }

  std::string value_;
  Kinds kinds_;
  Errors errors_;
};

Result<Cel> OfInteger(std::int64_t number, const std::string& value, Kinds kinds) {
  const std::string literal = std::to_string(number);
  const Cel equal = Compare(value, "==", literal);
  if ((kinds & kString) == 0) return equal;
  if (kinds == (kNumber | kString)) return Compare("string(" + value + ")", "==", TextLiteral(literal));
  // Texts of digits count, with a plus sign and leading zeros, too.
  const std::string digits = number < 0 ? literal.substr(1) : literal;
  const std::string sign = number < 0 ? "-" : number == 0 ? "[+-]?" : "[+]?";
  const Cel spelled{value + ".matches(" + TextLiteral("^" + sign + "0*" + digits + "$") + ")", {}};
  if (kinds == kString) return spelled;
  return Or(equal, And(Compare("type(" + value + ")", "==", "string"), spelled));
}

Cel OfNull(const std::string& value, Kinds kinds) {
  Cel empty = Cel::False();
  if (kinds & KindBit(json::Kind::kNull)) empty = Or(empty, Compare(value, "==", "null"));
  if (kinds & kBool) empty = Or(empty, Compare(value, "==", "false"));
  if (kinds & kNumber) empty = Or(empty, Compare(value, "==", "0"));
  if (kinds & kString) empty = Or(empty, Compare(value, "==", "\"\""));
  return empty;
}

void AddTexts(std::string_view text, std::vector<std::string>& texts) {
  std::string plain;
  for (const char c : text) {
    if (c != '*') plain += c == '?' ? 'x' : c;
  }
  texts.push_back(plain);
  if (pattern::HasWildcard(text)) {
    texts.push_back("a" + plain);
    texts.push_back(plain + "z");
    std::string filled;
    for (const char c : text) filled += c == '*' || c == '?' ? 'm' : c;
    texts.push_back(filled);
  }
}

}  // namespace

Cel WildcardCel(const std::string& text, std::string_view wildcard) {
  if (!pattern::HasWildcard(wildcard)) return Compare(text, "==", TextLiteral(wildcard));
  if (wildcard.find_first_not_of('*') == std::string_view::npos) return Cel::True();
  if (wildcard == "?*" || wildcard == "*?") return Compare(text, "!=", "\"\"");
  const bool starts_open = wildcard.starts_with('*');
  const bool ends_open = wildcard.ends_with('*');
  const std::string_view middle = wildcard.substr(starts_open, wildcard.size() - starts_open - ends_open);
  if (!pattern::HasWildcard(middle) && (starts_open || ends_open)) {
    const std::string_view function = starts_open && ends_open ? "contains"
                                      : ends_open              ? "startsWith"
                                                               : "endsWith";
    return {"(" + text + ")." + std::string(function) + "(" + TextLiteral(middle) + ")", {}};
  }
  std::string expression = "^(?s:";
  for (const char c : wildcard) {
    if (c == '*') {
      expression += ".*";
    } else if (c == '?') {
      expression += '.';
    } else {
      if (std::string_view(".+()[]{}^$|\\").find(c) != std::string_view::npos) expression += '\\';
      expression += c;
    }
  }
  return {"(" + text + ").matches(" + TextLiteral(expression + ")$") + ")", {}};
}

Cel AnyWildcardCel(const std::string& text, std::span<const std::string_view> wildcards) {
  std::vector<std::string> literals;
  Cel some = Cel::False();
  for (std::string_view wildcard : wildcards) {
    if (pattern::HasWildcard(wildcard)) {
      some = Or(some, WildcardCel(text, wildcard));
    } else {
      literals.push_back(TextLiteral(wildcard));
    }
  }
  return literals.empty() ? some : Or(IsOneOf(text, literals), some);
}

Result<Cel> ScalarCel(const json::Value& pattern, const std::string& value, Kinds kinds, Errors errors) {
  switch (pattern.kind()) {
    case json::Kind::kNull:
      return OfNull(value, kinds);
    case json::Kind::kBool:
      return Compare(value, "==", Literal(pattern));
    case json::Kind::kInt:
      return OfInteger(pattern.as_int(), value, kinds);
    case json::Kind::kDouble:
      if (kinds & kString) return No("a number with a fraction may be written in many ways as a text");
      return Compare(value, "==", Literal(pattern));
    case json::Kind::kString:
      return Text(value, kinds, errors).Matches(pattern.as_string());
    default:
      return No("a list or an object where a value is compared");
  }
}

std::vector<json::Value> TellingValues(const json::Value& pattern, Kinds kinds, Arena& arena) {
  std::vector<std::string> texts;
  std::vector<std::int64_t> numbers = {0, 1};
  if (pattern.is_int()) {
    numbers = {pattern.as_int(), pattern.as_int() == INT64_MAX ? 0 : pattern.as_int() + 1, 0};
    texts.push_back(std::to_string(pattern.as_int()));
  } else if (pattern.is_string()) {
    std::string_view all = pattern.as_string();
    const auto add = [&](std::string_view text) {
      AddTexts(text, texts);
      Quantity quantity;
      if (!Quantity::TryParse(text, quantity)) return;
      const std::int64_t amount = quantity.ToIntRoundedUp();
      numbers.push_back(amount);
      if (amount < INT64_MAX) numbers.push_back(amount + 1);
      if (amount > INT64_MIN) numbers.push_back(amount - 1);
      texts.push_back(quantity.Add(Quantity::FromInt(1)).ToString());
      texts.push_back(quantity.Subtract(Quantity::FromInt(1)).ToString());
      texts.push_back(std::to_string(amount));
      texts.push_back(std::to_string(amount) + "000m");
    };
    for (std::size_t i = pattern::CountParts(all, '|'); i > 0; --i) {
      std::string_view alternative = pattern::TakePart(all, '|');
      for (std::size_t j = pattern::CountParts(alternative, '&'); j > 0; --j) {
        const std::string_view term = pattern::TakePart(alternative, '&');
        const auto range = pattern::SplitRange(term);
        if (range) {
          add(range->low);
          add(range->high);
        } else {
          add(pattern::TrimSpace(term.substr(pattern::OperatorOf(term).length)));
        }
      }
    }
  }
  std::vector<json::Value> values;
  const auto add = [&](const json::Value& value) {
    for (const json::Value& there : values) {
      if (there.kind() == value.kind() && json::Equal(there, value)) return;
    }
    values.push_back(value);
  };
  if (kinds & kBool) {
    if (pattern.is_bool()) add(pattern);
    add(json::Value::Bool(false));
    add(json::Value::Bool(true));
  }
  if (kinds & kString) {
    for (const std::string& text : texts) add(json::Value::String(arena.Copy(text)));
    for (std::string_view text : {"", "other", "x"}) add(json::Value::String(text));
  }
  if (kinds & kNumber) {
    for (const std::int64_t number : numbers) add(json::Value::Int(number));
  }
  if (kinds & KindBit(json::Kind::kNull)) {
    add(json::Value());
    if (kinds & kNumber) add(json::Value::Double(1.5));
  }
  if (kinds & kArray) add(json::Value::Array({}));
  if (kinds & kObject) add(json::Value::Object({}));
  return values;
}

}  // namespace ephor::convert
