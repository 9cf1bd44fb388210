// Documents with variables: `{{ expression }}` and `$(reference)`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "engine/expression.h"
#include "json/value.h"

namespace ephor::engine {

class Context;

// A JSON document, compiled once; substituting touches only the parts that hold variables and shares the
// rest. The rules are those of Kyverno's variable substitution:
//  - a string that is exactly one variable takes the variable's value and type; strings inside such a value
//    are substituted again;
//  - elsewhere the value's text, or its compact JSON, is inserted, and the resulting text is looked at again
//    until no variable is left; `\{{` stands for a literal `{{`, `{{- x }}` inserts text that is not looked
//    at again;
//  - keys are substituted like strings;
//  - `$(path)` takes the text of another string of the same document, before all variables.
// Immutable, safe from any thread; copies share everything.
class Template {
 public:
  Template() = default;  // the constant null
  // The document is a view: it must outlive the template. Never fails; a reference that cannot be resolved is
  // reported by Substitute.
  explicit Template(const json::Value& document);

  // Without variables and references: Substitute gives the document itself.
  bool is_constant() const { return program_ == nullptr; }
  const json::Value& document() const { return document_; }

  // The result shares parts with the document and with the context's values.
  Result<json::Value> Substitute(Context& context) const {
    if (is_constant()) return document_;
    return SubstituteVariables(context);
  }

 private:
  struct Program;

  Result<json::Value> SubstituteVariables(Context& context) const;

  json::Value document_;
  std::shared_ptr<const Program> program_;
};

// Whether a text holds anything that substitution would change: a variable, a reference or an escape.
bool HasVariables(std::string_view text);

// Substitutes in a text that was made at run time. The path is what errors name.
Result<json::Value> SubstituteText(std::string_view text, std::string_view path, Context& context);

}  // namespace ephor::engine
