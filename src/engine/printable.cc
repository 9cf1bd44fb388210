#include "engine/printable.h"

#include <algorithm>

#include "base/byte_scan.h"
#include "yaml/quotes.h"

namespace ephor::engine {

bool AppendPrintable(std::string_view head, std::string_view text, std::string_view tail, std::string& out) {
  const bool quoted = tail.starts_with('\'');
  const std::size_t before = out.size();
  bool printable = true;
  // Every character may become two, and the copying goes beyond the end.
  const std::size_t most = before + head.size() + 2 * text.size() + tail.size() + 16;
  out.resize_and_overwrite(most, [&](char* data, std::size_t) {
    char* to = std::copy(head.begin(), head.end(), data + before);
    for (;;) {
      const std::size_t copied = CopyUntil(text, to, [](Bytes16 b) {
        return (b < 0x20) | (b >= 0x7F) | (b == '\'') | (b == '"') | (b == '\\');
      });
      to += copied;
      if (copied == text.size()) break;
      const char c = text[copied];
      printable = c >= 0x20 && c < 0x7F;
      if (!printable) return before;
      if (c != '\'') *to++ = '\\';
      if (c == '\'' && quoted) *to++ = c;
      *to++ = c;
      text.remove_prefix(copied + 1);
    }
    return static_cast<std::size_t>(std::copy(tail.begin(), tail.end(), to) - data);
  });
  return printable;
}

std::string PlainKey(std::string_view text) {
  constexpr std::size_t kLongestSimpleKey = 128;
  std::string key;
  if (text.size() <= kLongestSimpleKey && text != "<<" && yaml::QuotesOf(text) == yaml::Quotes::kNone) {
    AppendPrintable("", text, ":", key);
  }
  return key;
}

}  // namespace ephor::engine
