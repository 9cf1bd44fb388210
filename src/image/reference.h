// Image references as policies see them ("images.containers.web.tag", image_normalize, imageReferences).
#pragma once

#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"

namespace ephor::image {

// What a reference without a registry is taken to mean (Kyverno's ConfigMap).
struct RegistryDefaults {
  std::string_view registry = "docker.io";  // a path may follow the name
  // Whether the default registry shows in the normal form of references that named none.
  bool show = true;  // enableDefaultRegistryMutation
};

// The parts of a reference. Views into the arena and the defaults given to ParseReference, or constants.
struct ImageReference {
  std::string_view registry;  // with its port; "" where it is not to be shown
  std::string_view path;      // "library/nginx"
  std::string_view name;      // the last part of the path
  std::string_view tag;       // "latest" where the text has neither tag nor digest
  std::string_view digest;    // "sha256:..."

  // The normal form: [registry/]path@digest, or [registry/]path:tag. A tag beside a digest is dropped.
  std::string_view reference;
  // [registry/]path:tag, also where the tag is empty.
  std::string_view reference_with_tag;
};

// Reads "[registry/]path[:tag][@digest]" by the grammar of github.com/distribution/reference; no "library/"
// is added. Linear in the text. Fails with Kyverno's text:
//   bad image: <full text>, defaultRegistry: <r>, enableDefaultRegistryMutation: <b>: <reason>
Result<ImageReference> ParseReference(std::string_view text, const RegistryDefaults& defaults, Arena& arena);

}  // namespace ephor::image
