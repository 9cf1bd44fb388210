// What all messages of a rule begin with, where that is known when the policy is compiled.
#pragma once

#include <string>
#include <string_view>

namespace ephor::engine {

// Immutable.
class Beginning {
 public:
  Beginning() = default;
  explicit Beginning(std::string text);

  std::string_view text() const { return text_; }
  // As it stands in a blocked request's message: YAML in single quotes, escaped for JSON, without the closing
  // quote. Empty where a message that begins so may have to be written in another way.
  std::string_view quoted() const { return quoted_; }

 private:
  std::string text_;
  std::string quoted_;
};

}  // namespace ephor::engine
