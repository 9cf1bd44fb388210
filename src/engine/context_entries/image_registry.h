// The context entry `imageRegistry`.
#pragma once

#include <optional>

#include "engine/context.h"
#include "engine/template.h"
#include "policy/types.h"

namespace ephor::engine {

// What a registry knows of an image, and a query over it. Unset where there is no registry to ask.
class ImageRegistryEntry final : public Loader {
 public:
  ImageRegistryEntry(std::string_view name, const policy::ImageRegistry& source);

  Result<std::optional<json::Value>> Load(Context& context) const override;
  bool merges() const override { return true; }

 private:
  const policy::ImageRegistry& source_;
  Template reference_;
  Template path_;
};

}  // namespace ephor::engine
