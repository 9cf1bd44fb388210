// A pattern, a replacement and a text, one a line. Whatever they are, matching ends and what it finds lies in
// the text.
#include "base/regex.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto next_line = [&input] {
    const std::size_t end = std::min(input.find('\n'), input.size());
    const std::string_view line = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
    return line;
  };
  const auto regex = ephor::Regex::Compile(next_line());
  if (!regex) {
    if (!regex.error().message().starts_with("error parsing regexp: ")) std::abort();
    return 0;
  }
  const std::string_view replacement = next_line();
  const std::string_view text = input;

  const bool found = regex->Search(text);
  ephor::Regex::Match match;
  if (regex->Find(text, 0, match) != found) std::abort();
  for (const std::string_view group : found ? match.groups : std::vector<std::string_view>()) {
    if (group.data() == nullptr || group.empty()) continue;
    if (group.data() < text.data() || group.data() + group.size() > text.data() + text.size()) std::abort();
  }
  if (regex->FindAll(text).empty() == found) std::abort();
  if (!found && regex->ReplaceAll(text, replacement) != text) std::abort();
  if (regex->ReplaceAllLiteral(text, "").size() > text.size()) std::abort();
  regex->FullMatch(text);
  return 0;
}
