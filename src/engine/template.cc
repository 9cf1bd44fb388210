#include "engine/template.h"

#include <algorithm>

#include "base/byte_scan.h"
#include "base/regex.h"
#include "engine/context.h"
#include "engine/current_path.h"
#include "engine/references.h"
#include "json/builder.h"
#include "json/write.h"
#include "pattern/text.h"

namespace ephor::engine {
namespace {

// Text that yields variables again and again, or values that contain themselves, end with an error here.
constexpr int kMaxRounds = 64;

// What one text of a policy may come to: what users write into their objects is looked at again, and could
// double with every round.
struct Budget {
  int variables = 10'000;
  std::size_t bytes = 64 << 20;
  int depth = 0;  // of values within values

  // Whether there may be one more variable, and so many more bytes.
  bool TakeVariable() { return --variables >= 0; }
  bool TakeBytes(std::size_t size) {
    if (size > bytes) return false;
    bytes -= size;
    return true;
  }
};

// Balanced braces may be nested one level deep inside a variable, for multi-select hashes; a backslash before
// it makes it text. The innermost variable of a nested one matches first.
const Regex& VariableRegex() {
  static const Regex regex = *Regex::Compile(R"((^|[^\\])(\{\{(?:\{[^{}]*\}|[^{}])*\}\}))");
  return regex;
}

struct Occurrence {
  std::size_t begin;  // of "{{" in the text
  std::string_view variable;
};

std::vector<Occurrence> FindVariables(std::string_view text) {
  std::vector<Occurrence> found;
  Regex::Match match;
  for (std::size_t from = 0; from <= text.size() && VariableRegex().Find(text, from, match);) {
    const std::string_view variable = match.groups[2];
    const auto begin = static_cast<std::size_t>(variable.data() - text.data());
    found.push_back({begin, variable});
    from = begin + variable.size();
  }
  return found;
}

std::string RemoveAll(std::string text, std::string_view what) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at))
    text.erase(at, what.size());
  return text;
}

std::string ReplaceEach(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

// What stands between the braces.
struct Variable {
  std::string text;
  bool shallow = false;  // {{- x }}
};

Variable ParseVariable(std::string_view with_braces) {
  const std::string bare = RemoveAll(RemoveAll(std::string(with_braces), "{{"), "}}");
  std::string_view text = pattern::TrimSpace(bare);
  if (!text.starts_with('-')) return {std::string(text), false};
  return {std::string(pattern::TrimSpace(text.substr(1))), true};
}

std::string OnDelete(const std::string& expression) {
  return ReplaceEach(expression, "request.object", "request.oldObject");
}

// A value as it is inserted into text.
void AppendText(const json::Value& value, bool shallow, std::string& out) {
  std::string text;
  if (value.is_string()) {
    text = value.as_string();
  } else {
    json::Write(value, text, {.escape_html = true});
  }
  out += shallow && !value.is_null() ? ReplaceEach(std::move(text), "{{", "\\{{") : text;
}

std::unexpected<Error> CannotResolve(const Error& error, const std::string& expression,
                                     std::string_view path) {
  return Fail(ErrorCode::kEvaluation,
              "failed to resolve " + expression + " at path " + std::string(path) + ": " + error.message());
}

Result<json::Value> SubstituteValue(const json::Value& value, const std::string& path, Budget& budget,
                                    Context& context);

std::unexpected<Error> Endless(const std::string& path) {
  return Fail(ErrorCode::kEvaluation, "variable substitution at path " + path + " does not end");
}

// One value deeper, until the end of the scope.
class Deeper {
 public:
  explicit Deeper(Budget& budget) : budget_(budget) { ++budget_.depth; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;
  ~Deeper() { --budget_.depth; }

 private:
  Budget& budget_;
};

// A copy, because a value may view its query's constants, and this query ends here.
Result<json::Value> Look(const std::string& expression, const std::string& path, Budget& budget,
                         Context& context) {
  std::string query = expression == "@" ? CurrentPath(path, context) : expression;
  if (context.operation() == "DELETE") query = OnDelete(query);
  const Expression read(query);
  const auto value = read.Evaluate(context);
  if (!value) return CannotResolve(value.error(), query, path);
  const std::size_t before = context.arena().used_bytes();
  const json::Value copy = json::DeepCopy(*value, context.arena());
  if (!budget.TakeBytes(context.arena().used_bytes() - before)) return Endless(path);
  return copy;
}

// The text's value when all its variables are replaced, round by round.
Result<json::Value> SubstituteRounds(std::string text, const std::string& path, Budget& budget,
                                     Context& context) {
  if (budget.depth > kMaxRounds) return Endless(path);
  std::vector<Occurrence> occurrences = FindVariables(text);
  for (int round = 0; !occurrences.empty(); ++round) {
    if (round == kMaxRounds) return Endless(path);
    std::string next;
    std::size_t copied = 0;
    bool shallow = false;
    for (const Occurrence& occurrence : occurrences) {
      const Variable variable = ParseVariable(occurrence.variable);
      shallow = variable.shallow;
      if (!budget.TakeVariable()) return Endless(path);
      EPHOR_ASSIGN(const json::Value value, Look(variable.text, path, budget, context));
      if (occurrence.variable.size() == text.size()) {
        const Deeper deeper(budget);
        return SubstituteValue(value, path, budget, context);
      }
      next.append(text, copied, occurrence.begin - copied);
      const std::size_t before = next.size();
      AppendText(value, shallow, next);
      if (!budget.TakeBytes(next.size() - before)) return Endless(path);
      copied = occurrence.begin + occurrence.variable.size();
    }
    next.append(text, copied);
    text = std::move(next);
    occurrences = shallow ? std::vector<Occurrence>() : FindVariables(text);
  }
  return json::Value::String(context.arena().Copy(ReplaceEach(std::move(text), "\\{{", "{{")));
}

// Most texts have no brace at all.
bool HasBraces(std::string_view text) {
  const std::size_t brace = ScanBytes(text, [](Bytes16 b) { return b == '{'; });
  return brace < text.size() && text.find("{{", brace) != std::string_view::npos;
}

bool AnyVariable(const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::kString:
      return HasBraces(value.as_string());
    case json::Kind::kArray:
      return std::ranges::any_of(value.items(), AnyVariable);
    case json::Kind::kObject:
      return std::ranges::any_of(value.members(), [](const json::Member& member) {
        return HasBraces(member.key()) || AnyVariable(member.value);
      });
    default:
      return false;
  }
}

Result<std::optional<std::string_view>> KeyText(const json::Value& value, std::string_view key) {
  if (value.is_null()) return std::nullopt;
  if (!value.is_string()) {
    return Fail(ErrorCode::kEvaluation,
                "expected string after substituting variables in key \"" + std::string(key) + "\"");
  }
  return value.as_string();
}

// Into a value that a variable yielded: a string is final, but those inside an object or list are
// substituted.
Result<json::Value> SubstituteValue(const json::Value& value, const std::string& path, Budget& budget,
                                    Context& context) {
  if (value.is_string() || !AnyVariable(value)) return value;
  const auto child = [&](const json::Value& inner, const std::string& inner_path) -> Result<json::Value> {
    if (inner.is_string() && AnyVariable(inner)) {
      const Deeper deeper(budget);
      return SubstituteRounds(std::string(inner.as_string()), inner_path, budget, context);
    }
    return SubstituteValue(inner, inner_path, budget, context);
  };
  if (value.is_array()) {
    json::ArrayBuilder items(context.arena(), value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
      EPHOR_ASSIGN(const json::Value item, child(value.items()[i], path + "/" + std::to_string(i)));
      items.Add(item);
    }
    return items.Build();
  }
  json::ObjectBuilder members(context.arena(), value.size());
  for (const json::Member& member : value.members()) {
    std::string_view key = member.key();
    if (key.find("{{") != std::string_view::npos) {
      const Deeper deeper(budget);
      EPHOR_ASSIGN(const json::Value substituted, SubstituteRounds(std::string(key), path, budget, context));
      EPHOR_ASSIGN(const auto renamed, KeyText(substituted, key));
      key = renamed.value_or(key);
    }
    EPHOR_ASSIGN(const json::Value inner, child(member.value, MemberPath(path, member.key())));
    members.Set(json::Key(key), inner);
  }
  return members.Build();
}

}  // namespace

// The document as the places that change: each text with variables, and each list or object on the way to
// one.
struct Template::Program {
  // A string as its first round sees it: literal, variable, literal, ... A variable's expression is compiled
  // here.
  struct Part {
    std::string literal;
    std::optional<Expression> expression;
    std::optional<Expression> on_delete;  // where that differs
    bool shallow = false;
  };
  struct Text {
    std::string source;
    std::string path;
    std::vector<Part> parts;
    bool rounds = false;  // nested variables or {{@}}: substituted from the source, not from the parts
    bool whole() const { return parts.size() == 1 && parts[0].expression; }
  };
  struct Child {
    std::size_t position;  // of the item or member in the original
    int node = -1;         // its value's, -1 where that is constant
    int key_text = -1;     // its key's, -1 where that is constant
  };
  struct Node {
    json::Value original;
    int text = -1;  // for a string
    std::vector<Child> children;
  };

  std::vector<Text> texts;
  std::vector<Node> nodes;
  int root = -1;
  std::optional<Error> reference_error;
  Arena arena{4096};  // the document after its references were resolved

  int AddText(std::string_view source, const std::string& path) {
    Text text{std::string(source), path, {}, false};
    std::size_t copied = 0;
    for (const Occurrence& occurrence : FindVariables(source)) {
      if (occurrence.begin > copied)
        text.parts.push_back({std::string(source.substr(copied, occurrence.begin - copied))});
      const Variable variable = ParseVariable(occurrence.variable);
      Part part{.expression = Expression(variable.text), .shallow = variable.shallow};
      if (OnDelete(variable.text) != variable.text) part.on_delete = Expression(OnDelete(variable.text));
      if (variable.text == "@") text.rounds = true;
      text.parts.push_back(std::move(part));
      copied = occurrence.begin + occurrence.variable.size();
    }
    if (copied < source.size()) text.parts.push_back({std::string(source.substr(copied))});
    // What the first round leaves untouched may be the outside of a nested variable, a neighbour that the
    // first round could not see, or an escape.
    for (const Part& part : text.parts) {
      if (!part.expression && part.literal.find("{{") != std::string::npos) text.rounds = true;
    }
    texts.push_back(std::move(text));
    return static_cast<int>(texts.size()) - 1;
  }

  int Add(const json::Value& value, const std::string& path) {
    Node node{value, -1, {}};
    if (value.is_string()) {
      if (value.as_string().find("{{") == std::string_view::npos) return -1;
      node.text = AddText(value.as_string(), path);
    } else if (value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        const int child = Add(value.items()[i], path + "/" + std::to_string(i));
        if (child >= 0) node.children.push_back({i, child});
      }
      if (node.children.empty()) return -1;
    } else if (value.is_object()) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        const json::Member& member = value.members()[i];
        Child child{i};
        if (member.key().find("{{") != std::string_view::npos) child.key_text = AddText(member.key(), path);
        child.node = Add(member.value, MemberPath(path, member.key()));
        if (child.node >= 0 || child.key_text >= 0) node.children.push_back(child);
      }
      if (node.children.empty()) return -1;
    } else {
      return -1;
    }
    nodes.push_back(std::move(node));
    return static_cast<int>(nodes.size()) - 1;
  }

  Result<json::Value> EvaluatePart(const Part& part, const Text& text, Context& context) const {
    const bool on_delete = part.on_delete && context.operation() == "DELETE";
    const Expression& expression = on_delete ? *part.on_delete : *part.expression;
    auto value = expression.Evaluate(context);
    if (!value) [[unlikely]]
      return CannotResolve(value.error(), expression.text(), text.path);
    return value;
  }

  Result<json::Value> EvaluateText(const Text& text, Context& context) const {
    Budget budget;
    if (text.rounds) return SubstituteRounds(text.source, text.path, budget, context);
    if (text.whole()) {
      EPHOR_ASSIGN(const json::Value value, EvaluatePart(text.parts[0], text, context));
      if (value.is_array() || value.is_object()) return SubstituteValue(value, text.path, budget, context);
      return value;
    }
    std::string out;
    bool shallow = false;
    for (const Part& part : text.parts) {
      if (!part.expression) {
        out += part.literal;
        continue;
      }
      EPHOR_ASSIGN(const json::Value value, EvaluatePart(part, text, context));
      shallow = part.shallow;
      AppendText(value, shallow, out);
    }
    if (out.find("{{") == std::string::npos) return json::Value::String(context.arena().Copy(out));
    if (shallow) return json::Value::String(context.arena().Copy(ReplaceEach(std::move(out), "\\{{", "{{")));
    return SubstituteRounds(std::move(out), text.path, budget, context);
  }

  Result<json::Value> Evaluate(int index, Context& context) const {
    const Node& node = nodes[static_cast<std::size_t>(index)];
    if (node.text >= 0) return EvaluateText(texts[static_cast<std::size_t>(node.text)], context);
    if (node.original.is_array()) {
      const auto items = context.arena().Copy(node.original.items());
      for (const Child& child : node.children) {
        EPHOR_ASSIGN(items[child.position], Evaluate(child.node, context));
      }
      return json::Value::Array(items);
    }
    const auto members = context.arena().Copy(node.original.members());
    bool renamed = false;
    for (const Child& child : node.children) {
      json::Member& member = members[child.position];
      if (child.key_text >= 0) {
        EPHOR_ASSIGN(const json::Value text,
                     EvaluateText(texts[static_cast<std::size_t>(child.key_text)], context));
        EPHOR_ASSIGN(const auto key, KeyText(text, member.key()));
        if (key) {
          member = json::Member(json::Key(*key), member.value);
          renamed = true;
        }
      }
      if (child.node >= 0) {
        EPHOR_ASSIGN(member.value, Evaluate(child.node, context));
      }
    }
    return json::Value::Object(renamed ? members.first(json::SortMembers(members)) : members);
  }
};

Template::Template(const json::Value& document) : document_(document) {
  auto program = std::make_shared<Program>();
  if (HasReferences(document)) {
    auto resolved = ResolveReferences(document, program->arena);
    if (resolved) {
      document_ = *resolved;
    } else {
      program->reference_error = std::move(resolved).error();
    }
  }
  if (!program->reference_error) program->root = program->Add(document_, "");
  const bool owns = program->arena.reserved_bytes() > 0;
  if (program->root >= 0 || program->reference_error || owns) program_ = std::move(program);
}

Result<json::Value> Template::SubstituteVariables(Context& context) const {
  if (program_->reference_error) return std::unexpected(*program_->reference_error);
  return program_->root < 0 ? document_ : program_->Evaluate(program_->root, context);
}

bool HasVariables(std::string_view text) {
  return text.find("{{") != std::string_view::npos || text.find("$(") != std::string_view::npos;
}

Result<json::Value> SubstituteText(std::string_view text, std::string_view path, Context& context) {
  if (!HasVariables(text)) return json::Value::String(text);
  EPHOR_ASSIGN(const json::Value resolved, ResolveReferences(json::Value::String(text), context.arena()));
  Budget budget;
  return SubstituteRounds(std::string(resolved.as_string()), std::string(path), budget, context);
}

}  // namespace ephor::engine
