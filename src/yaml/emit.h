// json::Value to YAML text, as sigs.k8s.io/yaml prints it.
#pragma once

#include <string>

#include "json/value.h"

namespace ephor::yaml {

struct EmitOptions {
  // Whether long lines of text are broken at a space after 80 columns, as go-yaml v2 does and v3 does not.
  bool fold = true;
  // Four spaces of indentation, and list items indented below their key, as go-yaml v3 does by default.
  bool wide = false;
};

// Appends the value as a YAML block document without a leading "---", keys sorted, two spaces of indentation
// and list items at their parent's column, strings quoted exactly when go-yaml v2 would quote them,
// multi-line strings as literal blocks. Integral numbers print as integers (never 1e+06).
void Emit(const json::Value& value, std::string& out, const EmitOptions& options = {});
std::string ToString(const json::Value& value);

}  // namespace ephor::yaml
