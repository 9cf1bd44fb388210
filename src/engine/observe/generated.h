// An object that a policy makes, told to an observer.
#pragma once

#include <string>

#include "engine/observe/observer.h"

namespace ephor::engine {

// Named "namespace/Kind/name", or by what there is of it.
inline void TellGenerated(const json::Value& object, Observer& observer) {
  std::string name;
  for (const std::string_view part : {object.StringAt("metadata", "namespace"), object.StringAt("kind"),
                                      object.StringAt("metadata", "name")}) {
    if (part.empty()) continue;
    if (!name.empty()) name += '/';
    name += part;
  }
  const Detail value{"value", object};
  observer.Tell({.kind = StepKind::kGenerated, .name = name}, {Verdict::kNone, {}, std::span(&value, 1)});
}

}  // namespace ephor::engine
