// The trace of an evaluation, for people and for programs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "engine/observe/trace.h"
#include "json/value.h"

namespace ephor::report {

struct ExplanationStyle {
  bool colour = false;
  std::size_t width = 100;  // of a value that is shown, in bytes; longer ones are cut
};

// "resource default/Pod/web  pod.yaml:3", or "payload request.json" where there is no line to name.
void AppendExplainedResource(std::string_view name, std::string_view file, std::uint32_t line,
                             const ExplanationStyle& style, std::string& out);

// One line a step, as a tree. A line ends with where the step stands in the policy and what it is about in
// the object: "policy:12 resource:7".
void AppendExplanation(const engine::TraceNode& root, const ExplanationStyle& style, std::string& out);

// {"kind", "name", "verdict", "message", "text", "details", "policy": {"file", "line", "column", "path"},
// "resource": {...}, "steps": [...]}; what is empty is left out. In the arena and the trace, which must
// outlive it.
json::Value ExplanationValue(const engine::TraceNode& root, Arena& arena);

}  // namespace ephor::report
