#include "pattern/scalar.h"

#include <charconv>
#include <cmath>

#include "base/number.h"
#include "pattern/scalar_text.h"
#include "pattern/text.h"

namespace ephor::pattern {
namespace {

// Room for any double with six decimals.
struct NumberText {
  char chars[384];
};

// The texts below are Go's, and they differ: a fraction is "1.500000" where it is compared as a quantity (%f)
// and "1.5E+00" where it is compared as text.
std::string_view SixDecimals(double value, NumberText& room) {
  const auto end =
      std::to_chars(room.chars, room.chars + sizeof room.chars, value, std::chars_format::fixed, 6);
  return {room.chars, static_cast<std::size_t>(end.ptr - room.chars)};
}

std::string_view Scientific(double value, NumberText& room) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  const auto end =
      std::to_chars(room.chars, room.chars + sizeof room.chars, value, std::chars_format::scientific);
  for (char* c = room.chars; c != end.ptr; ++c) {
    if (*c == 'e') *c = 'E';
  }
  return {room.chars, static_cast<std::size_t>(end.ptr - room.chars)};
}

bool AsQuantity(const json::Value& value, Quantity& quantity) {
  switch (value.kind()) {
    case json::Kind::kNull:
      quantity = Quantity();
      return true;
    case json::Kind::kInt:
      quantity = Quantity::FromInt(value.as_int());
      return true;
    case json::Kind::kDouble: {
      NumberText room;
      return Quantity::TryParse(SixDecimals(value.as_double(), room), quantity);
    }
    case json::Kind::kString:
      return Quantity::TryParse(value.as_string(), quantity);
    default:
      return false;
  }
}

// "0" is the one number that is a duration without a unit.
bool AsDuration(const json::Value& value, Duration& duration) {
  if (value.is_string()) return Duration::TryParse(value.as_string(), duration);
  if (!value.is_null() && !(value.is_int() && value.as_int() == 0)) return false;
  duration = Duration();
  return true;
}

bool MatchesInt(const json::Value& value, std::int64_t pattern) {
  if (value.is_number()) return json::Equal(value, json::Value::Int(pattern));
  return value.is_string() && ParseInt(value.as_string()) == pattern;
}

bool MatchesDouble(const json::Value& value, double pattern) {
  if (value.is_number()) return json::Equal(value, json::Value::Double(pattern));
  return value.is_string() && ParseFloat(value.as_string()) == pattern;
}

bool MatchesNull(const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::kNull:
      return true;
    case json::Kind::kBool:
      return !value.as_bool();
    case json::Kind::kInt:
      return value.as_int() == 0;
    case json::Kind::kDouble:
      return value.as_double() == 0;
    case json::Kind::kString:
      return value.size() == 0;
    default:
      return false;
  }
}

}  // namespace

Operand::Operand(std::string_view text)
    : wildcard_(text),
      is_quantity_(Quantity::TryParse(text, quantity_)),
      is_duration_(Duration::TryParse(text, duration_)) {}

bool Operand::Compare(const json::Value& value, Comparison comparison) const {
  if (is_duration_) {
    Duration duration;
    if (AsDuration(value, duration)) return Holds(duration <=> duration_, comparison);
  }
  if (is_quantity_) {
    Quantity quantity;
    if (AsQuantity(value, quantity)) return Holds(quantity <=> quantity_, comparison);
  }
  if (comparison == Comparison::kEqual) return CompareAsText(value, true);
  if (comparison == Comparison::kNotEqual) return CompareAsText(value, false);
  return false;
}

bool Operand::CompareAsText(const json::Value& value, bool want_match) const {
  NumberText room;
  switch (value.kind()) {
    case json::Kind::kString:
      return wildcard_.Matches(value.as_string()) == want_match;
    case json::Kind::kBool:
      return wildcard_.Matches(value.as_bool() ? "true" : "false") == want_match;
    case json::Kind::kInt: {
      const auto end = std::to_chars(room.chars, room.chars + sizeof room.chars, value.as_int()).ptr;
      return wildcard_.Matches({room.chars, static_cast<std::size_t>(end - room.chars)}) == want_match;
    }
    case json::Kind::kDouble:
      return wildcard_.Matches(Scientific(value.as_double(), room)) == want_match;
    default:
      return false;
  }
}

std::optional<Range> Range::Parse(std::string_view text) {
  const auto range = SplitRange(text);
  if (!range) return std::nullopt;
  return Range{Operand(range->low), Operand(range->high), range->outside};
}

ScalarPattern::Term ScalarPattern::CompileTerm(std::string_view text, Arena& arena) {
  const LeadingOperator op = OperatorOf(text);
  if (op.length == 0) {
    if (const auto range = Range::Parse(text)) {
      return {range->low, arena.New<Operand>(range->high), Comparison::kEqual,
              range->outside ? Term::Kind::kOutside : Term::Kind::kInside, false};
    }
  }
  return {Operand(TrimSpace(text.substr(op.length))), nullptr, op.comparison, Term::Kind::kCompare, false};
}

ScalarPattern ScalarPattern::Compile(const json::Value& pattern, Arena& arena) {
  ScalarPattern compiled;
  compiled.pattern_ = pattern;
  if (!pattern.is_string()) return compiled;

  const std::string_view text = pattern.as_string();
  // '|' binds weaker than '&', and neither can be escaped.
  auto terms = arena.NewArray<Term>(CountParts(text, '|') + CountParts(text, '&') - 1);
  std::size_t count = 0;
  std::string_view alternatives = text;
  for (std::size_t i = CountParts(text, '|'); i > 0; --i) {
    std::string_view alternative = TakePart(alternatives, '|');
    for (std::size_t j = CountParts(alternative, '&'); j > 0; --j) {
      new (&terms[count++]) Term(CompileTerm(TakePart(alternative, '&'), arena));
    }
    terms[count - 1].ends_alternative = true;
  }
  compiled.terms_ = terms.first(count);
  return compiled;
}

bool ScalarPattern::MatchesText(const json::Value& value) const {
  // A text equals itself, whatever operators are in it.
  if (value.is_string() && value.as_string() == pattern_.as_string()) return true;
  bool holds = true;  // all terms so far of this alternative
  for (const Term& term : terms_) {
    if (holds) {
      switch (term.kind) {
        case Term::Kind::kCompare:
          holds = term.operand.Compare(value, term.comparison);
          break;
        case Term::Kind::kInside:
          holds = term.operand.Compare(value, Comparison::kGreaterOrEqual) &&
                  term.upper->Compare(value, Comparison::kLessOrEqual);
          break;
        case Term::Kind::kOutside:
          holds = term.operand.Compare(value, Comparison::kLess) ||
                  term.upper->Compare(value, Comparison::kGreater);
          break;
      }
    }
    if (term.ends_alternative) {
      if (holds) return true;
      holds = true;
    }
  }
  return false;
}

bool ScalarPattern::Matches(const json::Value& value) const {
  switch (pattern_.kind()) {
    case json::Kind::kNull:
      return MatchesNull(value);
    case json::Kind::kBool:
      return value.is_bool() && value.as_bool() == pattern_.as_bool();
    case json::Kind::kInt:
      return MatchesInt(value, pattern_.as_int());
    case json::Kind::kDouble:
      return MatchesDouble(value, pattern_.as_double());
    case json::Kind::kString:
      return MatchesText(value);
    case json::Kind::kArray:
      return false;
    case json::Kind::kObject:
      return value.is_object();
  }
  return false;
}

}  // namespace ephor::pattern
