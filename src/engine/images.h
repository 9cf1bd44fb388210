// The variable `images`: the container images of a Pod or a Pod controller, by kind of container and name.
#pragma once

#include <optional>

#include "engine/configuration.h"
#include "engine/context.h"

namespace ephor::engine {

// {containers: {NAME: {registry, name, path, tag, digest, reference, referenceWithTag, jsonPointer}}, ...} of
// the kinds whose Pods the reference knows; nothing for other kinds and where there are no images. Fails on
// an image that cannot be parsed: "invalid image 'X' (...)".
Result<std::optional<json::Value>> ExtractImages(const json::Value& object,
                                                 const Configuration& configuration, Arena& arena);

// Loads them when a query mentions `images`. The object and the configuration must outlive it.
class ImagesLoader final : public Loader {
 public:
  ImagesLoader(const json::Value& object, const Configuration& configuration)
      : Loader("images"), object_(object), configuration_(configuration) {}

  Result<std::optional<json::Value>> Load(Context& context) const override {
    return ExtractImages(object_, configuration_, context.arena());
  }
  bool merges() const override { return true; }

 private:
  const json::Value& object_;
  const Configuration& configuration_;
};

}  // namespace ephor::engine
