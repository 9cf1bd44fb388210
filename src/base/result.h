// Errors as values. A function that can fail returns Result<T>; exceptions do not cross a library's boundary.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace ephor {

// Who has to act on an error. Code asks for this; people read the message.
enum class ErrorCode : std::uint8_t {
  kInvalidInput,   // bytes or arguments from outside are malformed: their sender must correct them
  kInvalidPolicy,  // the policy cannot be compiled: shown in its status, requests are unaffected
  kNotFound,       // something named is not there; in an expression, an unknown key
  kEvaluation,     // the rule failed on this object: becomes a rule result of "error"
  kUnavailable,    // the cluster, a registry or a service did not answer in time
  kInternal,       // a bug in Ephor
};

// A place in a text that a person edits. Lines and columns count from 1; 0 is "not known".
struct SourcePosition {
  std::uint32_t line = 0;
  std::uint32_t column = 0;  // in bytes
};

class [[nodiscard]] Error {
 public:
  Error(ErrorCode code, std::string message) : message_(std::move(message)), code_(code) {}

  // Prefixes the place, so that the outermost caller's place comes first:
  //   return std::move(error).Within("preconditions.all[0].key").Within("rule 'check-tag'");
  //   // rule 'check-tag': preconditions.all[0].key: unknown function 'to_uper'
  Error Within(std::string_view place) &&;
  // Says where in the source text the trouble is. The innermost position that is known stays.
  Error At(SourcePosition position) &&;

  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }
  SourcePosition position() const { return position_; }

 private:
  std::string message_;
  SourcePosition position_;
  ErrorCode code_;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> Fail(ErrorCode code, std::string message) {
  return std::unexpected<Error>(Error(code, std::move(message)));
}
inline std::unexpected<Error> InvalidInput(std::string message) {
  return Fail(ErrorCode::kInvalidInput, std::move(message));
}

#define EPHOR_CONCAT_(a, b) a##b
#define EPHOR_CONCAT(a, b) EPHOR_CONCAT_(a, b)

// EPHOR_TRY(expression) leaves the function with the expression's error.
// EPHOR_ASSIGN(auto x, expression) does the same, else defines x with the value.
#define EPHOR_TRY(...)                                                    \
  do {                                                                    \
    if (auto ephor_r = (__VA_ARGS__); !ephor_r) [[unlikely]]              \
      return std::unexpected<::ephor::Error>(std::move(ephor_r).error()); \
  } while (false)
#define EPHOR_ASSIGN(decl, ...) EPHOR_ASSIGN_(EPHOR_CONCAT(ephor_r_, __LINE__), decl, __VA_ARGS__)
#define EPHOR_ASSIGN_(tmp, decl, ...)                               \
  auto tmp = (__VA_ARGS__);                                         \
  if (!tmp) [[unlikely]]                                            \
    return std::unexpected<::ephor::Error>(std::move(tmp).error()); \
  decl = *std::move(tmp)

}  // namespace ephor
