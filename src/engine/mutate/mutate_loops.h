// `mutate.foreach`: a patch of the whole object for each element of a list, nested where wanted.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/context.h"
#include "policy/types.h"

namespace ephor::engine {

// Immutable, safe from any thread; the policy must outlive it.
class MutateLoops {
 public:
  MutateLoops(std::span<const policy::ForEachMutation> entries, std::string_view policy_namespace);
  ~MutateLoops();
  MutateLoops(MutateLoops&&) noexcept;

  struct Patched {
    json::Value object;
    int changed = 0;  // entries that changed something
  };
  // Patches element by element. `request.object` is what the entries before have made of it, and does not
  // change between the elements of one. Any error is the error of all; nothing is kept then.
  Result<Patched> Apply(const json::Value& object, int nesting, Context& context) const;

 private:
  struct Loop;

  // The object after all elements.
  Result<json::Value> ApplyElements(const Loop& loop, std::span<const json::Value> elements,
                                    const json::Value& object, int nesting, Context& context) const;
  Result<json::Value> ApplyElement(const Loop& loop, std::size_t index, const json::Value& object,
                                   int nesting, Context& context) const;

  std::vector<Loop> loops_;
};

}  // namespace ephor::engine
