// A JMESPath expression as policies use it: a query over the evaluation's variables.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "jmespath/query.h"
#include "json/value.h"

namespace ephor::engine {

class Context;

// Compiled once. An expression that does not compile is kept: its error appears when it is evaluated, so that
// one broken variable fails the rule that reads it and nothing else. Immutable, safe from any thread. A value
// that it gives may view its constants: it must outlive the value.
class Expression {
 public:
  // The text is copied.
  explicit Expression(std::string_view text);

  // Loads the context entries that the text mentions, then queries. Errors are worded as the reference words
  // them: "incorrect query ...", "JMESPath query failed: ...", or the entry's own.
  Result<json::Value> Evaluate(Context& context) const;
  // The same query over a given value instead of the variables.
  Result<json::Value> Apply(const json::Value& input, Context& context) const;
  // The same with a value of its own in the context's arena, for an expression that ends before the value.
  Result<json::Value> ApplyOnce(const json::Value& input, Context& context) const;

  const std::string& text() const { return text_; }
  // The syntax error, if there is one.
  const std::optional<Error>& error() const { return error_; }

 private:
  Result<json::Value> Query(Context& context) const;
  Result<json::Value> EvaluateObserved(Context& context) const;

  std::string text_;  // trimmed
  std::optional<jmespath::Query> query_;
  std::optional<Error> error_;
};

}  // namespace ephor::engine
