#include "jmespath/optimize.h"

#include <algorithm>
#include <limits>

namespace ephor::jmespath {
namespace {

// The keys of a chain of fields stand side by side, because the parser meets them in this order; the check
// keeps it true for any other producer of programs.
void JoinPath(Program& program, Node& node) {
  const Node& left = program.nodes[node.left];
  const Node& right = program.nodes[node.right];
  if (right.op != Op::kField) return;
  std::uint32_t first, count;
  if (left.run == Op::kField) {
    first = left.key;
    count = 1;
  } else if (left.run == Op::kPath) {
    first = left.first_key;
    count = left.key_count;
  } else {
    return;
  }
  if (right.key != first + count) return;
  node.run = Op::kPath;
  node.first_key = first;
  node.key_count = count + 1;
}

std::uint64_t Multiply(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<std::uint64_t>::max() : product;
}

}  // namespace

void Optimize(Program& program) {
  // Children come before their parents in the array, so one pass sees finished left sides.
  for (Node& node : program.nodes) {
    if (node.op == Op::kSubexpression) JoinPath(program, node);
    if (node.op == Op::kProjection && program.nodes[node.left].op == Op::kFlatten) {
      node.run = Op::kFlattenProjection;
    }
  }
}

std::uint64_t FanOut(const Program& program) {
  std::uint64_t fan_out = 1;
  for (const Node& node : program.nodes) {
    switch (node.op) {
      case Op::kMultiSelectList:
      case Op::kMultiSelectHash:
      case Op::kFunction:
        fan_out = Multiply(fan_out, std::max<std::uint32_t>(node.count, 1));
        break;
      default:
        break;
    }
  }
  return fan_out;
}

}  // namespace ephor::jmespath
