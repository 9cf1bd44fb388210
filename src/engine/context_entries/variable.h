// The context entry `variable`.
#pragma once

#include <optional>

#include "engine/context.h"
#include "engine/expression.h"
#include "engine/template.h"
#include "policy/types.h"

namespace ephor::engine {

// A value, a query over it or over the other variables, and a default for when the query fails or yields
// null. The default does not stand in for a null that a query over the entry's own value yields: that, as in
// the reference, is an error.
class VariableEntry : public Loader {
 public:
  VariableEntry(std::string_view name, const policy::Variable& source);

  Result<std::optional<json::Value>> Load(Context& context) const override;

 private:
  Result<json::Value> Evaluate(Context& context) const;

  const policy::Variable& source_;
  Template path_text_;
  std::optional<Expression> path_;  // of a constant path
  Template value_;
  Template fallback_;
};

}  // namespace ephor::engine
