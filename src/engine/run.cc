#include "engine/run.h"

#include <algorithm>

namespace ephor::engine {

std::string_view Concat(Arena& arena, std::initializer_list<std::string_view> parts) {
  std::size_t size = 0;
  for (std::string_view part : parts) size += part.size();
  char* const out = static_cast<char*>(arena.Allocate(size, 1));
  char* at = out;
  for (std::string_view part : parts) at = std::copy(part.begin(), part.end(), at);
  return {out, size};
}

Outcome ErrorOutcome(Arena& arena, std::string_view message, const Error& error) {
  return {RuleStatus::kError, Concat(arena, {message, ": ", error.message()})};
}

}  // namespace ephor::engine
