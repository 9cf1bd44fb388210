// A compiled expression: the syntax tree as one array of small nodes, and what is known before any input.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/arena.h"
#include "base/regex.h"
#include "base/semver.h"
#include "jmespath/query.h"
#include "json/value.h"

namespace ephor::jmespath {

struct Function;

enum class Op : std::uint8_t {
  kEmpty,  // stands for a part that could not be parsed; never in a finished program
  kIdentity,
  kCurrent,
  kField,             // key
  kLiteral,           // constant
  kIndex,             // number
  kSlice,             // slice
  kSubexpression,     // left, right
  kIndexExpression,   // left, right
  kProjection,        // left, right
  kFlatten,           // left
  kFilterProjection,  // left, right, condition
  kValueProjection,   // left, right
  kMultiSelectList,   // first, count: children
  kMultiSelectHash,   // first, count: children, each a kKeyValuePair
  kKeyValuePair,      // left, key, slot
  kOr,                // left, right
  kAnd,
  kPipe,
  kNot,         // left
  kComparator,  // left, right, comparison
  kExpref,      // left
  kFunction,    // first, count: children; call
  // What Optimize makes of others; the fields of the original stay valid.
  kPath,               // a kSubexpression or kField; first_key, key_count
  kFlattenProjection,  // a kProjection over a kFlatten
};

enum class Comparison : std::uint8_t { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

using NodeId = std::uint32_t;

struct Node {
  Op op = Op::kEmpty;   // in the tree as it was written
  Op run = Op::kEmpty;  // what Evaluate does
  Comparison comparison = Comparison::kEqual;
  std::uint16_t height = 1;  // of the tree below, with this node
  NodeId left = 0;
  NodeId right = 0;
  union {
    std::uint32_t key = 0;  // index in keys
    std::uint32_t constant;
    std::uint32_t number;
    std::uint32_t slice;
    std::uint32_t first;  // index in children
    NodeId condition;
    std::uint32_t first_key;
  };
  union {
    std::uint32_t count = 0;
    std::uint32_t key_count;
    std::uint32_t slot;  // where the pair's value goes in the finished object
  };
  union {
    std::uint32_t call = 0;  // index in calls
    std::uint32_t shape;     // of a kMultiSelectHash, index in shapes
  };
};

struct Slice {
  std::int64_t start = 0, stop = 0, step = 1;
  bool has_start = false, has_stop = false, has_step = false;
};

struct Call {
  std::string_view name;
  bool has_name = false;               // `@(x)` has none
  const Function* function = nullptr;  // null where there is none of this name
  // The first argument, where it is a constant, in the form that the function asks for.
  const Regex* regex = nullptr;
  const VersionRange* range = nullptr;
};

struct Program {
  Arena arena{1024};  // constants and their texts
  std::string text;
  std::vector<Node> nodes;
  NodeId root = 0;
  std::vector<NodeId> children;
  std::vector<json::Key> keys;
  std::vector<json::Value> constants;
  std::vector<std::int64_t> numbers;
  std::vector<Slice> slices;
  std::vector<Call> calls;
  // The keys of the objects that multi-select hashes make, sorted and unique.
  std::vector<std::vector<json::Key>> shapes;
  std::vector<std::unique_ptr<const Regex>> regexes;
  std::vector<std::unique_ptr<const VersionRange>> ranges;
  // How many times a value of the input can stand in the result, at most; saturates.
  std::uint64_t fan_out = 1;
};

}  // namespace ephor::jmespath
