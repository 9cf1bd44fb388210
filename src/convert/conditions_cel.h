// Conditions of policies (preconditions, deny.conditions) as conditions of CEL.
#pragma once

#include "base/result.h"
#include "convert/query_cel.h"
#include "policy/match_types.h"

namespace ephor::convert {

// That the conditions hold. Fails (kInvalidPolicy) with the reason; `culprit` is then the condition at fault.
class ConditionConverter {
 public:
  ConditionConverter(const QueryRoots& roots, Variables& variables, LoopNames& loops, Arena& arena)
      : roots_(roots), variables_(variables), loops_(loops), arena_(arena) {}

  Result<Cel> Convert(const policy::Conditions& conditions);
  const json::Value* culprit() const { return culprit_; }

 private:
  struct Part {
    Cel holds;
    bool may_fail = false;
  };
  Result<Part> One(const policy::Condition& condition);
  // Parts joined in their order: one that fails must not be hidden by one behind it.
  static Part Join(const Part& a, const Part& b, bool all);

  const QueryRoots& roots_;
  Variables& variables_;
  LoopNames& loops_;
  Arena& arena_;
  const json::Value* culprit_ = nullptr;
};

}  // namespace ephor::convert
