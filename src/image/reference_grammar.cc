#include "image/reference_grammar.h"

#include <algorithm>
#include <string>

#include "base/utf8.h"

namespace ephor::image {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::size_t kMaxPathBytes = 255;
constexpr std::size_t kMaxTagBytes = 128;
constexpr std::size_t kMinDigestDigits = 32;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLower(char c) {
  return c >= 'a' && c <= 'z';
}
bool IsLetter(char c) {
  return IsLower(c) || (c >= 'A' && c <= 'Z');
}
bool IsAlphanumeric(char c) {
  return IsLetter(c) || IsDigit(c);
}
bool IsHexDigit(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool IsLowerHexDigit(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f');
}

template <class Predicate>
bool All(std::string_view text, Predicate predicate) {
  return std::all_of(text.begin(), text.end(), predicate);
}

// Calls check(part) for each part between separators until one fails.
template <class Check>
bool EachPart(std::string_view text, char separator, Check check) {
  while (true) {
    const std::size_t end = text.find(separator);
    if (!check(text.substr(0, end))) return false;
    if (end == kNone) return true;
    text.remove_prefix(end + 1);
  }
}

bool IsHostLabel(std::string_view label) {
  return !label.empty() && label.front() != '-' && label.back() != '-' &&
         All(label, [](char c) { return IsAlphanumeric(c) || c == '-'; });
}

// Lower-case letters and digits, with one '.', one or two '_', or any number of '-' between them.
bool IsPathComponent(std::string_view text) {
  const auto is_word = [](char c) { return IsLower(c) || IsDigit(c); };
  std::size_t i = 0;
  while (true) {
    const std::size_t word = i;
    while (i < text.size() && is_word(text[i])) ++i;
    if (i == word) return false;
    if (i == text.size()) return true;
    const char separator = text[i];
    const std::size_t start = i;
    while (i < text.size() && text[i] == separator) ++i;
    const std::size_t most = separator == '.' ? 1 : separator == '_' ? 2 : separator == '-' ? kNone : 0;
    if (i - start > most) return false;
  }
}

bool IsPath(std::string_view text) {
  return EachPart(text, '/', IsPathComponent);
}

bool IsTag(std::string_view text) {
  if (text.empty() || text.size() > kMaxTagBytes) return false;
  if (text[0] == '.' || text[0] == '-') return false;
  return All(text, [](char c) { return IsAlphanumeric(c) || c == '_' || c == '.' || c == '-'; });
}

// The form of a digest; whether its algorithm is known and its length right is asked later.
bool HasDigestForm(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == kNone) return false;
  const std::string_view digits = text.substr(colon + 1);
  if (digits.size() < kMinDigestDigits || !All(digits, IsHexDigit)) return false;
  bool at_word = true;  // where a letter must come
  for (const char c : text.substr(0, colon)) {
    if (at_word ? !IsLetter(c) : !IsAlphanumeric(c) && std::string_view("-_+.").find(c) == kNone)
      return false;
    at_word = !IsAlphanumeric(c);
  }
  return !at_word;
}

std::string_view DigestFault(std::string_view digest) {
  const std::size_t colon = digest.find(':');
  const std::string_view algorithm = digest.substr(0, colon), digits = digest.substr(colon + 1);
  const std::size_t size = algorithm == "sha256"   ? 64
                           : algorithm == "sha384" ? 96
                           : algorithm == "sha512" ? 128
                                                   : 0;
  if (size == 0) {
    const bool upper = All(algorithm, [](char c) { return !IsLetter(c) || IsLower(c); });
    return upper ? "unsupported digest algorithm" : "invalid checksum digest format";
  }
  if (digits.size() != size) return "invalid checksum digest length";
  return All(digits, IsLowerHexDigit) ? "" : "invalid checksum digest format";
}

bool Split(std::string_view text, ReferenceParts& parts) {
  if (const std::size_t at = text.find('@'); at != kNone) {
    parts.digest = text.substr(at + 1);
    if (!HasDigestForm(parts.digest)) return false;
    text = text.substr(0, at);
  }
  const std::size_t last_slash = text.rfind('/');
  const std::size_t colon = text.find(':', last_slash == kNone ? 0 : last_slash);
  if (colon != kNone) {
    parts.tag = text.substr(colon + 1);
    if (!IsTag(parts.tag)) return false;
    text = text.substr(0, colon);
  }
  parts.path = text;
  if (const std::size_t slash = text.find('/'); slash != kNone && IsDomain(text.substr(0, slash))) {
    parts.domain = text.substr(0, slash);
    parts.path = text.substr(slash + 1);
  }
  return IsPath(parts.path);
}

}  // namespace

bool IsDomain(std::string_view text) {
  std::size_t host_end = text.find(':');
  if (text.starts_with('[')) {
    const std::size_t bracket = text.find(']');
    if (bracket == kNone || bracket == 1) return false;
    if (!All(text.substr(1, bracket - 1), [](char c) { return IsHexDigit(c) || c == ':'; })) return false;
    host_end = bracket + 1;
  } else if (!EachPart(text.substr(0, host_end), '.', IsHostLabel)) {
    return false;
  }
  if (host_end == kNone || host_end == text.size()) return true;
  const std::string_view port = text.substr(host_end + 1);
  return text[host_end] == ':' && !port.empty() && All(port, IsDigit);
}

std::string_view SplitReference(std::string_view text, ReferenceParts& parts) {
  parts = {};
  if (!Split(text, parts)) {
    if (text.empty()) return "repository name must have at least one component";
    ReferenceParts lower_parts;
    return Split(ToLower(text), lower_parts) ? "repository name must be lowercase"
                                             : "invalid reference format";
  }
  if (parts.path.size() > kMaxPathBytes) return "repository name must not be more than 255 characters";
  return parts.digest.empty() ? "" : DigestFault(parts.digest);
}

}  // namespace ephor::image
