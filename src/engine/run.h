// The state of one rule's evaluation, handed down through its body.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "engine/context.h"
#include "engine/request.h"
#include "engine/response.h"

namespace ephor::engine {

class CompiledException;

// What a body decided; no outcome at all means that the rule has nothing to say of this request.
struct Outcome {
  RuleStatus status = RuleStatus::kPass;
  std::string_view message;              // in the arena, or constant
  const Beginning* beginning = nullptr;  // of the message, where it is known beforehand
  const pss::Evaluation* pod_security = nullptr;
  std::string_view path;                                 // of a pattern that failed: the field at fault
  std::span<const CompiledException* const> exceptions;  // those that made it a skip
};

struct Run {
  const Request& request;
  Context& context;
  // The object that patterns are matched against: the request's, or the element of a loop. Null where there
  // is none.
  json::Value subject;
  bool subject_is_element = false;
  int nesting = 0;  // of loops
};

// The concatenation of the parts, in the arena.
std::string_view Concat(Arena& arena, std::initializer_list<std::string_view> parts);

// "message: error" as an error outcome.
Outcome ErrorOutcome(Arena& arena, std::string_view message, const Error& error);

}  // namespace ephor::engine
