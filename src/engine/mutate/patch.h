// What a mutate rule does to an object: `patchStrategicMerge` or `patchesJson6902`.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "engine/mutate/patch_text.h"
#include "engine/mutate/strategic_overlay.h"
#include "engine/template.h"
#include "json/patch.h"
#include "json/value.h"

namespace ephor::engine {

class Context;

// Immutable, safe from any thread; the policy must outlive it. A patch without variables is compiled once,
// others when they are applied.
class Patch {
 public:
  // A strategic merge patch (may be nullptr) wins over the text of a JSON patch. `place` is the member of the
  // rule that holds them, "" for none: errors name it.
  Patch(const json::Value* strategic_merge, std::string_view json_patch, std::string_view place);

  // The patched object, which may be equal to the given one; or an error in the words of a result.
  Result<json::Value> Apply(const json::Value& object, Context& context) const;

 private:
  // The parts of a patch to apply, one of them set.
  struct Prepared {
    std::optional<StrategicOverlay> strategic;
    std::span<const json::Operation> operations;
  };

  Result<json::Value> Make(const json::Value& object, Context& context) const;
  Result<Prepared> Prepare(const json::Value& patch, Arena& arena) const;

  const json::Value* strategic_merge_;  // as written; null for a JSON patch
  std::string_view json_patch_;         // as written
  bool is_strategic_;
  std::string_view place_;
  std::shared_ptr<Arena> arena_;  // of the template's document and the constant patch
  Template template_;
  std::optional<PatchText> text_;  // of a JSON patch with variables, if it is simple
  std::optional<Prepared> prepared_;
  std::optional<Error> error_;  // the constant patch could not be compiled
};

}  // namespace ephor::engine
