#include "engine/observe/patch.h"

#include "json/patch.h"

namespace ephor::engine {

void EndPatch(Observer& observer, const json::Value& object, const Result<json::Value>& patched,
              Arena& arena) {
  if (!patched) return observer.End({Verdict::kError, patched.error().message(), {}});
  const Detail patch{"patch", json::EncodePatch(json::Diff(object, *patched, arena), arena)};
  observer.End({Verdict::kNone, {}, std::span(&patch, 1)});
}

}  // namespace ephor::engine
