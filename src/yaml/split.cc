#include "yaml/split.h"

#include <cstring>
#include <string>

namespace ephor::yaml {
namespace {

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

}  // namespace

std::optional<Result<Piece>> Splitter::Next() {
  if (rest_.empty()) return std::nullopt;
  const std::string_view text = rest_;
  Piece piece{.text = {}, .line = line_, .blank = true};
  std::optional<Error> error;
  std::size_t begin = 0;
  bool has_lines = false;
  while (begin < text.size()) {
    std::size_t end = text.find('\n', begin);
    end = end == std::string_view::npos ? text.size() : end + 1;
    const std::string_view line = text.substr(begin, end - begin);
    if (line.starts_with("---")) {
      const std::string_view tail = Trim(line.substr(3));
      if (!tail.empty() && tail[0] != '#') {
        if (!error) {
          error = Error(ErrorCode::kInvalidInput, "invalid Yaml document separator: " + std::string(tail))
                      .At({line_, 1});
        }
      } else if (has_lines) {
        piece.text = text.substr(0, begin);
        rest_ = text.substr(end);
        ++line_;
        if (error) return std::unexpected(*std::move(error));
        return piece;
      }
    }
    if (piece.blank) {
      const std::string_view content = Trim(line);
      piece.blank = content.empty() || content[0] == '#' || line.starts_with("---");
    }
    has_lines = true;
    begin = end;
    ++line_;
  }
  piece.text = text;
  rest_ = {};
  if (error) return std::unexpected(*std::move(error));
  return piece;
}

}  // namespace ephor::yaml
