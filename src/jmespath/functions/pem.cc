#include "jmespath/functions/pem.h"

#include <algorithm>

#include "base/encoding.h"

namespace ephor::jmespath {
namespace {

// Each try may search the whole text, so their number is what keeps a hostile text cheap.
constexpr int kMaxTries = 16;

}  // namespace

std::optional<PemBlock> DecodePem(std::string_view text) {
  constexpr std::string_view kBegin = "-----BEGIN ", kDashes = "-----";
  int tried = 0;
  for (std::size_t at = 0; (at = text.find(kBegin, at)) != std::string_view::npos; at += kBegin.size()) {
    if (at > 0 && text[at - 1] != '\n') continue;
    if (++tried > kMaxTries) return std::nullopt;
    const std::size_t type_start = at + kBegin.size();
    const std::size_t type_end = text.find(kDashes, type_start);
    if (type_end == std::string_view::npos) return std::nullopt;
    const std::string_view type = text.substr(type_start, type_end - type_start);
    const std::string end_line = "-----END " + std::string(type) + "-----";
    std::size_t start = type_end + kDashes.size();
    const std::size_t end = text.find(end_line, start);
    if (type.find('\n') != std::string_view::npos || end == std::string_view::npos) continue;
    const std::string_view body = text.substr(start, end - start);
    // Headers are lines with a colon, and an empty line behind them.
    const std::size_t colon = body.rfind(':');
    if (colon != std::string_view::npos) start += std::min(body.find('\n', colon), body.size());
    std::string packed;
    for (const char c : text.substr(start, end - start)) {
      if (c != ' ' && c != '\t' && c != '\r' && c != '\n') packed += c;
    }
    auto bytes = Base64Decode(packed);
    if (bytes) return PemBlock{type, *std::move(bytes)};
  }
  return std::nullopt;
}

}  // namespace ephor::jmespath
