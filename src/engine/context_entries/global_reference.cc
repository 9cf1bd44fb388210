#include "engine/context_entries/global_reference.h"

#include <string>

#include "engine/expression.h"
#include "ports/global_context.h"

namespace ephor::engine {

GlobalReferenceEntry::GlobalReferenceEntry(std::string_view name, const policy::GlobalReference& source)
    : Loader(name),
      reference_(json::Value::String(source.name)),
      path_(json::Value::String(source.jmes_path)) {}

Result<json::Value> GlobalReferenceEntry::Fetch(Context& context) const {
  EPHOR_ASSIGN(const json::Value reference, reference_.Substitute(context));
  EPHOR_ASSIGN(const json::Value path, path_.Substitute(context));
  const std::string_view text = reference.string_or("");
  const std::size_t dot = text.find('.');
  const std::string_view entry = text.substr(0, dot);
  std::string_view projection = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  projection = projection.substr(0, projection.find('.'));
  EPHOR_ASSIGN(const auto found, context.world().global_context->Entry(entry, projection, context.arena()));
  if (!found) return Fail(ErrorCode::kNotFound, "failed to fetch entry key=" + std::string(entry));
  if (path.string_or("").empty()) return *found;
  const Expression query(path.string_or(""));
  auto value = query.ApplyOnce(*found, context);
  if (value) return value;
  return Fail(value.error().code(), "failed to apply JMESPath " + query.text() + " for context entry " +
                                        std::string(name()) + ": " + value.error().message());
}

Result<std::optional<json::Value>> GlobalReferenceEntry::Load(Context& context) const {
  if (context.world().global_context == nullptr) return std::optional<json::Value>();
  const auto value = Fetch(context);
  if (value) return std::optional<json::Value>(*value);
  return Fail(value.error().code(), "failed to marshal APICall data for context entry " +
                                        std::string(name()) + ": " + value.error().message());
}

}  // namespace ephor::engine
