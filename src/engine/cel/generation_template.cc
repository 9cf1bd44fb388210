#include "engine/cel/generation_template.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "base/number.h"
#include "base/quote.h"
#include "engine/cel/placeholders.h"
#include "json/builder.h"
#include "yaml/load.h"

namespace ephor::engine {

struct GenerationTemplate::Node {
  // A part of a text: an expression, or where it has none, a literal.
  struct Part {
    std::string text;
    std::optional<cel::Program> program;
  };
  enum class Kind : std::uint8_t { kLiteral, kSplice, kText, kObject, kArray };

  Kind kind = Kind::kLiteral;
  json::Value literal;                 // kLiteral
  std::vector<Part> parts;             // kSplice: one; kText
  std::vector<std::string_view> keys;  // kObject, one a child
  std::vector<Node> children;          // kObject, kArray
};

namespace {

bool HoldsPlaceholder(const json::Value& value) {
  if (value.is_string()) return NeedsScan(value.as_string());
  if (value.is_array()) {
    return std::any_of(value.items().begin(), value.items().end(),
                       [](const json::Value& item) { return HoldsPlaceholder(item); });
  }
  return value.is_object() &&
         std::any_of(value.members().begin(), value.members().end(), [](const json::Member& member) {
           return NeedsScan(member.key()) || HoldsPlaceholder(member.value);
         });
}

std::string TypeForPeople(const json::Value& value) {
  if (value.is_null()) return "null";
  return value.is_array() ? "list" : value.is_object() ? "map" : "scalar";
}

}  // namespace

class GenerationTemplate::Compiler {
 public:
  Compiler(bool interpolates, const std::shared_ptr<const cel::Env>& env, const yaml::Positions& positions)
      : interpolates_(interpolates), env_(env), positions_(positions) {}

  // The line of a value that has none of its own is that of what holds it.
  Result<Node> Compile(const json::Value& value, std::uint32_t line) {
    if (const std::uint32_t own = positions_.Of(&value).line; own != 0) line = own;
    if (!interpolates_ || !HoldsPlaceholder(value)) return Node{.literal = value};
    if (value.is_string()) return CompileText(value.as_string(), line);
    Node node{.kind = value.is_object() ? Node::Kind::kObject : Node::Kind::kArray};
    node.children.reserve(value.size());
    if (value.is_array()) {
      for (const json::Value& item : value.items()) {
        EPHOR_ASSIGN(auto child, Compile(item, line));
        node.children.push_back(std::move(child));
      }
      return node;
    }
    for (const json::Member& member : value.members()) {
      if (HasPlaceholder(member.key())) {
        return At(
            line,
            "placeholders are not supported in mapping keys; use a whole-value placeholder on the parent "
            "field instead (e.g. `labels: (( variables.labels ))`)");
      }
      EPHOR_ASSIGN(auto child, Compile(member.value, line));
      node.keys.push_back(member.key());
      node.children.push_back(std::move(child));
    }
    return node;
  }

  static std::unexpected<Error> At(std::uint32_t line, std::string_view message) {
    return Fail(ErrorCode::kInvalidPolicy, "line " + std::to_string(line) + ": " + std::string(message));
  }

 private:
  Result<Node> CompileText(std::string_view text, std::uint32_t line) {
    auto segments = ScanText(text);
    if (!segments) return At(line, segments.error().message());
    const bool is_splice = segments->size() == 1 && segments->front().is_expression;
    Node node{.kind = is_splice ? Node::Kind::kSplice : Node::Kind::kText};
    for (TextSegment& segment : *segments) {
      Node::Part& part = node.parts.emplace_back();
      if (segment.is_expression) {
        auto program = cel::Program::Compile(segment.text, env_);
        if (!program) {
          return At(line, "invalid placeholder expression " + GoQuote(segment.text) + ": " +
                              program.error().message());
        }
        part.program = *std::move(program);
      }
      part.text = std::move(segment.text);
    }
    return node;
  }

  bool interpolates_;
  const std::shared_ptr<const cel::Env>& env_;
  const yaml::Positions& positions_;
};

GenerationTemplate::GenerationTemplate() : arena_(std::make_unique<Arena>(std::size_t{4096})) {}
GenerationTemplate::GenerationTemplate(GenerationTemplate&&) noexcept = default;
GenerationTemplate& GenerationTemplate::operator=(GenerationTemplate&&) noexcept = default;
GenerationTemplate::~GenerationTemplate() = default;

Result<GenerationTemplate> GenerationTemplate::Compile(const policy::CelGenerationTemplate& source,
                                                       const std::shared_ptr<const cel::Env>& env) {
  GenerationTemplate compiled;
  yaml::Positions positions;
  std::vector<yaml::Document> documents;
  std::optional<Error> malformed;
  yaml::LoadAll(compiled.arena_->Copy(source.value), *compiled.arena_,
                [&](Result<yaml::Document> document) {
                  if (!document) {
                    malformed = std::move(document).error().Within("failed to parse YAML");
                  } else if (!document->root->is_null()) {
                    documents.push_back(*document);
                  }
                  return !malformed;
                },
                &positions, {.word_booleans = false});
  if (malformed) return std::unexpected(*std::move(malformed));
  Compiler compiler(source.interpolate == "cel", env, positions);
  for (const yaml::Document& document : documents) {
    EPHOR_ASSIGN(auto node, compiler.Compile(*document.root, document.line));
    if (node.kind != Node::Kind::kObject && node.kind != Node::Kind::kSplice && !node.literal.is_object()) {
      return Compiler::At(document.line, "document must be a mapping describing a resource");
    }
    compiled.documents_.push_back(std::move(node));
  }
  if (compiled.documents_.empty()) {
    return Fail(ErrorCode::kInvalidPolicy, "template must contain at least one YAML document");
  }
  return compiled;
}

Result<json::Value> GenerationTemplate::RenderText(const Node& node, CelActivation& activation) {
  Arena& arena = activation.arena();
  std::string text;
  for (const Node::Part& part : node.parts) {
    if (!part.program) {
      text += part.text;
      continue;
    }
    const auto result = activation.Evaluate(*part.program);
    if (!result) {
      return Fail(ErrorCode::kEvaluation,
                  "failed to evaluate placeholder " + GoQuote(part.text) + ": " + result.error().message());
    }
    const auto value = cel::ToJson(*result, arena);
    if (!value) {
      return Fail(ErrorCode::kEvaluation, "failed to convert placeholder " + GoQuote(part.text) +
                                              " result: " + value.error().message());
    }
    if (node.kind == Node::Kind::kSplice) return *value;
    switch (value->kind()) {
      case json::Kind::kString:
        text += value->as_string();
        break;
      case json::Kind::kBool:
        text += value->as_bool() ? "true" : "false";
        break;
      case json::Kind::kInt:
        AppendInt(value->as_int(), text);
        break;
      case json::Kind::kDouble:
        text += GoFloat(value->as_double());
        break;
      default:
        return Fail(ErrorCode::kEvaluation, "placeholder " + GoQuote(part.text) +
                                                " embedded in a string must evaluate to a scalar, got " +
                                                TypeForPeople(*value) +
                                                "; use a whole-value placeholder for structured results");
    }
  }
  return json::Value::String(arena.Copy(text));
}

Result<json::Value> GenerationTemplate::Render(const Node& node, CelActivation& activation) {
  Arena& arena = activation.arena();
  switch (node.kind) {
    case Node::Kind::kLiteral:
      return node.literal;
    case Node::Kind::kSplice:
    case Node::Kind::kText:
      return RenderText(node, activation);
    case Node::Kind::kObject: {
      json::ObjectBuilder members(arena, node.children.size());
      for (std::size_t i = 0; i < node.children.size(); ++i) {
        auto value = Render(node.children[i], activation);
        if (!value) {
          return std::unexpected(std::move(value).error().Within("field " + GoQuote(node.keys[i])));
        }
        members.Set(node.keys[i], *value);
      }
      return members.Build();
    }
    case Node::Kind::kArray:
      break;
  }
  json::ArrayBuilder items(arena, node.children.size());
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    auto value = Render(node.children[i], activation);
    if (!value) return std::unexpected(std::move(value).error().Within("item " + std::to_string(i)));
    items.Add(*value);
  }
  return items.Build();
}

Result<std::span<const json::Value>> GenerationTemplate::Render(CelActivation& activation) const {
  const std::span<json::Value> objects = activation.arena().NewArray<json::Value>(documents_.size());
  for (std::size_t i = 0; i < documents_.size(); ++i) {
    auto object = Render(documents_[i], activation);
    if (object && !object->is_object()) {
      object = Fail(ErrorCode::kEvaluation,
                    "expected a mapping describing a resource, got " + TypeForPeople(*object));
    }
    if (!object)
      return std::unexpected(std::move(object).error().Within("document " + std::to_string(i + 1)));
    objects[i] = *object;
  }
  return objects;
}

}  // namespace ephor::engine
