#include "image/registry_reference.h"

#include <algorithm>

namespace ephor::image {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::string_view kDockerHub = "index.docker.io";

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLower(char c) {
  return c >= 'a' && c <= 'z';
}
bool IsUpper(char c) {
  return c >= 'A' && c <= 'Z';
}

template <class Predicate>
bool All(std::string_view text, Predicate predicate) {
  return std::all_of(text.begin(), text.end(), predicate);
}

bool IsTag(std::string_view text) {
  return !text.empty() && text.size() <= 128 && All(text, [](char c) {
    return IsLower(c) || IsUpper(c) || IsDigit(c) || c == '_' || c == '-' || c == '.';
  });
}

bool IsRepository(std::string_view text) {
  return text.size() >= 2 && text.size() <= 255 && All(text, [](char c) {
           return IsLower(c) || IsDigit(c) || c == '_' || c == '-' || c == '.' || c == '/';
         });
}

bool IsDigest(std::string_view text) {
  constexpr std::string_view kPrefix = "sha256:";
  return text.starts_with(kPrefix) && text.size() == kPrefix.size() + 64 &&
         All(text.substr(kPrefix.size()), [](char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); });
}

// The host of a URL, as Go's net/url takes it: any bytes but those that would end or escape it, and digits
// after the only colon.
bool IsAuthority(std::string_view text) {
  const auto refused = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= ' ' || byte == 0x7F || std::string_view("\\^`{|}%?#@/").find(c) != kNone;
  };
  if (std::any_of(text.begin(), text.end(), refused)) return false;
  std::size_t host_end = text.find(':');
  if (text.starts_with('[')) {
    const std::size_t bracket = text.find(']');
    const std::string_view address = text.substr(1, bracket == kNone ? kNone : bracket - 1);
    if (bracket == kNone || address.find_first_not_of("0123456789abcdefABCDEF:.") != kNone) return false;
    if (std::count(address.begin(), address.end(), ':') < 2) return false;
    host_end = bracket + 1;
  } else if (text.find_first_of("[]") != kNone) {
    return false;
  }
  if (host_end == kNone || host_end == text.size()) return true;
  return text[host_end] == ':' && All(text.substr(host_end + 1), IsDigit);
}

// Reads what stands before a digest.
bool ReadTagged(std::string_view text, RegistryReference& reference) {
  const std::size_t last_slash = text.rfind('/');
  const std::size_t colon = text.rfind(':');
  reference.tag = "latest";
  if (colon != kNone && (last_slash == kNone || last_slash < colon)) {
    reference.tag = text.substr(colon + 1);
    if (!IsTag(reference.tag)) return false;
    text = text.substr(0, colon);
  }
  const std::size_t slash = text.find('/');
  const std::string_view first = text.substr(0, slash);
  reference.repository = text;
  if (slash != kNone && (first == "localhost" || first.find_first_of(".:") != kNone)) {
    reference.registry = first;
    reference.repository = text.substr(slash + 1);
  }
  return IsRepository(reference.repository) && IsAuthority(reference.registry);
}

}  // namespace

Result<RegistryReference> ParseRegistryReference(std::string_view text, Arena& arena) {
  const std::string_view copy = arena.Copy(text);
  const std::size_t at = copy.find('@');
  RegistryReference reference;
  bool good = ReadTagged(copy.substr(0, at), reference);
  if (at != kNone) {
    reference.digest = copy.substr(at + 1);
    reference.tag = {};
    good = good && IsDigest(reference.digest);
  }
  if (!good) return InvalidInput("could not parse reference: " + std::string(text));

  if (reference.registry.empty() || reference.registry == "docker.io") reference.registry = kDockerHub;
  if (reference.registry == kDockerHub && reference.repository.find('/') == kNone) {
    constexpr std::string_view kNamespace = "library/";
    const std::size_t size = kNamespace.size() + reference.repository.size();
    char* const full = static_cast<char*>(arena.Allocate(size, 1));
    kNamespace.copy(full, kNamespace.size());
    reference.repository.copy(full + kNamespace.size(), reference.repository.size());
    reference.repository = {full, size};
  }
  return reference;
}

}  // namespace ephor::image
