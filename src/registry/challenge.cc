#include "registry/challenge.h"

#include <cstring>
#include <optional>

namespace ephor::registry {
namespace {

bool IsTokenByte(char c) {
  if (static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) >= 0x7f) return false;
  return std::strchr("()<>@,;:\\\"/[]?={}", c) == nullptr;
}

std::string LowerCased(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool Skip(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void SkipSpace() {
    while (rest_.starts_with(' ') || rest_.starts_with('\t')) rest_.remove_prefix(1);
  }
  void SkipCommas() {
    do SkipSpace();
    while (Skip(','));
  }
  std::string_view Token() {
    std::size_t size = 0;
    while (size < rest_.size() && IsTokenByte(rest_[size])) ++size;
    const std::string_view token = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return token;
  }
  // A token or a quoted string.
  std::optional<std::string> Value() {
    if (!Skip('"')) {
      const std::string_view token = Token();
      return token.empty() ? std::nullopt : std::optional(std::string(token));
    }
    std::string value;
    while (!rest_.empty()) {
      char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return value;
      if (c == '\\') {
        if (rest_.empty()) return std::nullopt;
        c = rest_.front();
        rest_.remove_prefix(1);
      }
      value += c;
    }
    return std::nullopt;
  }

  // Whether a parameter stands here, rather than the scheme of the next challenge.
  bool AtParameter() const {
    Scanner ahead = *this;
    if (ahead.Token().empty()) return false;
    ahead.SkipSpace();
    return ahead.Skip('=');
  }

 private:
  std::string_view rest_;
};

}  // namespace

std::string_view Challenge::Parameter(std::string_view name) const {
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  return {};
}

std::vector<Challenge> ParseChallenges(std::string_view text) {
  std::vector<Challenge> challenges;
  Scanner scanner(text);
  for (scanner.SkipCommas(); !scanner.at_end(); scanner.SkipCommas()) {
    Challenge challenge{.scheme = LowerCased(scanner.Token())};
    if (challenge.scheme.empty()) return challenges;
    scanner.SkipSpace();
    while (scanner.AtParameter()) {
      std::string name = LowerCased(scanner.Token());
      scanner.SkipSpace();
      scanner.Skip('=');
      scanner.SkipSpace();
      std::optional<std::string> value = scanner.Value();
      if (!value) return challenges;
      challenge.parameters.emplace_back(std::move(name), *std::move(value));
      scanner.SkipCommas();
    }
    challenges.push_back(std::move(challenge));
  }
  return challenges;
}

}  // namespace ephor::registry
