// JMESPath queries of a policy's variables as expressions of CEL, as far as they are paths.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "convert/place.h"
#include "json/value.h"
#include "policy/context_types.h"

namespace ephor::jmespath {
struct Program;
}

namespace ephor::convert {

// What a query gives: a constant, one value, or one value for each turn of loops within loops.
struct Operand {
  struct Loop {
    Place list;  // of an uncertain one the elements that are there
    std::string name;
  };

  std::optional<json::Value> constant;
  Place place;
  std::vector<Loop> loops;  // outermost first
  // Where the query says "x || literal".
  std::optional<json::Value> fallback;
  // Made by a function: an expression that is there, or fails.
  bool computed = false;

  bool is_list() const { return !loops.empty() || place.shape.Only(kArray); }
  // The value of one that is no loop.
  std::string Text() const;
  // Whether reading it may be an error, as it is to read a field that is not there.
  bool MayFail() const;
};

// What a query may begin with.
struct QueryRoots {
  Place object;                  // request.object, or request.oldObject of deletions
  std::optional<Place> element;  // of the foreach around it
  std::optional<Place> target;   // the existing object that is changed
  bool deletes = false;          // the object is the one that is deleted
  // Entries of contexts around the query that are variables; of the same name the last counts.
  std::vector<const policy::ContextEntry*> variables = {};
};

// The names of loops are entered into `loops` and stay there: the caller leaves them, one for each of
// Operand::loops. Constants are in the arena.
Result<Operand> ConvertQuery(std::string_view query, const QueryRoots& roots, Variables& variables,
                             LoopNames& loops, Arena& arena);

// A value of a policy: one with a single variable as its whole text, or a constant. Fails where a variable
// stands within a text.
Result<Operand> ConvertValue(const json::Value& value, const QueryRoots& roots, Variables& variables,
                             LoopNames& loops, Arena& arena);

// Whether variables or references stand anywhere in a document.
bool MentionsVariables(const json::Value& document);

// A piece of a text with variables: a literal, or an expression that gives a text or a number.
struct TextPart {
  std::string text;
  bool is_expression = false;
  bool is_text = false;  // of an expression: what it gives is known to be a text
};
Result<std::vector<TextPart>> ConvertTextParts(std::string_view text, const QueryRoots& roots,
                                               Variables& variables, LoopNames& loops, Arena& arena);

// A text with variables as an expression that gives a text.
Result<std::string> ConvertText(std::string_view text, const QueryRoots& roots, Variables& variables,
                                LoopNames& loops, Arena& arena);

// The same as an argument that takes a text or what is certain to be one.
Result<std::string> ConvertArgument(std::string_view text, const QueryRoots& roots, Variables& variables,
                                    LoopNames& loops, Arena& arena);

// "all" or "exists" over the loops, of what `body` says of the innermost value, which is there.
Result<Cel> Quantify(std::string_view macro, const Operand& operand,
                     const std::function<Result<Cel>(const Place&)>& body);

}  // namespace ephor::convert
