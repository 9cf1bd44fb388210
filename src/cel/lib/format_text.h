// The `format` function of strings: "%s is %d".format(['x', 5]).
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cel/eval/value.h"

namespace ephor::cel::lib {

// How values become text.
enum class FormatStyle {
  // Version 2 of the extension, which Kubernetes and Kyverno have: %f groups thousands, %e writes ×10ⁿ,
  // elements of
  // lists are written as literals.
  kClassic,
  // From version 4 on: as the language's specification says.
  kPlain,
};

// Appends the text. False with the reference's message in `error` where the format or an argument does not
// fit.
bool FormatText(std::string_view format, const Value& arguments, FormatStyle style, std::string& out,
                std::string& error);

// A value as %s writes it, for messages.
std::string FormatPlain(const Value& value);

// A clause of a format: "%.3f" has precision 3 and letter 'f'.
struct FormatClause {
  int precision = 6;
  bool has_precision = false;
  char letter = 0;
};

// Takes a format apart: calls `literal` for the text between clauses and `clause` for each, with its
// argument's number. A callback gives false to stop (having set `error`).
bool ParseFormat(std::string_view format, std::size_t arguments,
                 const std::function<void(std::string_view)>& literal,
                 const std::function<bool(const FormatClause&, std::size_t)>& clause, std::string& error);

// What is wrong with giving a value whose type has this name to a clause; empty where nothing is.
std::string ClauseMismatch(char letter, std::string_view type, FormatStyle style);

}  // namespace ephor::cel::lib
