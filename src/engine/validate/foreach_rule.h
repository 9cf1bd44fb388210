// `validate.foreach`: a body for each element of a list, nested where wanted.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/expression.h"
#include "engine/run.h"
#include "engine/validate/body.h"

namespace ephor::engine {

// Immutable, safe from any thread.
class ForEachRule {
 public:
  ForEachRule(std::span<const policy::ForEachValidation> entries, const BodyContext& context);
  ~ForEachRule();
  ForEachRule(ForEachRule&&) noexcept;

  // Passes when every element that is not skipped passes; no outcome where no element counted.
  std::optional<Outcome> Evaluate(const Run& run) const;

 private:
  struct Loop;

  // Nothing where all elements passed or were skipped.
  std::optional<Outcome> EvaluateElements(const Loop& loop, std::span<const json::Value> elements,
                                          const Run& run, int& counted) const;

  std::vector<Loop> loops_;
};

}  // namespace ephor::engine
