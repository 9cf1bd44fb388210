// A change of an object, told to an observer.
#pragma once

#include "base/arena.h"
#include "base/result.h"
#include "engine/observe/observer.h"
#include "json/value.h"

namespace ephor::engine {

// Ends the patch's step with what it comes to: the operations that lead from the object to the one it makes.
void EndPatch(Observer& observer, const json::Value& object, const Result<json::Value>& patched,
              Arena& arena);

// What `make` gives: the object that is patched, or why there is none. It is a step for who watches.
template <class Make>
Result<json::Value> ObservedPatch(Observer* observer, const Step& step, const json::Value& object,
                                  Arena& arena, Make make) {
  if (observer == nullptr) [[likely]]
    return make();
  observer->Begin(step);
  Result<json::Value> patched = make();
  EndPatch(*observer, object, patched, arena);
  return patched;
}

}  // namespace ephor::engine
