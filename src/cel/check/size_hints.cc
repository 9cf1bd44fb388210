#include <charconv>

#include "cel/check/estimate.h"

namespace ephor::cel {

Result<void> SizeHints::Add(std::string_view text) {
  const std::size_t equals = text.rfind('=');
  const std::string_view number = equals == std::string_view::npos ? text : text.substr(equals + 1);
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), size);
  if (number.empty() || error != std::errc() || end != number.data() + number.size()) {
    return InvalidInput("a size is NUMBER or PATH=NUMBER, got " + std::string(text));
  }
  if (equals == std::string_view::npos) {
    otherwise_ = size;
    return {};
  }
  Hint hint{{}, size};
  for (std::string_view rest = text.substr(0, equals); !rest.empty();) {
    std::size_t length = rest[0] == '[' ? rest.find(']') + 1 : rest.find_first_of(".[");
    length = std::min(length, rest.size());
    const std::string_view name = rest.substr(0, length);
    if (name.empty() || (name[0] == '[' && name != "[]" && name != "[@]")) {
      return InvalidInput("a path has names, [] and [@], got " + std::string(text));
    }
    hint.path.emplace_back(name);
    rest.remove_prefix(length);
    if (rest.starts_with('.')) rest.remove_prefix(1);
  }
  if (hint.path.empty()) return InvalidInput("a size wants a path before '=', got " + std::string(text));
  std::erase_if(hints_, [&](const Hint& other) { return other.path == hint.path; });
  hints_.push_back(std::move(hint));
  return {};
}

const std::uint64_t* SizeHints::Find(const Path& path) const {
  for (const Hint& hint : hints_) {
    if (hint.path.size() != path.length) continue;
    const Path* at = &path;
    for (std::size_t i = hint.path.size(); i-- > 0 && at->name == hint.path[i]; at = at->parent) {
      if (i == 0) return &hint.size;
    }
  }
  return nullptr;
}

}  // namespace ephor::cel
