// spec.auditAnnotations of policies that change or make objects.
#pragma once

#include <span>

#include "base/result.h"
#include "engine/cel/expressions.h"
#include "engine/cel/spec_compiler.h"
#include "engine/response.h"

namespace ephor::engine {

// Those that give a text that is not empty, in the arena. Fails with the first that gives none:
// failed to evaluate auditAnnotation "k": no such key: x
Result<std::span<const Property>> EvaluateAnnotations(std::span<const AuditAnnotation> annotations,
                                                      CelActivation& activation);

}  // namespace ephor::engine
