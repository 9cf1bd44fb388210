// Functions that both expression languages have are computed by the one that had them first.
#pragma once

#include <algorithm>
#include <string_view>

#include "cel/eval/context.h"
#include "jmespath/query.h"

namespace ephor::cel::lib::kyverno {

// The result of a JMESPath function of one argument, such as "x509_decode(@)".
inline Result<json::Value> CallQuery(const jmespath::Query& query, const json::Value& argument, Call& call) {
  jmespath::Env env{call.arena(), call.context.world};
  // Its steps are about as long as the units of cost.
  env.budget = std::min(env.budget, call.context.cost_limit);
  return query.Evaluate(argument, env);
}

}  // namespace ephor::cel::lib::kyverno
