// A reference to an image. Whatever the text, parsing ends, and a normal form is its own normal form.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "image/reference.h"
#include "image/registry_reference.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ephor::Arena arena;
  if (const auto image = ephor::image::ParseReference(text, {}, arena)) {
    const auto again = ephor::image::ParseReference(image->reference, {}, arena);
    if (!again || again->reference != image->reference || again->registry != image->registry) std::abort();
    if (again->path != image->path || again->name != image->name) std::abort();
  }
  if (const auto image = ephor::image::ParseRegistryReference(text, arena)) {
    if (image->identifier().empty() || image->registry.empty() || image->repository.empty()) std::abort();
  }
  return 0;
}
