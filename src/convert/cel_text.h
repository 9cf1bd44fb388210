// Expressions as text while they are put together. Superfluous parentheses do not matter: the formatter takes
// them away at the end.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "json/value.h"

namespace ephor::convert {

// A boolean expression, with its negation where that is not just a "!" before it.
struct Cel {
  std::string text;
  std::string negation;
  char joined_by = ' ';  // '&' or '|' of a chain, which goes on without parentheses

  static Cel True() { return {"true", "false"}; }
  static Cel False() { return {"false", "true"}; }
  bool is_true() const { return text == "true"; }
  bool is_false() const { return text == "false"; }
};

Cel And(const Cel& a, const Cel& b);
Cel Or(const Cel& a, const Cel& b);
Cel Not(const Cel& a);

// "a OP b", with the opposite operator for the negation where the opposite is the same as "not".
Cel Compare(std::string_view a, std::string_view op, std::string_view b);

// A literal of the language. Strings, booleans, numbers and null only.
std::string Literal(const json::Value& scalar);
std::string TextLiteral(std::string_view text);
// "[a, b]" of literals that are there already.
std::string ListLiteral(std::span<const std::string> literals);

// That the value is one of the literals, of which there is at least one.
Cel IsOneOf(const std::string& value, std::span<const std::string> literals);

// Whether the name can stand behind a dot. Else it is an index: a["b/c"].
bool IsField(std::string_view name);

// The last word of a name, with a small letter: "containers" of "initContainers", "ips" of "externalIPs".
// "items" where that is no field.
std::string LastWord(std::string_view name);

// A name for one element of a list: "container" of "initContainers", "entry" of "entries". Never a word that
// means something else in an expression.
std::string ElementName(std::string_view list);

// The expression in the project's normal form, with lines where it is longer than `width` (0: on one line).
// Fails on what does not parse.
Result<std::string> Formatted(const std::string& expression, std::size_t width = 120);

}  // namespace ephor::convert
