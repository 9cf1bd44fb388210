// The flat form of an expression: what the planner writes and the loop in run.cc reads.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "cel/check/env.h"
#include "cel/eval/context.h"
#include "cel/eval/notes.h"
#include "cel/eval/value.h"
#include "cel/syntax/ast.h"
#include "cel/syntax/source.h"

namespace ephor::cel {

// A machine with a stack. An instruction that fails does not leave its error on the stack: the loop looks up
// the innermost handler around it, cuts the stack to the handler's depth, pushes the error and goes on at its
// target. Only && , ||, the quantifiers and bindings have handlers; so nothing on the way of success asks for
// errors.
enum class Op : std::uint8_t {
  kConst,      // push constants[operand]
  kVariable,   // push the activation's slot `operand`
  kLocal,      // push local `operand`; fails where a binding failed
  kPath,       // push paths[operand]: a variable or local and the members below it
  kSelect,     // top.keys[operand]
  kOptSelect,  // top.?keys[operand]
  kHas,        // has(top.keys[operand])
  kHasPath,    // has(paths[operand])
  kIndex,      // a[b]
  kOptIndex,   // a[?b]
  kCall,       // calls[operand]
  kNot,
  kNegate,
  kEquals,
  kNotEquals,
  kLess,
  kLessEquals,
  kGreater,
  kGreaterEquals,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kIn,
  kInConstants,  // top in sets[operand]
  kJump,
  kAnd,  // after the first operand: to `operand` if it decides
  kOr,
  kAndNext,  // after a further one: combines the two, errors included; to `operand` if that decides
  kOrNext,
  kAndEnd,  // after the last: combines the two
  kOrEnd,
  kBranch,      // pops the condition of ?: ; to `operand` if it is false
  kList,        // of `operand` items from the stack; flag: optional_items[count] marks those with '?'
  kMap,         // of `operand` pairs
  kMessage,     // messages[operand]
  kLoopBegin,   // pops the range; loops[operand]
  kLoopNext,    // sets the variables, or leaves the loop
  kLoopFilter,  // pops the filter's result; to the next element if false
  kLoopStep,    // pops the body's result
  kLoopEnd,     // pushes the loop's result
  kStore,       // pops into local `operand`, errors too
  kOptBegin,    // pops an optional: empty: push none and to `operand`; else its value into local `count`
  kOptWrap,     // top becomes optional.of(top)
  kOptCheck,    // top must be an optional
  kOptOr,       // pops an optional; if it holds something pushes it (flag: what it holds) and to `operand`
  kFail,        // constants[operand] is the message
  kNote,        // of the top, for sites[operand]
  kReturn,
};

struct Instruction {
  Op op;
  std::uint8_t flag = 0;
  std::uint16_t count = 0;
  std::uint32_t operand = 0;
};

struct Handler {
  std::uint32_t begin, end;  // the instructions it guards
  std::uint32_t target;
  std::uint32_t depth;  // of the stack at the target, without the error
};

struct Path {
  bool local;
  std::uint32_t slot;
  std::uint32_t first_key, keys;  // into Code::keys
};

struct CallSite {
  std::string_view function;
  std::span<const OverloadDecl* const> overloads;
  std::uint32_t args;
  std::shared_ptr<const void> prepared;  // of the overload below
  const OverloadDecl* prepared_for = nullptr;
};

struct LoopSite {
  MacroKind kind;
  bool two_variables;
  std::uint32_t local;  // the first variable's place
  std::uint32_t next;   // where kLoopNext stands
  std::uint32_t end;    // where kLoopEnd stands
  std::uint32_t state;  // which of the frame's loops
};

struct MessageSite {
  std::string_view type;
  std::vector<std::string_view> fields;
  std::vector<bool> optional;
  const TypeProvider* provider;
};

struct Code {
  std::shared_ptr<const Env> env;  // keeps overloads alive
  std::string text;
  Arena arena{512};  // constants, keys, types
  const Type* type = nullptr;

  // The same with notes; made by NotedProgram.
  mutable std::once_flag noted_once;
  mutable std::shared_ptr<const Code> noted;

  std::vector<Instruction> instructions;
  std::vector<std::uint32_t> offsets;     // of each instruction, in the text
  std::vector<Handler> handlers;          // inner ones first
  std::vector<std::uint32_t> handler_of;  // of each instruction: the innermost around it + 1, or 0
  std::vector<Value> constants;
  std::vector<json::Key> keys;
  std::vector<Path> paths;
  std::vector<CallSite> calls;
  std::vector<LoopSite> loops;
  std::vector<MessageSite> messages;
  std::vector<std::vector<bool>> optional_items;
  std::vector<const MapData*> sets;  // the keys are the members
  std::vector<NoteSite> sites;       // of code that notes its parts

  std::uint32_t locals = 0;
  std::uint32_t stack = 0;        // at most
  std::uint32_t loop_states = 0;  // loops that run inside one another
};

// Runs the code. A value, or one of kind kError. Code that notes its parts is given where to.
Value Execute(const Code& code, std::span<const Value> slots, Context& context, Notes* notes = nullptr);

}  // namespace ephor::cel
