// Why the constraints of a policy written in CEL match a request or do not, told to its observer.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "engine/cel/match_constraints.h"
#include "engine/observe/observer.h"
#include "engine/request.h"

namespace ephor::engine {

// Asks the functions that decide. Of the rules it tells all; of what excludes and of the selectors, only
// where a rule matches, since they matter only then.
class ConstraintsTeller {
 public:
  // The request has an observer. `operation` is as MatchConstraints has it.
  ConstraintsTeller(const MatchConstraints& constraints, const Request& request, std::uint8_t operation)
      : constraints_(constraints), request_(request), operation_(operation), observer_(*request.observer) {}

  void Tell(const Result<bool>& matches) const;

 private:
  using Rule = MatchConstraints::Rule;

  bool TellRule(const Rule& rule) const;
  void TellSelectors() const;
  void TellSelector(const json::Value& source, bool is_valid, bool selects, const Detail& found) const;

  const MatchConstraints& constraints_;
  const Request& request_;
  std::uint8_t operation_;
  Observer& observer_;
};

}  // namespace ephor::engine
