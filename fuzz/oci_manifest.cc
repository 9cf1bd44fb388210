// Whatever a registry sends as an image's manifest, finding its layers ends without a crash, within the
// limit; and a manifest made of the text as a layer has that layer.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "registry/image_writer.h"

namespace {

constexpr std::string_view kType = "application/vnd.cncf.kyverno.policy.layer.v1+yaml";
constexpr std::size_t kMaxLayers = 4;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ephor::registry;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto digests = LayerDigests(text, kType, kMaxLayers)) {
    if (digests->size() > kMaxLayers) std::abort();
  }
  const Image image =
      MakeImage("application/vnd.cncf.kyverno.config.v1+json",
                {{.media_type = std::string(kType), .bytes = std::string(text), .annotations = {}}});
  const auto digests = LayerDigests(image.manifest, kType, kMaxLayers);
  if (!digests || digests->size() != 1 || (*digests)[0] != "sha256:" + ephor::Sha256Hex(text)) std::abort();
  return 0;
}
