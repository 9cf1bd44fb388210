#include "convert/cel_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "cel/lib/environments.h"
#include "cel/syntax/parser.h"
#include "cel/syntax/print.h"
#include "json/write.h"

namespace ephor::convert {
namespace {

std::string InParentheses(const std::string& text) {
  return "(" + text + ")";
}

std::string Link(const Cel& part, char op) {
  return part.joined_by == op ? part.text : InParentheses(part.text);
}

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// Words of the language and variables of a policy.
constexpr std::string_view kTaken[] = {
    "as",     "break",    "const",     "continue", "else",      "exceptions", "false",
    "for",    "function", "http",      "if",       "image",     "import",     "in",
    "json",   "let",      "loop",      "map",      "list",      "namespace",  "namespaceObject",
    "null",   "object",   "oldObject", "package",  "request",   "resource",   "return",
    "string", "true",     "type",      "var",      "variables", "void",       "while",
    "yaml",   "int",      "double",    "bool",     "bytes"};

bool IsTaken(std::string_view name) {
  return std::find(std::begin(kTaken), std::end(kTaken), name) != std::end(kTaken);
}

}  // namespace

Cel And(const Cel& a, const Cel& b) {
  if (a.is_true() || b.is_false()) return b;
  if (b.is_true() || a.is_false() || a.text == b.text) return a;
  Cel both{Link(a, '&') + " && " + Link(b, '&'), {}, '&'};
  if (!a.negation.empty() && !b.negation.empty())
    both.negation = InParentheses(a.negation) + " || " + InParentheses(b.negation);
  return both;
}

Cel Or(const Cel& a, const Cel& b) {
  if (a.is_false() || b.is_true()) return b;
  if (b.is_false() || a.is_true() || a.text == b.text) return a;
  Cel either{Link(a, '|') + " || " + Link(b, '|'), {}, '|'};
  if (!a.negation.empty() && !b.negation.empty())
    either.negation = InParentheses(a.negation) + " && " + InParentheses(b.negation);
  return either;
}

Cel Not(const Cel& a) {
  if (a.negation.empty()) return {"!" + InParentheses(a.text), a.text};
  return {a.negation, a.text, a.joined_by == '&' ? '|' : a.joined_by == '|' ? '&' : ' '};
}

Cel Compare(std::string_view a, std::string_view op, std::string_view b) {
  static constexpr std::array<std::array<std::string_view, 2>, 3> kOpposites = {
      {{"==", "!="}, {"<", ">="}, {"<=", ">"}}};
  const auto text = [&](std::string_view with) {
    return InParentheses(std::string(a)) + " " + std::string(with) + " " + InParentheses(std::string(b));
  };
  for (const auto& pair : kOpposites) {
    if (op == pair[0]) return {text(op), text(pair[1])};
    if (op == pair[1]) return {text(op), text(pair[0])};
  }
  return {text(op), {}};
}

std::string TextLiteral(std::string_view text) {
  std::string literal;
  json::WriteString(text, literal);
  return literal;
}

std::string Literal(const json::Value& scalar) {
  switch (scalar.kind()) {
    case json::Kind::kBool:
      return scalar.as_bool() ? "true" : "false";
    case json::Kind::kInt:
      return std::to_string(scalar.as_int());
    case json::Kind::kDouble: {
      std::array<char, 32> room;
      const auto end = std::to_chars(room.data(), room.data() + room.size(), scalar.as_double()).ptr;
      std::string text(room.data(), end);
      if (text.find_first_of(".en") == std::string::npos) text += ".0";
      return text;
    }
    case json::Kind::kString:
      return TextLiteral(scalar.as_string());
    default:
      return "null";
  }
}

std::string ListLiteral(std::span<const std::string> literals) {
  std::string list = "[";
  for (const std::string& literal : literals) {
    if (list.size() > 1) list += ", ";
    list += literal;
  }
  return list + "]";
}

Cel IsOneOf(const std::string& value, std::span<const std::string> literals) {
  if (literals.size() == 1) return Compare(value, "==", literals[0]);
  return {InParentheses(value) + " in " + ListLiteral(literals), {}};
}

bool IsField(std::string_view name) {
  if (name.empty() || !IsLetter(name[0]) || name == "in" || name == "true" || name == "false" ||
      name == "null")
    return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return IsLetter(c) || IsDigit(c); });
}

std::string LastWord(std::string_view name) {
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  std::size_t at = name.size();
  while (at > 0 && !is_capital(name[at - 1])) --at;
  while (at > 0 && is_capital(name[at - 1])) --at;
  std::string word(name.substr(at));
  for (char& c : word) {
    if (is_capital(c)) c = static_cast<char>(c - 'A' + 'a');
  }
  return IsField(word) ? word : "items";
}

std::string ElementName(std::string_view list) {
  std::string name = LastWord(list);
  const auto drop = [&name](std::string_view ending, std::string_view instead) {
    if (name.size() <= ending.size() || !name.ends_with(ending)) return false;
    name.resize(name.size() - ending.size());
    name += instead;
    return true;
  };
  if (!drop("ies", "y") && !drop("ses", "s") && !drop("xes", "x") && !drop("ches", "ch") &&
      !name.ends_with("ss"))
    drop("s", "");
  if (!IsField(name) || IsTaken(name) || name == LastWord(list)) return "item";
  return name;
}

Result<std::string> Formatted(const std::string& expression, std::size_t width) {
  Arena arena;
  std::vector<cel::Issue> issues;
  const cel::Expr* tree =
      cel::Parse(expression, cel::lib::ValidatingPolicyEnv()->options().parse, arena, issues);
  if (tree == nullptr) return Fail(ErrorCode::kInternal, "the expression does not parse: " + expression);
  return cel::Print(*tree, {.width = width});
}

}  // namespace ephor::convert
