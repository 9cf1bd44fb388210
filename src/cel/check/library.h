// What a function library declares: one table of functions, and where it has them macros, types and
// constants.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "cel/check/range.h"
#include "cel/eval/value.h"
#include "cel/syntax/parser.h"

namespace ephor::cel {

struct Call;
struct Expr;
class Type;

// Computes a call. The arguments have the kinds that the signature asks for; the receiver comes first. A
// failure is what call.Fail(...) gives.
using Function = Value (*)(Call& call, std::span<const Value> args);

// What is known of an argument before there is a value.
struct Foreseen {
  const Expr* expr = nullptr;
  const Type* type = nullptr;
  std::optional<Range> known;  // its size; empty where nothing tells
  Range items;                 // the size of one of its items, where it is a list

  Range size() const { return known.value_or(Range()); }
};

// What a call will cost, beside what its arguments cost, and the size of its result where that is known.
struct CallEstimate {
  Range cost = Range::Exactly(1);
  std::optional<Range> size;
};

// What a call costs in the units of the reference, from the arguments and the result.
struct Cost {
  std::uint64_t (*function)(std::span<const Value> args, const Value& result) = nullptr;  // null: 1
  // The same for the manual: a, b, c are the sizes of the values, the receiver first, r that of the result.
  std::string_view text = "1";
  // And what can be said of it while an expression is checked, by the rules of Kubernetes' API server.
  CallEstimate (*estimate)(std::span<const Foreseen> args) = nullptr;  // null: 1
};

// Made once when a program is compiled from the arguments that are constants (for the others null pointers),
// and given to the function at each call: compiled expressions, parsed formats. Null where there is nothing
// to prepare.
using Prepare = Result<std::shared_ptr<const void>> (*)(std::span<const Value* const> constants);

enum FunctionFlags : std::uint8_t {
  kPlain = 0,
  kImpure = 1,      // time, randomness, the world: never computed while compiling
  kConversion = 2,  // of a constant: computed while compiling, and a failure is then an error of the program
  kStrictPrepare = 4,  // a failure to prepare is an error of the program, not of the evaluation
  kShortCircuit =
      8,  // or, orValue: the second operand is evaluated only where the first is an empty optional
};

// One overload. The signature is "(A, B) -> R", or "T.(A) -> R" of a method; one capital letter is a type
// parameter; other names are types of the language or of a library.
struct FunctionRow {
  std::string_view name;
  std::string_view signature;
  Function function;
  std::string_view example = {};  // an expression that is true, for the manual; a test evaluates it
  Cost cost = {};
  Prepare prepare = nullptr;
  std::uint8_t flags = kPlain;
  // Complains about literals among the arguments of a checked call; null where there is nothing to say.
  void (*check_literals)(const Expr& call, std::vector<Issue>& issues) = nullptr;
};

// Rows with one flag, which stands behind what most rows leave out.
constexpr FunctionRow Impure(FunctionRow row) {
  row.flags = kImpure;
  return row;
}
constexpr FunctionRow Conversion(FunctionRow row) {
  row.flags = kConversion;
  return row;
}

struct FieldRow {
  std::string_view name;
  std::string_view type;
};

// A type of a library. With fields it is a struct, whose values are maps or JSON objects unless `opaque` is
// given.
struct TypeRow {
  std::string_view name;
  const OpaqueType* opaque = nullptr;
  std::span<const FieldRow> fields = {};
};

struct ConstantRow {
  std::string_view name;
  std::string_view type;
  Value value;
};

struct Library {
  std::string_view name;
  std::span<const FunctionRow> functions;
  std::span<const MacroRow> macros = {};
  std::span<const TypeRow> types = {};
  std::span<const ConstantRow> constants = {};
};

}  // namespace ephor::cel
