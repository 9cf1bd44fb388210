#include "engine/context_entries/variable.h"

#include "json/write.h"

namespace ephor::engine {
namespace {

json::Value ValueOrNull(const json::Value* value) {
  return value == nullptr ? json::Value() : *value;
}

}  // namespace

VariableEntry::VariableEntry(std::string_view name, const policy::Variable& source)
    : Loader(name),
      source_(source),
      path_text_(json::Value::String(source.jmes_path)),
      value_(ValueOrNull(source.value)),
      fallback_(ValueOrNull(source.fallback)) {
  if (!source.jmes_path.empty() && path_text_.is_constant()) path_.emplace(source.jmes_path);
}

Result<std::optional<json::Value>> VariableEntry::Load(Context& context) const {
  EPHOR_ASSIGN(const json::Value value, Evaluate(context));
  if (value.is_null()) {
    return Fail(ErrorCode::kEvaluation, "failed to add context entry for variable " + std::string(name()) +
                                            " since it evaluated to nil");
  }
  return value;
}

namespace {

// A query or a text as it is written, else JSON.
std::string TextOf(const json::Value& document) {
  return document.is_string() ? std::string(document.as_string()) : json::ToString(document);
}

}  // namespace

Result<json::Value> VariableEntry::Evaluate(Context& context) const {
  const auto substitute = [&](const Template& part) -> Result<json::Value> {
    auto value = part.Substitute(context);
    if (!value) {
      return Fail(value.error().code(), "failed to substitute variables in context entry " +
                                            std::string(name()) + " " + TextOf(part.document()) + ": " +
                                            value.error().message());
    }
    return value;
  };
  const bool has_path = !source_.jmes_path.empty();
  std::optional<Expression> made;
  if (has_path && !path_) {
    EPHOR_ASSIGN(const json::Value text, substitute(path_text_));
    if (!text.is_string()) {
      return Fail(ErrorCode::kEvaluation, "jmespath value must be a string " + std::string(name()) + " " +
                                              std::string(source_.jmes_path) + ": <nil>");
    }
    made.emplace(text.as_string());
  }
  const Expression* path = path_ ? &*path_ : made ? &*made : nullptr;
  EPHOR_ASSIGN(const json::Value fallback, substitute(fallback_));

  if (source_.value == nullptr && path == nullptr) return fallback;
  json::Value value;
  if (source_.value != nullptr) {
    EPHOR_ASSIGN(value, substitute(value_));
    if (path == nullptr) return value;
  }
  auto found = source_.value != nullptr ? path->Apply(value, context) : path->Evaluate(context);
  if (!found) {
    if (!fallback.is_null()) return fallback;
    return Fail(found.error().code(), "failed to apply jmespath " + path->text() + " to variable " +
                                          json::ToString(value) + ": " + found.error().message());
  }
  // A null from the other variables means "not there"; one from the entry's own value is its value.
  if (found->is_null() && source_.value == nullptr) return fallback;
  // What was made here ends here, with the constants that the value may view.
  return made ? json::DeepCopy(*found, context.arena()) : *found;
}

}  // namespace ephor::engine
