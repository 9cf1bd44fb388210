// What a control found wrong with a Pod, and how the reference words it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace ephor::pss {

struct Control;

struct FieldError {
  enum class Type : std::uint8_t { kForbidden, kRequired };

  Type type = Type::kForbidden;
  std::string_view field;  // "spec.containers[0].securityContext.privileged"
  // What stands there: a boolean, an integer, a string or a list of strings; null and "" where none is told.
  json::Value bad_value;
};

// Views into the arena of the evaluation.
struct Violation {
  const Control* control = nullptr;
  std::string_view reason;  // "privileged"
  std::string_view detail;  // "container "web" must not set securityContext.privileged=true"
  std::span<FieldError> errors;
  // Some controls name no fields; what they find cannot be excluded.
  bool has_errors = true;
};

// The names of the containers at fault, as the reference takes them out of the detail's text to look up their
// images; empty where the text names none.
std::vector<std::string> ContainerNames(const Violation& violation);

// Appends "(Forbidden reason: R, field error list: [E, E])" for each, with the fields of a kind other than
// Pod where they stand in an object of that kind.
void AppendViolations(std::span<const Violation> violations, std::string_view kind, std::string& out);

}  // namespace ephor::pss
