#include "image/reference.h"

#include <initializer_list>

#include "base/utf8.h"
#include "image/reference_grammar.h"

namespace ephor::image {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

bool IsLowerCase(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return ToLower(text) == text;
    if (c >= 'A' && c <= 'Z') return false;
  }
  return true;
}

bool NamesRegistry(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == kNone) return false;
  const std::string_view first = text.substr(0, slash);
  return first.find_first_of(".:") != kNone || first == "localhost" || !IsLowerCase(first);
}

std::string_view Concatenate(Arena& arena, std::initializer_list<std::string_view> parts) {
  std::size_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  char* const begin = static_cast<char*>(arena.Allocate(size, 1));
  char* to = begin;
  for (const std::string_view part : parts) to += part.copy(to, part.size());
  return {begin, size};
}

}  // namespace

Result<ImageReference> ParseReference(std::string_view text, const RegistryDefaults& defaults, Arena& arena) {
  const bool named = NamesRegistry(text);
  const std::string_view full = named ? arena.Copy(text) : Concatenate(arena, {defaults.registry, "/", text});
  ReferenceParts parts;
  if (const std::string_view reason = SplitReference(full, parts); !reason.empty()) {
    std::string message = "bad image: ";
    message += full;
    message += ", defaultRegistry: ";
    message += defaults.registry;
    message += ", enableDefaultRegistryMutation: ";
    message += defaults.show ? "true: " : "false: ";
    message += reason;
    return InvalidInput(std::move(message));
  }

  ImageReference image;
  image.registry = named || defaults.show ? parts.domain : std::string_view();
  image.path = parts.path;
  image.name = parts.path.substr(parts.path.rfind('/') + 1);
  image.tag = parts.tag;
  image.digest = parts.digest;
  if (image.tag.empty() && image.digest.empty()) image.tag = "latest";

  const std::string_view slash = image.registry.empty() ? "" : "/";
  image.reference_with_tag = Concatenate(arena, {image.registry, slash, image.path, ":", image.tag});
  image.reference = image.digest.empty()
                        ? image.reference_with_tag
                        : Concatenate(arena, {image.registry, slash, image.path, "@", image.digest});
  // A first part with an underscore cannot be a host name, so the grammar leaves it in the path; to Kyverno
  // it is the registry.
  const std::size_t first_end = image.path.find('/');
  if (image.registry.empty() && first_end != kNone && image.path.substr(0, first_end).find('_') != kNone) {
    image.registry = image.path.substr(0, first_end);
    image.path.remove_prefix(first_end + 1);
  }
  return image;
}

}  // namespace ephor::image
