// A text as the address of what is elsewhere: a folder of a git repository, an image of policies, a URL. What
// can be read has only parts that may stand in a request, and reads the same again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "net/url.h"
#include "source/git_address.h"
#include "source/policy_image.h"

namespace {

void Expect(bool holds) {
  if (!holds) std::abort();
}

bool HasControls(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ') return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using ephor::source::GitAddress;
  using ephor::source::ImageName;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = text.find('\n');
  const std::string_view url = text.substr(0, end);
  const std::string_view branch = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  if (const auto address = GitAddress::Parse(url, branch)) {
    Expect(!HasControls(address->branch) && !address->branch.starts_with('-'));
    Expect(!address->path.starts_with('/') && !address->path.ends_with('/'));
    Expect(("/" + address->path + "/").find("/../") == std::string::npos);
  }
  if (const auto image = ImageName::Parse(text)) {
    const auto again = ImageName::Parse(image->ToString());
    Expect(again && again->ToString() == image->ToString());
  }
  if (const auto parsed = ephor::net::Url::Parse(text)) {
    Expect(!HasControls(parsed->text));
    const auto again = ephor::net::Url::Parse(parsed->text);
    Expect(again && again->SameOrigin(*parsed));
  }
  return 0;
}
