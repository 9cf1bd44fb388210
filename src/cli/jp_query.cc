#include "cli/jp_query.h"

#include <optional>

#include "jmespath/go_text.h"
#include "jmespath/query.h"
#include "yaml/load.h"

namespace ephor::cli {

using json::Member;
using json::Value;

Value WithDoubles(const Value& value, Arena& arena) {
  switch (value.kind()) {
    case json::Kind::kInt:
      return Value::Number(static_cast<double>(value.as_int()));
    case json::Kind::kArray: {
      const std::span<Value> items = arena.Copy(value.items());
      for (Value& item : items) item = WithDoubles(item, arena);
      return Value::Array(items);
    }
    case json::Kind::kObject: {
      const std::span<Member> members = arena.Copy(value.members());
      for (Member& member : members) member.value = WithDoubles(member.value, arena);
      return Value::Object(members);
    }
    default:
      return value;
  }
}

Result<Value> ReadJpInput(std::string_view text, Arena& arena) {
  std::optional<Result<yaml::Document>> first;
  yaml::LoadAll(text, arena,
                [&](Result<yaml::Document> document) {
                  first = std::move(document);
                  return false;
                },
                nullptr, {.unique_keys = false});
  if (!first) return Value::Null();
  if (!*first) return InvalidInput("error parsing input json: " + first->error().message());
  const Value* root = (*first)->root;
  return root != nullptr ? WithDoubles(*root, arena) : Value::Null();
}

Result<Value> EvaluateJp(std::string_view expression, const Value& input, Arena& arena,
                         const ports::World& world) {
  const auto query = jmespath::Query::Compile(expression);
  if (!query) {
    std::string message = "failed to compile JMESPath: ";
    message += expression;
    message += ", error: ";
    message += query.error().message();
    return InvalidInput(std::move(message));
  }
  jmespath::Env env{arena, world};
  auto result = query->Evaluate(input, env);
  if (!result) {
    return Fail(result.error().code(), "error evaluating JMESPath expression: " + result.error().message());
  }
  // The query and its constants end here; the result may hold some of them.
  return json::DeepCopy(*result, arena);
}

Result<std::string> JpResultText(const Value& result, bool compact) {
  std::string text;
  const auto written = jmespath::AppendGoJson(
      result, {.escape_html = true, .indent = compact ? std::string_view() : std::string_view("  ")}, text);
  if (!written) return InvalidInput("error marshalling result to JSON: " + written.error().message());
  return text;
}

std::string JpSyntaxErrorText(std::string_view expression, const Error& error) {
  std::string text = error.message();
  // The reference marks the place of its own errors only, not of those in JSON literals.
  if (!text.starts_with("SyntaxError: ")) return text;
  text += '\n';
  text += expression;
  text += '\n';
  text.append(error.position().column - 1, ' ');
  text += '^';
  return text;
}

}  // namespace ephor::cli
