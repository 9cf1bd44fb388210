#include "convert/generation_cel.h"

#include "json/builder.h"
#include "kube/schema.h"
#include "pattern/wildcard.h"
#include "policy/variable_text.h"
#include "yaml/emit.h"

namespace ephor::convert {
namespace {

std::unexpected<Error> No(std::string reason) {
  return Fail(ErrorCode::kInvalidPolicy, std::move(reason));
}

bool IsWholeVariable(std::string_view text) {
  const auto found = policy::FindVariables(text);
  return found.size() == 1 && found[0].size() == text.size();
}

// A literal of a template, in which "((" begins an expression.
std::string Escaped(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const std::size_t at = std::min(text.find("(("), text.size());
    escaped.append(text.substr(0, at));
    text.remove_prefix(at);
    if (text.empty()) break;
    escaped += "\\((";
    text.remove_prefix(2);
  }
  return escaped;
}

Result<std::string> Placeholder(const std::string& expression) {
  EPHOR_ASSIGN(const std::string formatted, Formatted(expression, 0));
  return "(( " + formatted + " ))";
}

}  // namespace

Result<std::vector<CelGeneration>> GenerationConverter::Convert(const policy::Generation& generation) {
  place_ = generation.source;
  if (generation.foreach.data() != nullptr) return No("foreach of a generation");
  const policy::GeneratePattern& pattern = generation.generate;
  if (!pattern.clone.name.empty()) return Clone(pattern);
  if (!pattern.clone_list.kinds.empty()) return CloneList(pattern);
  EPHOR_ASSIGN(CelGeneration data, Data(pattern));
  return std::vector<CelGeneration>{std::move(data)};
}

// The data under the identity that the rule gives it, as the rule itself puts both together.
Result<CelGeneration> GenerationConverter::Data(const policy::GeneratePattern& pattern) {
  const policy::ResourceSpec& target = pattern.resource;
  if (target.kind.empty()) return No("an object without a kind");
  if (pattern.data != nullptr && !pattern.data->is_object()) return No("data that is no object");
  EPHOR_TRY(CheckNamespaces(target.namespace_, own_namespace_));
  const json::Value data = pattern.data == nullptr ? json::Value::Object({}) : *pattern.data;
  const json::Value* own_metadata = data.Find("metadata");
  json::ObjectBuilder metadata(
      arena_, own_metadata != nullptr && own_metadata->is_object() ? *own_metadata : json::Value::Object({}));
  json::ObjectBuilder object(arena_, data);
  const auto text = [](std::string_view of) { return json::Value::String(of); };
  json::Value identity = metadata.Build();
  for (const auto& [key, value] :
       {std::pair("name", target.name), std::pair("namespace", target.namespace_)}) {
    identity = value.empty() ? json::WithoutMember(identity, key, arena_)
                             : json::WithMember(identity, key, text(value), arena_);
  }
  object.Set("metadata", json::WithoutMember(identity, "resourceVersion", arena_));
  if (data.StringAt("kind").empty()) object.Set("kind", text(target.kind));
  object.Set("apiVersion", text(target.api_version));
  const json::Value whole = object.Build();
  interpolates_ = MentionsVariables(whole);
  CelGeneration generation{true, interpolates_, {}};
  EPHOR_ASSIGN(const json::Value document, Template(whole));
  yaml::Emit(document, generation.text, {.fold = false});
  return generation;
}

Result<json::Value> GenerationConverter::Template(const json::Value& value) {
  if (!interpolates_) return value;
  if (value.is_string()) return TemplateText(value.as_string());
  if (value.is_array()) {
    json::ArrayBuilder list(arena_, value.size());
    for (const json::Value& item : value.items()) {
      EPHOR_ASSIGN(const json::Value converted, Template(item));
      list.Add(converted);
    }
    return list.Build();
  }
  if (!value.is_object()) return value;
  json::ObjectBuilder object(arena_, value.size());
  for (const json::Member& member : value.members()) {
    if (policy::HasVariables(member.key())) return No("a variable in a key: " + std::string(member.key()));
    EPHOR_ASSIGN(const json::Value converted, Template(member.value));
    object.Set(member.key(), converted);
  }
  return object.Build();
}

Result<json::Value> GenerationConverter::TemplateText(std::string_view text) {
  std::string all;
  if (IsWholeVariable(text)) {
    EPHOR_ASSIGN(const Operand operand,
                 ConvertValue(json::Value::String(text), roots_, variables_, loops_, arena_));
    for (std::size_t i = 0; i < operand.loops.size(); ++i) loops_.Leave();
    if (!operand.loops.empty()) return No("a variable that gives a list of values");
    if (operand.constant) return *operand.constant;
    EPHOR_ASSIGN(all, Placeholder(operand.Text()));
  } else {
    if (text.find("$(") != std::string_view::npos) return No("a reference $(...)");
    EPHOR_ASSIGN(const auto parts, ConvertTextParts(text, roots_, variables_, loops_, arena_));
    for (const TextPart& part : parts) {
      if (!part.is_expression) {
        all += Escaped(part.text);
        continue;
      }
      EPHOR_ASSIGN(const std::string expression, Placeholder(part.text));
      all += expression;
    }
  }
  return json::Value::String(arena_.Copy(all));
}

Result<std::string> GenerationConverter::Text(std::string_view text) {
  return ConvertArgument(text, roots_, variables_, loops_, arena_);
}

Result<std::string> GenerationConverter::PluralOf(std::string_view api_version, std::string_view kind) const {
  if (policy::HasVariables(api_version) || policy::HasVariables(kind))
    return No("a source whose kind a variable names");
  const std::string_view plural = kinds_.Find(kube::ParseGroupVersionKind(api_version, kind)).plural;
  if (!plural.empty()) return std::string(plural);
  return No("the kind " + std::string(api_version) + "/" + std::string(kind) +
            " is not known: resource.Get names its plural, which its CustomResourceDefinition says");
}

Result<void> GenerationConverter::CheckNamespaces(std::string_view target, std::string_view source) const {
  if (own_namespace_.empty()) return {};
  if (target != own_namespace_)
    return No(
        "an object in another namespace than the policy's, which a NamespacedGeneratingPolicy cannot make");
  if (source == own_namespace_) return {};
  return No(
      "a source in another namespace than the policy's, which a NamespacedGeneratingPolicy cannot reach");
}

// The call that makes objects in a namespace. It gives true.
Cel GenerationConverter::Apply(const std::string& target, const std::string& objects) const {
  return {"generator.Apply(" + (own_namespace_.empty() ? target + ", " : "") + objects + ")", {}};
}

Result<std::vector<CelGeneration>> GenerationConverter::Clone(const policy::GeneratePattern& pattern) {
  const policy::ResourceSpec& target = pattern.resource;
  EPHOR_TRY(CheckNamespaces(target.namespace_, pattern.clone.namespace_));
  EPHOR_ASSIGN(const std::string plural, PluralOf(target.api_version, target.kind));
  EPHOR_ASSIGN(const std::string namespace_, Text(target.namespace_));
  EPHOR_ASSIGN(const std::string name, Text(target.name));
  EPHOR_ASSIGN(const std::string source_namespace, Text(pattern.clone.namespace_));
  EPHOR_ASSIGN(const std::string source_name, Text(pattern.clone.name));
  const bool same_name = name == source_name, same_namespace = namespace_ == source_namespace;
  if (same_name && same_namespace) return No("the source is copied onto itself");
  if (!same_name && (policy::HasVariables(target.name) || policy::HasVariables(pattern.clone.name)))
    return No(
        "a variable in one of the two names of a copy: whether they are the same depends on the object");
  const std::string where = own_namespace_.empty() ? source_namespace + ", " : "";
  const std::string source =
      variables_.Use("source", "resource.Get(" + TextLiteral(target.api_version) + ", " +
                                   TextLiteral(plural) + ", " + where + source_name + ")");
  std::string object = source;
  if (!same_name) {
    EPHOR_ASSIGN(object, Renamed(pattern, source, name));
  }
  const Cel made = And(Compare("dyn(" + source + ")", "!=", "null"), Apply(namespace_, "[" + object + "]"));
  const bool may_be_itself = same_name && own_namespace_.empty();
  const Cel is_itself = may_be_itself ? Compare(namespace_, "==", source_namespace) : Cel::False();
  return std::vector<CelGeneration>{{false, false, Or(is_itself, made).text}};
}

// The source with another name: all fields that its kind has, and of its metadata those that are copied.
Result<std::string> GenerationConverter::Renamed(const policy::GeneratePattern& pattern,
                                                 const std::string& source, const std::string& name) const {
  const policy::ResourceSpec& target = pattern.resource;
  const auto schema = kube::Schema::OfKind(kube::ParseGroupVersionKind(target.api_version, target.kind));
  if (!schema) return No("a copy by another name of a kind whose fields are not known");
  const auto optional = [](std::string_view field, const std::string& of) {
    return ", ?" + TextLiteral(field) + ": " + of + ".?" + std::string(field);
  };
  std::string metadata = "\"name\": " + name;
  for (const std::string_view field : {"labels", "annotations", "finalizers"})
    metadata += optional(field, source + ".metadata");
  // Owners are of the same namespace.
  if (target.namespace_ == pattern.clone.namespace_)
    metadata += optional("ownerReferences", source + ".metadata");
  std::string object = "{\"apiVersion\": " + TextLiteral(target.api_version) +
                       ", \"kind\": " + TextLiteral(target.kind) + ", \"metadata\": {" + metadata + "}";
  for (const std::string_view field : schema->FieldNames()) {
    if (field != "apiVersion" && field != "kind" && field != "metadata") object += optional(field, source);
  }
  return object + "}";
}

Result<std::vector<CelGeneration>> GenerationConverter::CloneList(const policy::GeneratePattern& pattern) {
  const policy::CloneList& list = pattern.clone_list;
  EPHOR_TRY(CheckNamespaces(pattern.resource.namespace_, list.namespace_));
  EPHOR_ASSIGN(const std::string target, Text(pattern.resource.namespace_));
  EPHOR_ASSIGN(const std::string source, Text(list.namespace_));
  if (target == source) return No("the sources are copied onto themselves");
  std::string labels;
  if (list.selector != nullptr) {
    if (!list.selector->match_expressions.empty())
      return No("matchExpressions of a selector: resource.List selects by the values of labels");
    for (const policy::StringPair& pair : list.selector->match_labels) {
      if (pattern::HasWildcard(pair.key) || pattern::HasWildcard(pair.value))
        return No("a wildcard in a selector of sources");
      EPHOR_ASSIGN(const std::string value, Text(pair.value));
      labels += (labels.empty() ? "" : ", ") + TextLiteral(pair.key) + ": " + value;
    }
  }
  std::vector<CelGeneration> all;
  for (const std::string_view kind : list.kinds) {
    const std::size_t slash = kind.rfind('/');
    if (slash == std::string_view::npos) return No("a kind without a version: " + std::string(kind));
    EPHOR_ASSIGN(const std::string plural, PluralOf(kind.substr(0, slash), kind.substr(slash + 1)));
    const std::string sources = "resource.List(" + TextLiteral(kind.substr(0, slash)) + ", " +
                                TextLiteral(plural) + (own_namespace_.empty() ? ", " + source : "") +
                                (labels.empty() ? "" : ", {" + labels + "}") + ").items";
    all.push_back({false, false, Or(Compare(target, "==", source), Apply(target, sources)).text});
  }
  return all;
}

}  // namespace ephor::convert
