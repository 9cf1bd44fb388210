// The context entry `globalReference`.
#pragma once

#include <optional>

#include "engine/context.h"
#include "engine/template.h"
#include "policy/types.h"

namespace ephor::engine {

// An entry of the global context, or one of its projections ("entry.projection"), and a query over it. Unset
// where there is no global context.
class GlobalReferenceEntry final : public Loader {
 public:
  GlobalReferenceEntry(std::string_view name, const policy::GlobalReference& source);

  Result<std::optional<json::Value>> Load(Context& context) const override;
  bool merges() const override { return true; }
  std::string_view refusal() const override {
    return "failed to add resource cache results for context entry ";
  }

 private:
  Result<json::Value> Fetch(Context& context) const;

  Template reference_;  // "entry" or "entry.projection"
  Template path_;
};

}  // namespace ephor::engine
