// What a generate rule, or an element of its loop, says is to be made: data, a copy, or copies of a list.
#pragma once

#include <memory>

#include "base/arena.h"
#include "base/result.h"
#include "engine/generate/downstream.h"
#include "engine/generate/objects.h"
#include "engine/template.h"
#include "json/value.h"

namespace ephor::engine {

class Context;

// Immutable, safe from any thread; the policy must outlive it.
class GeneratePattern {
 public:
  // The document that holds the members of a pattern, others too.
  GeneratePattern(const json::Value& source, bool synchronizes);

  // Puts the objects into `objects` and adds the identities of those that were not there before to `made`,
  // also where it fails after some. Objects that are there are replaced if the rule synchronizes, and else
  // stay.
  Result<void> Make(const Origin& origin, Objects& objects, Context& context,
                    ArenaVector<ObjectId>& made) const;

 private:
  std::shared_ptr<Arena> arena_;  // of the template's document
  Template template_;
  bool synchronizes_;
};

}  // namespace ephor::engine
