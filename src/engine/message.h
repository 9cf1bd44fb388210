// `validate.message`: a text with variables that is only put together when a rule has something to report.
#pragma once

#include <string_view>

#include "base/result.h"
#include "engine/template.h"

namespace ephor::engine {

class Context;

// Immutable. The text must outlive it.
class Message {
 public:
  Message() = default;
  explicit Message(std::string_view text) : text_(text), template_(json::Value::String(text)) {}

  bool is_constant() const { return template_.is_constant(); }  // also where there is none
  bool empty() const { return text_.empty(); }
  std::string_view raw() const { return text_; }

  // The text with its variables replaced. A text that is exactly one variable may become any value.
  Result<json::Value> Substitute(Context& context) const { return template_.Substitute(context); }
  // The same as text: a value that is no string as its JSON.
  Result<std::string_view> Render(Context& context) const;

 private:
  std::string_view text_;
  Template template_;
};

}  // namespace ephor::engine
