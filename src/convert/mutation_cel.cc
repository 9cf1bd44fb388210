#include "convert/mutation_cel.h"

#include <algorithm>
#include <utility>

#include "convert/pattern_cel.h"
#include "json/builder.h"
#include "pattern/anchor.h"
#include "pattern/wildcard.h"
#include "policy/variable_text.h"
#include "yaml/load.h"

namespace ephor::convert {
namespace {

using pattern::AnchorKind;

std::unexpected<Error> No(std::string reason) {
  return Fail(ErrorCode::kInvalidPolicy, std::move(reason));
}

bool IsCondition(const json::Member& member) {
  const auto anchor = pattern::ParseAnchor(member.key());
  return anchor && (anchor->kind == AnchorKind::kConditional || anchor->kind == AnchorKind::kGlobal);
}

bool IsAnchored(const json::Value& element) {
  return element.is_object() && std::ranges::any_of(element.members(), [](const json::Member& member) {
           return pattern::ParseAnchor(member.key()).has_value();
         });
}

// The parts of a JSON pointer; nothing where it is none.
std::optional<std::vector<std::string>> PartsOf(std::string_view pointer) {
  if (!pointer.starts_with('/')) return std::nullopt;
  std::vector<std::string> parts(1);
  for (std::size_t i = 1; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      parts.emplace_back();
    } else if (pointer[i] == '~' && i + 1 < pointer.size() &&
               (pointer[i + 1] == '0' || pointer[i + 1] == '1')) {
      parts.back() += pointer[++i] == '0' ? '~' : '/';
    } else {
      parts.back() += pointer[i];
    }
  }
  return parts;
}

// "-1" is what some write for the end of a list.
bool IsIndex(std::string_view part) {
  if (part.size() > 1 && part[0] == '-') part.remove_prefix(1);
  return !part.empty() && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
}

bool IsTypeName(std::string_view type) {
  while (!type.empty()) {
    const std::string_view part = type.substr(0, type.find('.'));
    if (!IsField(part)) return false;
    type.remove_prefix(std::min(part.size() + 1, type.size()));
  }
  return true;
}

}  // namespace

Result<CelMutation> MutationConverter::Merge(const json::Value& patch) {
  place_ = &patch;
  if (!patch.is_object()) return No("a patch that is no object");
  std::vector<Cel> conditions;
  conditions_ = &conditions;
  EPHOR_ASSIGN(std::string object, Object(patch, subject_, "Object", {}));
  Cel all = Cel::True();
  for (const Cel& condition : conditions) all = And(all, condition);
  if (!all.is_true()) object = "(" + all.text + ") ? " + object + " : Object{}";
  return CelMutation{false, std::move(object)};
}

Result<std::string> MutationConverter::Value(const json::Value& patch, const Place& place,
                                             const std::string& type) {
  if (patch.is_object()) return Object(patch, place, type, {});
  if (patch.is_array()) return List(patch, place, type);
  return Scalar(patch);
}

// Fields of an object by its type; the keys of a map are texts.
Result<std::string> MutationConverter::Object(const json::Value& patch, const Place& place,
                                              const std::string& type, std::string_view fields_before) {
  const bool in_map =
      place.shape.IsMap() || std::ranges::any_of(patch.members(), [](const json::Member& member) {
        return !IsField(pattern::BareKey(member.key()));
      });
  std::string fields(fields_before);
  for (const json::Member& member : patch.members()) {
    place_ = &member.value;
    if (IsCondition(member)) {
      EPHOR_ASSIGN(Cel holds, Holds(member, place));
      conditions_->push_back(std::move(holds));
      continue;
    }
    EPHOR_ASSIGN(const std::string field, Field(member, place, type, in_map));
    if (field.empty()) continue;
    if (!fields.empty()) fields += ", ";
    fields += field;
  }
  return (in_map ? "{" : type + "{") + fields + "}";
}

// "" where nothing is left of it but conditions.
Result<std::string> MutationConverter::Field(const json::Member& member, const Place& object,
                                             const std::string& type, bool in_map) {
  const auto anchor = pattern::ParseAnchor(member.key());
  if (anchor && anchor->kind != AnchorKind::kAddIfAbsent)
    return No("the anchor " + std::string(member.key()) + " means nothing in a patch");
  const std::string_view key = anchor ? anchor->key : member.key();
  if (key.starts_with("$")) return No("the directive " + std::string(key));
  if (pattern::HasWildcard(key)) return No("a key with a wildcard");
  if (member.value.is_null()) return No("a null, which deletes: an ApplyConfiguration sets fields only");
  const Place child = object.Child(key);
  const std::string name = in_map ? TextLiteral(key) : std::string(key);
  const bool is_anchored_list =
      member.value.is_array() && member.value.size() > 0 && IsAnchored(member.value.items()[0]);
  if (is_anchored_list) {
    if (anchor) return No("elements with anchors below +(" + std::string(key) + ")");
    EPHOR_ASSIGN(const std::string list, AnchoredList(member.value, child, type + "." + std::string(key)));
    if (child.certain()) return name + ": " + list;
    return "?" + name + ": (" + child.present.text + ") ? optional.of(" + list + ") : optional.none()";
  }
  const std::size_t conditions_before = conditions_->size();
  EPHOR_ASSIGN(const std::string value, Value(member.value, child, type + "." + std::string(key)));
  place_ = &member.value;
  const bool only_conditions = conditions_->size() > conditions_before && value.ends_with("{}");
  if (only_conditions) return "";
  if (!anchor) return name + ": " + value;
  if (child.certain()) return "";
  return "?" + name + ": (" + child.present.text + ") ? optional.none() : optional.of(" + value + ")";
}

Result<std::string> MutationConverter::List(const json::Value& patch, const Place& place,
                                            const std::string& type) {
  std::string items;
  for (const json::Value& item : patch.items()) {
    place_ = &item;
    if (IsAnchored(item)) return No("anchors in some elements of a list");
    if (item.is_null()) return No("a null in a list");
    // Of an element that is added nothing is there yet, and of one that is merged nothing is known.
    EPHOR_ASSIGN(const std::string value, Plain(item, type));
    items += (items.empty() ? "" : ", ") + value;
  }
  (void)place;
  return "[" + items + "]";
}

// The elements that meet the conditions, each by its name with what is set.
Result<std::string> MutationConverter::AnchoredList(const json::Value& patch, const Place& place,
                                                    const std::string& type) {
  if (patch.size() != 1) return No("several elements of a list with anchors");
  const std::string_view element_key = place.shape.ElementKey();
  if (element_key.empty()) return No("elements with anchors of a list whose elements have no name");
  const std::string name = loops_.Enter(ElementName(LastKey(place.direct)));
  const Place element = Place::Certain(name, place.shape.Element());
  std::vector<Cel> conditions, *around = std::exchange(conditions_, &conditions);
  const std::string key_field = std::string(element_key) + ": " + name + "." + std::string(element_key);
  auto object = Object(patch.items()[0], element, type, key_field);
  conditions_ = around;
  loops_.Leave();
  if (!object) return object;
  Cel all = Cel::True();
  for (const Cel& condition : conditions) all = And(all, condition);
  const std::string filter = all.is_true() ? "" : all.text + ", ";
  return "(" + place.direct + ").map(" + name + ", " + filter + *object + ")";
}

Result<Cel> MutationConverter::Holds(const json::Member& condition, const Place& object) {
  if (MentionsVariables(condition.value)) return No("variables within an anchor's pattern");
  json::ObjectBuilder pattern(arena_);
  const auto anchor = pattern::ParseAnchor(condition.key());
  pattern.Set(arena_.Copy("(" + std::string(anchor->key) + ")"), condition.value);
  PatternConverter converter(variables_, loops_);
  auto judged = converter.Convert(pattern.Build(), object.AsCertain(), Errors::kMatter);
  if (!judged) return std::unexpected(std::move(judged).error());
  return object.certain() ? judged->pass : And(object.present, judged->pass);
}

Result<std::string> MutationConverter::Scalar(const json::Value& value) {
  if (!value.is_string() || !policy::HasVariables(value.as_string())) return Literal(value);
  const auto found = policy::FindVariables(value.as_string());
  if (found.size() != 1 || found[0].size() != value.as_string().size())
    return ConvertText(value.as_string(), roots_, variables_, loops_, arena_);
  EPHOR_ASSIGN(const Operand operand, ConvertValue(value, roots_, variables_, loops_, arena_));
  for (std::size_t i = 0; i < operand.loops.size(); ++i) loops_.Leave();
  if (!operand.loops.empty()) return No("a variable that gives a list of values");
  if (operand.constant) return Literal(*operand.constant);
  return operand.Text();
}

// A value without anchors, by the types of its place.
Result<std::string> MutationConverter::Plain(const json::Value& value, const std::string& type) {
  place_ = &value;
  if (value.is_array()) {
    std::string items;
    for (const json::Value& item : value.items()) {
      EPHOR_ASSIGN(const std::string one, Plain(item, type));
      items += (items.empty() ? "" : ", ") + one;
    }
    return "[" + items + "]";
  }
  if (!value.is_object()) return Scalar(value);
  const bool typed = IsTypeName(type) && std::ranges::all_of(value.members(), [](const json::Member& member) {
                       return IsField(member.key());
                     });
  std::string fields;
  for (const json::Member& member : value.members()) {
    if (pattern::ParseAnchor(member.key())) return No("anchors below the elements of a list");
    const std::string key(member.key());
    EPHOR_ASSIGN(const std::string one, Plain(member.value, type + "." + key));
    fields += (fields.empty() ? "" : ", ") + (typed ? key : TextLiteral(key)) + ": " + one;
  }
  return (typed ? type + "{" : "{") + fields + "}";
}

Result<CelMutation> MutationConverter::Patches(std::string_view text) {
  const Result<json::Value> patches = yaml::Load(text, arena_);
  if (!patches) return No("patches that cannot be read: " + patches.error().message());
  if (!patches->is_array()) return No("patches that are no list");
  std::string all;
  for (const json::Value& patch : patches->items()) {
    EPHOR_ASSIGN(const std::string one, Patch(patch));
    all += (all.empty() ? "" : " + ") + one;
  }
  place_ = nullptr;  // the text is not a part of the policy's tree
  if (all.empty()) return No("no patches");
  return CelMutation{true, std::move(all)};
}

Result<std::string> MutationConverter::Patch(const json::Value& patch) {
  place_ = nullptr;
  if (!patch.is_object()) return No("a patch that is no object");
  const std::string_view op = patch.StringAt("op"), path = patch.StringAt("path");
  if (op != "add" && op != "replace" && op != "remove") return No("a patch with op: " + std::string(op));
  if (policy::HasVariables(path)) return No("a path with variables");
  const auto parts = PartsOf(path);
  if (!parts) return No("a path that is no JSON pointer: " + std::string(path));
  std::string patches, type = "Object", pointer;
  Place place = subject_;
  for (std::size_t i = 0; i < parts->size(); ++i) {
    const std::string& part = (*parts)[i];
    const bool is_last = i + 1 == parts->size();
    if (IsIndex(part)) return No("an element of a list by its number: " + std::string(path));
    if (part == "-") {
      if (!is_last) return No("a path through the end of a list: " + std::string(path));
      continue;
    }
    place = place.Child(part);
    pointer = path.substr(0, path.find('/', pointer.size() + 1));
    type += "." + part;
    if (is_last || op != "add" || place.certain() || !added_.insert(pointer).second) continue;
    const bool is_list = (*parts)[i + 1] == "-";
    patches += "((" + place.present.text + ") ? [] : [JSONPatch{op: \"add\", path: " + TextLiteral(pointer) +
               ", value: " + (is_list ? "[]" : "{}") + "}]) + ";
  }
  std::string fields = "op: " + TextLiteral(op) + ", path: " + TextLiteral(path);
  if (op == "remove") {
    if (place.certain()) return No("a field that is always there is removed");
    return "((" + place.present.text + ") ? [JSONPatch{" + fields + "}] : [])";
  }
  const json::Value* value = patch.Find("value");
  if (value == nullptr) return No("a patch without a value");
  EPHOR_ASSIGN(const std::string literal, Plain(*value, type));
  place_ = nullptr;
  return patches + "[JSONPatch{" + fields + ", value: " + literal + "}]";
}

}  // namespace ephor::convert
