// What an evaluation will cost, told before there is anything to evaluate.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cel/check/range.h"
#include "cel/syntax/ast.h"

namespace ephor::cel {

// How many characters, bytes or members the values of variables have at most. A value is named by its path:
// `object.spec.containers` a list, `object.spec.containers[]` one of its items, or one of a map's values;
// `object.metadata.labels[@]` one of a map's keys. What nothing is said of is unbounded.
class SizeHints {
 public:
  // "object.spec.containers=10", or "100" of all values that no other hint is of. A later hint of a path
  // replaces an earlier one.
  Result<void> Add(std::string_view text);

  // A value by its path, from the end: a name, "[]" or "[@]" in what `parent` leads to.
  struct Path {
    const Path* parent = nullptr;
    std::string_view name;
    std::uint32_t length = 1;
  };
  // Null where there is no hint of this path.
  const std::uint64_t* Find(const Path& path) const;
  std::uint64_t otherwise() const { return otherwise_; }

 private:
  struct Hint {
    std::vector<std::string> path;
    std::uint64_t size = 0;
  };
  std::vector<Hint> hints_;
  std::uint64_t otherwise_ = Range::kUnbounded;
};

// The estimate of a tree that has been checked and not been planned. The rules are those of the reference's
// checker and of Kubernetes' API server: `has` is free, a field costs 1, one of a dynamic value nothing, a
// loop what a round costs for each item of its range. What calls cost is said by the functions' tables.
// Linear in the size of the tree.
Range EstimateCost(const Expr& expr, const SizeHints& hints = {});

}  // namespace ephor::cel
