// Image references as a registry client addresses them (CEL's image library, registry requests).
#pragma once

#include <string_view>

#include "base/arena.h"
#include "base/result.h"

namespace ephor::image {

// Where an image is fetched from. Views into the arena given to ParseRegistryReference, or constants.
struct RegistryReference {
  std::string_view registry;    // "index.docker.io" where none was named, or docker.io was
  std::string_view repository;  // on index.docker.io, "library/nginx" for "nginx"
  std::string_view tag;         // "" with a digest, else "latest" where none was named
  std::string_view digest;      // "sha256:..." or ""

  std::string_view identifier() const { return digest.empty() ? tag : digest; }
};

// Reads "[registry/]repository[:tag]" or "[registry/]repository[:tag]@digest" by the grammar of
// go-containerregistry, which is laxer about repositories and stricter about digests than that of
// ParseReference. Linear in the text. Fails with: could not parse reference: <text>
Result<RegistryReference> ParseRegistryReference(std::string_view text, Arena& arena);

}  // namespace ephor::image
