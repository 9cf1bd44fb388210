#include "json/pointer.h"

#include "base/number.h"

namespace ephor::json {
namespace {

const Value* Item(const Value& array, std::string_view token) {
  if (token.empty() || (token[0] == '0' && token.size() > 1) || token[0] == '-' || token[0] == '+')
    return nullptr;
  const auto index = ParseInt(token);
  if (!index || *index >= array.size()) return nullptr;
  return &array.items()[static_cast<std::size_t>(*index)];
}

}  // namespace

std::string_view DecodeToken(std::string_view token, Arena& arena) {
  if (token.find('~') == std::string_view::npos) return token;
  const std::span<char> decoded = arena.NewArray<char>(token.size());
  std::size_t size = 0;
  for (std::size_t i = 0; i < token.size(); ++i) {
    char c = token[i];
    if (c == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1')) {
      c = token[++i] == '0' ? '~' : '/';
    }
    decoded[size++] = c;
  }
  return {decoded.data(), size};
}

void AppendToken(std::string_view token, std::string& pointer) {
  pointer += '/';
  for (const char c : token) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
}

Result<std::vector<std::string_view>> ParsePointer(std::string_view text, Arena& arena) {
  std::vector<std::string_view> tokens;
  if (text.empty()) return tokens;
  if (text[0] != '/') return InvalidInput("JSON pointer '" + std::string(text) + "' does not begin with '/'");
  for (std::size_t begin = 1;;) {
    const std::size_t end = text.find('/', begin);
    tokens.push_back(DecodeToken(text.substr(begin, end - begin), arena));
    if (end == std::string_view::npos) return tokens;
    begin = end + 1;
  }
}

const Value* Resolve(const Value& document, const std::vector<std::string_view>& tokens) {
  const Value* value = &document;
  for (const std::string_view token : tokens) {
    value = value->is_array() ? Item(*value, token) : value->Find(token);
    if (value == nullptr) return nullptr;
  }
  return value;
}

}  // namespace ephor::json
