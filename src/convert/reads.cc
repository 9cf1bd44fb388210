#include "convert/reads.h"

#include <algorithm>
#include <functional>

#include "convert/reads_cel.h"
#include "convert/scalar_cel.h"
#include "jmespath/parser.h"
#include "jmespath/program.h"
#include "json/write.h"
#include "pattern/anchor.h"
#include "pattern/scalar.h"
#include "pattern/wildcard.h"
#include "policy/variable_text.h"
#include "yaml/load.h"

namespace ephor::convert {
namespace {

using Places = std::vector<ReadPlace*>;

// A text that the wildcard matches.
std::string Example(std::string_view wildcard) {
  std::string text;
  for (const char c : wildcard) text += c == '*' || c == '?' ? 'x' : c;
  return text;
}

void Append(const Places& from, Places& to) {
  for (ReadPlace* place : from) {
    if (std::find(to.begin(), to.end(), place) == to.end()) to.push_back(place);
  }
}

class Reader {
 public:
  Reader(ReadPlace& object, ReadPlace* target, Arena& arena)
      : object_(object), target_(target), arena_(arena) {}

  void Pattern(const json::Value& pattern, ReadPlace& place) {
    if (policy::HasVariables(pattern.string_or(""))) return;  // what it gives is not known here
    if (pattern.is_object()) {
      for (const json::Member& member : pattern.members()) {
        const std::string key = Example(pattern::BareKey(member.key()));
        ReadPlace& child = place.Member(key);
        const auto anchor = pattern::ParseAnchor(member.key());
        if (anchor && anchor->kind == pattern::AnchorKind::kNegation) continue;
        Pattern(member.value, child);
      }
      return;
    }
    if (pattern.is_array()) {
      for (const json::Value& item : pattern.items()) {
        if (item.is_object() || item.is_array()) {
          Pattern(item, place.Element());
        } else {
          AddTelling(item, place.shape.Only(kArray) || place.element != nullptr ? place.Element() : place);
        }
      }
      return;
    }
    AddTelling(pattern, place.shape.Only(kArray) ? place.Element() : place);
  }

  // Queries that come later see the entries that are variables.
  void Context(std::span<const policy::ContextEntry> context) {
    for (const policy::ContextEntry& entry : context) {
      if (entry.variable != nullptr) variables_.push_back(&entry);
    }
  }

  void Conditions(const policy::Conditions* conditions, const Places& elements) {
    if (conditions == nullptr) return;
    for (const auto& list : {conditions->any, conditions->all}) {
      for (const policy::Condition& condition : list) {
        const Places key = Value(condition.key, elements), value = Value(condition.value, elements);
        AddEverything(condition, key, value);
        if (condition.value != nullptr) AddConstants(*condition.value, key);
        if (condition.key != nullptr) AddConstants(*condition.key, value);
      }
    }
  }

  void ForEach(std::span<const policy::ForEachValidation> loops, const Places& around) {
    for (const policy::ForEachValidation& loop : loops) {
      Places elements;
      for (ReadPlace* list : Query(loop.list, around)) {
        if (list->shape.Only(kArray)) {
          Append({&list->Element()}, elements);
        } else {
          Append({list}, elements);
        }
      }
      const std::size_t known = variables_.size();
      Context(loop.context);
      Conditions(loop.preconditions, elements);
      if (loop.deny != nullptr) Conditions(loop.deny->conditions, elements);
      for (ReadPlace* element : elements) {
        if (loop.pattern != nullptr) Pattern(*loop.pattern, *element);
        if (loop.any_pattern != nullptr && loop.any_pattern->is_array()) {
          for (const json::Value& one : loop.any_pattern->items()) Pattern(one, *element);
        }
      }
      ForEach(loop.foreach, elements);
      variables_.resize(known);
    }
  }

  // What is set may be there already, or something else in its place.
  void Mutation(const policy::Mutation& mutation) {
    ReadPlace& subject = target_ != nullptr ? *target_ : object_;
    for (const policy::MutateTarget& target : mutation.targets) {
      Texts(*target.source);
      if (target.selector != nullptr && target_ != nullptr) {
        for (const policy::StringPair& pair : target.selector->match_labels)
          Pair(target_->Member("metadata").Member("labels"), pair.key, pair.value);
      }
      Conditions(target.preconditions, {});
    }
    if (mutation.patch_strategic_merge != nullptr) {
      Pattern(*mutation.patch_strategic_merge, subject);
      Texts(*mutation.patch_strategic_merge);
    }
    Text(mutation.patches_json6902);
    const auto patches = yaml::Load(mutation.patches_json6902, arena_);
    if (mutation.patches_json6902.empty() || !patches || !patches->is_array()) return;
    for (const json::Value& patch : patches->items()) {
      ReadPlace* place = &subject;
      std::string_view path = patch.StringAt("path");
      while (path.starts_with('/')) {
        path.remove_prefix(1);
        std::string name(path.substr(0, path.find('/')));
        path.remove_prefix(name.size());
        for (std::size_t at; (at = name.find("~1")) != std::string::npos;) name.replace(at, 2, "/");
        place = name == "-" ? &place->Element() : &place->Member(name);
      }
      if (const json::Value* value = patch.Find("value")) Pattern(*value, *place);
    }
  }

  void Generation(const policy::Generation& generation) { Texts(*generation.source); }

  // Paths of the variables in a text.
  void Text(std::string_view text) {
    for (std::string_view variable : policy::FindVariables(text)) Query(policy::NameOf(variable).query, {});
  }

  // Of all texts in a document.
  void Texts(const json::Value& document) {
    if (document.is_string()) Text(document.as_string());
    if (document.is_array()) {
      for (const json::Value& item : document.items()) Texts(item);
    }
    if (!document.is_object()) return;
    for (const json::Member& member : document.members()) Texts(member.value);
  }

  void Filters(const policy::MatchResources& match) {
    const auto add = [&](const policy::ResourceDescription& r) {
      ReadPlace& metadata = object_.Member("metadata");
      for (const policy::StringPair& pair : r.annotations)
        Pair(metadata.Member("annotations"), pair.key, pair.value);
      if (r.selector == nullptr) return;
      ReadPlace& labels = metadata.Member("labels");
      for (const policy::StringPair& pair : r.selector->match_labels) Pair(labels, pair.key, pair.value);
      for (const policy::LabelSelectorRequirement& requirement : r.selector->match_expressions) {
        ReadPlace& label = labels.Member(requirement.key);
        for (std::string_view value : requirement.values) label.AddValue(json::Value::String(value));
        label.AddValue(json::Value::String("other"));
      }
    };
    for (const policy::ResourceFilter& filter : match.any) add(filter.resources);
    for (const policy::ResourceFilter& filter : match.all) add(filter.resources);
    add(match.resources);
  }

 private:
  void Pair(ReadPlace& map, std::string_view key, std::string_view value) {
    ReadPlace& place = map.Member(Example(key));
    place.AddValue(json::Value::String(arena_.Copy(Example(value))));
    place.AddValue(json::Value::String("other"));
  }

  void AddTelling(const json::Value& pattern, ReadPlace& place) {
    std::vector<json::Value> values = TellingValues(pattern, place.shape.kinds(), arena_);
    const auto compiled = pattern::ScalarPattern::Compile(pattern, arena_);
    std::stable_partition(values.begin(), values.end(),
                          [&](const json::Value& value) { return compiled.Matches(value); });
    for (const json::Value& value : values) place.AddValue(value);
  }

  void AddConstants(const json::Value& constant, const Places& places) {
    if (constant.is_array()) {
      for (const json::Value& item : constant.items()) AddConstants(item, places);
      return;
    }
    if (policy::HasVariables(constant.string_or(""))) return;
    for (ReadPlace* place : places) {
      if (reads_keys_of_ == place && constant.is_string()) {
        place->Member(constant.as_string());
        place->Member("other");
        continue;
      }
      ReadPlace& target = place->shape.Only(kArray) ? place->Element() : *place;
      for (const json::Value& value : TellingValues(constant, target.shape.kinds(), arena_))
        target.AddValue(value);
    }
  }

  // "*" in lists that conditions look into or for: it stands for all there.
  void AddEverything(const policy::Condition& condition, const Places& key, const Places& value) {
    if (!condition.op.ends_with("In") || condition.op.find("Not") != std::string_view::npos) return;
    const auto add = [&](const json::Value* text, const Places& places) {
      const bool projects = text != nullptr && text->string_or("").find('[') != std::string_view::npos;
      for (ReadPlace* place : places) {
        if (reads_keys_of_ == place) continue;
        if (place->shape.Only(kArray)) {
          place->Element().AddValue(json::Value::String("*"));
        } else if (projects && place->shape.Only(kString)) {
          place->AddValue(json::Value::String("*"));
        }
      }
    };
    add(condition.key, key);
    add(condition.value, value);
  }

  Places Value(const json::Value* value, const Places& elements) {
    Places all;
    if (value == nullptr) return all;
    if (value->is_array()) {
      for (const json::Value& item : value->items()) Append(Value(&item, elements), all);
    }
    for (std::string_view variable : policy::FindVariables(value->string_or("")))
      Append(Query(policy::NameOf(variable).query, elements), all);
    return all;
  }

  Places Query(std::string_view query, const Places& elements) {
    const auto program = jmespath::Parse(query);
    if (!program) return {};
    ReadPlace root;  // not of the object: the variables
    root_ = &root;
    elements_ = &elements;
    return Node(**program, (*program)->root, {&root});
  }

  Places Node(const jmespath::Program& program, jmespath::NodeId id, const Places& current) {
    const jmespath::Node& node = program.nodes[id];
    const auto children = [&] {
      Places all;
      for (std::uint32_t i = 0; i < node.count; ++i)
        Append(Node(program, program.children[node.first + i], current), all);
      return all;
    };
    const auto elements_of = [](const Places& lists) {
      Places all;
      for (ReadPlace* list : lists) Append({list->shape.Only(kArray) ? &list->Element() : list}, all);
      return all;
    };
    switch (node.op) {
      case jmespath::Op::kIdentity:
      case jmespath::Op::kCurrent:
        return current;
      case jmespath::Op::kField:
        return Field(program.keys[node.key].text, current);
      case jmespath::Op::kSubexpression:
      case jmespath::Op::kPipe:
      case jmespath::Op::kIndexExpression:
        return Node(program, node.right, Node(program, node.left, current));
      case jmespath::Op::kFlatten:
        return elements_of(Node(program, node.left, current));
      case jmespath::Op::kProjection: {
        const Places left = Node(program, node.left, current);
        const bool flattened = program.nodes[node.left].op == jmespath::Op::kFlatten;
        return Node(program, node.right, flattened ? left : elements_of(left));
      }
      case jmespath::Op::kMultiSelectList:
        return children();
      case jmespath::Op::kFunction: {
        const Places all = children();
        if (program.calls[node.call].name == "keys" && !all.empty()) reads_keys_of_ = all[0];
        return all;
      }
      case jmespath::Op::kOr:
      case jmespath::Op::kAnd:
      case jmespath::Op::kComparator: {
        Places all = Node(program, node.left, current);
        Append(Node(program, node.right, current), all);
        return all;
      }
      case jmespath::Op::kNot:
        return Node(program, node.left, current);
      default:
        return {};
    }
  }

  // The entries before it are those that it sees.
  const policy::ContextEntry* Variable(std::string_view name) const {
    for (std::size_t i = variables_.size(); i-- > 0;) {
      if (variables_[i]->name == name) return variables_[i];
    }
    return nullptr;
  }

  Places VariablePlaces(const policy::ContextEntry& entry) {
    const auto found = std::find(variables_.begin(), variables_.end(), &entry);
    const std::vector<const policy::ContextEntry*> later(found, variables_.end());
    variables_.erase(found, variables_.end());
    ReadPlace* const root = root_;
    const Places* const elements = elements_;
    const Places places = Query(entry.variable->jmes_path, elements == nullptr ? Places() : *elements);
    root_ = root;
    elements_ = elements;
    variables_.insert(variables_.end(), later.begin(), later.end());
    return places;
  }

  Places Field(std::string_view name, const Places& current) {
    Places all;
    for (ReadPlace* place : current) {
      if (place != root_) {
        if (place == &request_ && (name == "object" || name == "oldObject")) {
          Append({&object_}, all);
        } else if (place != &request_) {
          Append({&place->Member(name)}, all);
        }
      } else if (name == "request") {
        Append({&request_}, all);
      } else if (const policy::ContextEntry* entry = Variable(name)) {
        if (++expanded_ <= 1000) Append(VariablePlaces(*entry), all);  // as a converter does: place.h
      } else if (name == "target" && target_ != nullptr) {
        Append({target_}, all);
      } else if (name == "element") {
        Append(*elements_, all);
      }
    }
    return all;
  }

 private:
  ReadPlace& object_;
  ReadPlace* target_;
  Arena& arena_;
  ReadPlace request_;
  std::vector<const policy::ContextEntry*> variables_;
  int expanded_ = 0;
  ReadPlace* root_ = nullptr;
  const Places* elements_ = nullptr;
  ReadPlace* reads_keys_of_ = nullptr;
};

}  // namespace

std::unique_ptr<ReadPlace> ReadsOf(const policy::Rule& rule, const Shape& object, Arena& arena,
                                   ReadPlace* target) {
  auto root = std::make_unique<ReadPlace>();
  root->shape = object;
  Reader reader(*root, target, arena);
  reader.Context(rule.context);
  reader.Filters(rule.match);
  if (rule.exclude != nullptr) reader.Filters(*rule.exclude);
  reader.Conditions(rule.preconditions, {});
  CelReader cel(*root, arena);
  for (const policy::MatchCondition& condition : rule.cel_preconditions) cel.Read(condition.expression);
  if (rule.mutate != nullptr) reader.Mutation(*rule.mutate);
  if (rule.generate != nullptr) reader.Generation(*rule.generate);
  if (rule.validate == nullptr) return root;
  const policy::Validation& validate = *rule.validate;
  if (validate.pattern != nullptr) reader.Pattern(*validate.pattern, *root);
  if (validate.any_pattern != nullptr && validate.any_pattern->is_array()) {
    for (const json::Value& one : validate.any_pattern->items()) reader.Pattern(one, *root);
  }
  if (validate.deny != nullptr) reader.Conditions(validate.deny->conditions, {});
  reader.ForEach(validate.foreach, {});
  reader.Text(validate.message);
  if (validate.cel != nullptr) {
    for (const policy::CelVariable& variable : validate.cel->variables)
      cel.Bind(variable.name, variable.expression);
    for (const policy::CelVariable& variable : validate.cel->variables) cel.Read(variable.expression);
    for (const policy::CelExpression& expression : validate.cel->expressions) {
      cel.Read(expression.expression);
      cel.Read(expression.message_expression);
    }
  }
  return root;
}

}  // namespace ephor::convert
