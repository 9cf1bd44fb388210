#include "convert/query_cel.h"

#include "jmespath/parser.h"
#include "jmespath/print.h"
#include "jmespath/program.h"
#include "json/write.h"
#include "policy/variable_text.h"

namespace ephor::convert {
namespace {

using jmespath::Node;
using jmespath::NodeId;
using jmespath::Op;

std::unexpected<Error> No(std::string reason) {
  return Fail(ErrorCode::kInvalidPolicy, std::move(reason));
}

// What a part of a query stands for while it is read.
struct Part {
  enum class Kind : std::uint8_t { kRoot, kRequest, kUserInfo, kOperand, kSeveral, kKeys };
  Kind kind = Kind::kRoot;
  Operand operand;             // kOperand; kKeys: the object whose keys are meant
  std::vector<Place> several;  // kSeveral: lists to be taken together
};

class Converter {
 public:
  Converter(const jmespath::Program& program, const QueryRoots& roots, Variables& variables, LoopNames& loops,
            Arena& arena)
      : program_(program), roots_(roots), variables_(variables), loops_(loops), arena_(arena) {}

  Result<Operand> Convert() {
    auto part = Evaluate(program_.root, Part());
    if (part && part->kind == Part::Kind::kOperand) return part->operand;
    if (part && part->kind == Part::Kind::kKeys && part->operand.loops.empty()) {
      // The keys of one object are a list that is made by looking at it.
      return Iterate(part->operand, "key", Shape::OfText());
    }
    LeaveLoops();
    if (!part) return std::unexpected(std::move(part).error());
    return No("the variable is not one value of the object");
  }

 private:
  void LeaveLoops() {
    for (; entered_ > 0; --entered_) loops_.Leave();
  }

  std::string Printed(NodeId id) const { return jmespath::PrintExpression(program_, id); }

  Result<Part> Evaluate(NodeId id, const Part& current) {
    const Node& node = program_.nodes[id];
    switch (node.op) {
      case Op::kIdentity:
      case Op::kCurrent:
        return current;
      case Op::kField:
        return Field(std::string(program_.keys[node.key].text), current);
      case Op::kLiteral:
        return Constant(program_.constants[node.constant]);
      case Op::kSubexpression:
      case Op::kPipe: {
        EPHOR_ASSIGN(const Part left, Evaluate(node.left, current));
        return Evaluate(node.right, left);
      }
      case Op::kOr: {
        EPHOR_ASSIGN(Part left, Evaluate(node.left, current));
        const Node& right = program_.nodes[node.right];
        if (right.op != Op::kLiteral) return No("'" + Printed(node.right) + "' after || is not a constant");
        if (left.kind == Part::Kind::kKeys)
          left = Part{Part::Kind::kOperand, Iterate(left.operand, "key", Shape::OfText()), {}};
        if (left.kind != Part::Kind::kOperand) return No("|| after what is not a value");
        left.operand.fallback = json::DeepCopy(program_.constants[right.constant], arena_);
        return left;
      }
      case Op::kFlatten:
        return Flatten(node, current);
      case Op::kProjection: {
        const Node& left = program_.nodes[node.left];
        Result<Part> elements =
            left.op == Op::kFlatten ? Flatten(left, current) : Elements(node.left, current);
        if (!elements) return elements;
        return Evaluate(node.right, *elements);
      }
      case Op::kMultiSelectList: {
        Part several;
        several.kind = Part::Kind::kSeveral;
        for (std::uint32_t i = 0; i < node.count; ++i) {
          EPHOR_ASSIGN(const Part one, Evaluate(program_.children[node.first + i], current));
          if (one.kind != Part::Kind::kOperand || !one.operand.loops.empty() || one.operand.constant ||
              !one.operand.place.shape.Only(kArray)) {
            return No("'" + Printed(program_.children[node.first + i]) + "' is not known to be a list");
          }
          several.several.push_back(one.operand.place);
        }
        return several;
      }
      case Op::kFunction:
        return Call(id, node, current);
      default:
        return No("'" + Printed(id) + "' is more than a path");
    }
  }

  Part Constant(const json::Value& value) {
    Part part;
    part.kind = Part::Kind::kOperand;
    part.operand.constant = json::DeepCopy(value, arena_);
    return part;
  }

  static Part At(Place place, std::vector<Operand::Loop> loops = {}) {
    Part part;
    part.kind = Part::Kind::kOperand;
    part.operand.place = std::move(place);
    part.operand.loops = std::move(loops);
    return part;
  }

  Result<Part> Field(const std::string& key, const Part& current) {
    switch (current.kind) {
      case Part::Kind::kRoot:
        if (key == "request") return Part{Part::Kind::kRequest, {}, {}};
        if (key == "element" && roots_.element) return At(*roots_.element);
        if (key == "target" && roots_.target) return At(*roots_.target);
        return ContextVariable(key);
      case Part::Kind::kRequest:
        return RequestField(key);
      case Part::Kind::kUserInfo:
        if (key == "username") return At(Place::Certain("request.userInfo.username", Shape::OfText()));
        return No("request.userInfo." + key + " has no simple counterpart");
      case Part::Kind::kOperand:
        if (current.operand.constant || current.operand.computed)
          return No("a field of what is not an object");
        return At(current.operand.place.Child(key), current.operand.loops);
      default:
        return No("a field of a list");
    }
  }

  // A context entry stands for what its own query gives, or for its value.
  Result<Part> ContextVariable(const std::string& key) {
    for (std::size_t i = roots_.variables.size(); i-- > 0;) {
      const policy::ContextEntry& entry = *roots_.variables[i];
      if (entry.name != key) continue;
      if (!variables_.MayExpand()) return No("context entries that name each other too often");
      const policy::Variable& variable = *entry.variable;
      if (variable.value != nullptr) {
        if (!variable.jmes_path.empty() || MentionsVariables(*variable.value))
          return No("the context entry '" + key + "', whose value is put together");
        return Constant(*variable.value);
      }
      if (policy::HasVariables(variable.jmes_path))
        return No("the context entry '" + key + "', whose query is put together");
      QueryRoots before = roots_;
      before.variables.resize(i);  // it sees those before it
      Part part;
      part.kind = Part::Kind::kOperand;
      EPHOR_ASSIGN(part.operand, ConvertQuery(variable.jmes_path, before, variables_, loops_, arena_));
      entered_ += static_cast<int>(part.operand.loops.size());
      if (variable.fallback == nullptr) return part;
      if (part.operand.fallback || part.operand.constant || part.operand.computed)
        return No("the default of the context entry '" + key + "'");
      part.operand.fallback = *variable.fallback;
      return part;
    }
    return No("the variable '" + key + "' is none of the request's object");
  }

  Result<Part> RequestField(const std::string& key) const {
    if (key == "object" || (key == "oldObject" && roots_.deletes)) return At(roots_.object);
    if (key == "operation") return At(Place::Certain("request.operation", Shape::OfText()));
    if (key == "namespace") return At(Place::Certain("request.?namespace.orValue(\"\")", Shape::OfText()));
    if (key == "userInfo") return Part{Part::Kind::kUserInfo, {}, {}};
    return No("request." + key + " has no simple counterpart");
  }

  // The elements of a list, as one more loop.
  Result<Part> Elements(NodeId list, const Part& current) {
    EPHOR_ASSIGN(const Part part, Evaluate(list, current));
    return Iterated(part, list);
  }

  // The same, and lists in the list one by one.
  Result<Part> Flatten(const Node& node, const Part& current) {
    EPHOR_ASSIGN(const Part part, Evaluate(node.left, current));
    if (part.kind == Part::Kind::kSeveral) {
      std::string sum;
      for (const Place& list : part.several) {
        if (!sum.empty()) sum += " + ";
        sum += list.Or("[]");
      }
      const std::string key(LastKey(part.several.back().direct));
      const Shape shape = part.several.back().shape;
      Place element = Element(key, shape);
      return At(std::move(element), {{Place::Certain(variables_.Use(key, sum), shape), entered_name_}});
    }
    return Iterated(part, node.left);
  }

  Result<Part> Iterated(const Part& part, NodeId list) {
    if (part.kind == Part::Kind::kKeys)
      return Part{Part::Kind::kOperand, Iterate(part.operand, "key", Shape::OfText()), {}};
    if (part.kind != Part::Kind::kOperand || part.operand.constant || part.operand.computed)
      return No("'" + Printed(list) + "' is not a list of the object");
    if (!part.operand.place.shape.Only(kArray))
      return No("'" + Printed(list) + "' is not known to be a list");
    const std::string name = ElementName(LastKey(part.operand.place.direct));
    return Part{Part::Kind::kOperand, Iterate(part.operand, name, part.operand.place.shape.Element()), {}};
  }

  Operand Iterate(const Operand& list, std::string_view name, const Shape& element) {
    Operand each;
    each.loops = list.loops;
    entered_name_ = loops_.Enter(name);
    ++entered_;
    each.loops.push_back({list.place, entered_name_});
    each.place = Place::Certain(entered_name_, element);
    each.fallback = list.fallback;
    return each;
  }

  Place Element(const std::string& key, const Shape& list) {
    entered_name_ = loops_.Enter(ElementName(key));
    ++entered_;
    return Place::Certain(entered_name_, list.Element());
  }

  Result<Part> Call(NodeId id, const Node& node, const Part& current) {
    const jmespath::Call& call = program_.calls[node.call];
    std::vector<Part> arguments;
    for (std::uint32_t i = 0; i < node.count; ++i) {
      EPHOR_ASSIGN(Part argument, Evaluate(program_.children[node.first + i], current));
      arguments.push_back(std::move(argument));
    }
    const auto is_value = [](const Part& part) {
      return part.kind == Part::Kind::kOperand && !part.operand.constant && !part.operand.computed;
    };
    if (call.name == "keys" && arguments.size() == 1 && is_value(arguments[0]) &&
        arguments[0].operand.place.shape.Only(kObject)) {
      Part keys = arguments[0];
      keys.kind = Part::Kind::kKeys;
      return keys;
    }
    if (call.name == "length" && arguments.size() == 1 && is_value(arguments[0])) {
      const Operand& of = arguments[0].operand;
      if (of.loops.empty() && of.place.shape.Only(kArray))
        return Computed("(" + Listed(of) + ").size()", kNumber);
      // "list[] | length(@)" counts elements, "list[].field | length(@)" those that have the field.
      if (of.loops.size() == 1 && of.place.shape.Only(kAllKinds & ~kArray)) {
        const std::string list = "(" + ListOf(of) + ")";
        if (of.place.certain()) return Computed(list + ".size()", kNumber);
        return Computed(list + ".filter(" + of.loops[0].name + ", " + of.place.present.text + ").size()",
                        kNumber);
      }
    }
    if (call.name == "contains" && arguments.size() == 2 && is_value(arguments[0]) &&
        arguments[1].operand.constant && arguments[1].operand.constant->is_string()) {
      const Operand& of = arguments[0].operand;
      const std::string wanted = Literal(*arguments[1].operand.constant);
      if (of.loops.empty() && of.place.shape.Only(kString))
        return Computed("(" + of.Text() + ").contains(" + wanted + ")", kBool);
      if (of.loops.empty() && of.place.shape.Only(kArray))
        return Computed(wanted + " in (" + Listed(of) + ")", kBool);
      if (of.loops.size() == 1 && of.place.certain() && of.place.shape.Only(kString))
        return Computed(wanted + " in (" + ListOf(of) + ")", kBool);
    }
    return No("the function in '" + Printed(id) + "' has no counterpart here");
  }

  static std::string Listed(const Operand& list) {
    return list.fallback ? list.place.Or("[]") : list.place.direct;
  }

  // The list that the only loop goes over.
  static std::string ListOf(const Operand& looped) {
    Operand list;
    list.place = looped.loops[0].list;
    list.fallback = looped.fallback;
    return Listed(list);
  }

  Part Computed(std::string text, Kinds kinds) {
    Part part = At(Place::Certain(std::move(text), Shape::OfKinds(kinds)));
    part.operand.computed = true;
    return part;
  }

  const jmespath::Program& program_;
  const QueryRoots& roots_;
  Variables& variables_;
  LoopNames& loops_;
  Arena& arena_;
  std::string entered_name_;
  int entered_ = 0;
};

}  // namespace

std::string Operand::Text() const {
  if (constant) return Literal(*constant);
  if (!fallback) return place.direct;
  if (fallback->is_array()) return place.Or("[]");
  if (fallback->is_object()) return place.Or("{}");
  return place.Or(Literal(*fallback));
}

bool Operand::MayFail() const {
  if (constant) return false;
  if (!loops.empty()) return false;
  return computed || (!place.certain() && !fallback);
}

Result<Operand> ConvertQuery(std::string_view query, const QueryRoots& roots, Variables& variables,
                             LoopNames& loops, Arena& arena) {
  EPHOR_ASSIGN(const std::unique_ptr<jmespath::Program> program, jmespath::Parse(query));
  return Converter(*program, roots, variables, loops, arena).Convert();
}

Result<Operand> ConvertValue(const json::Value& value, const QueryRoots& roots, Variables& variables,
                             LoopNames& loops, Arena& arena) {
  if (value.is_string()) {
    const std::string_view text = value.as_string();
    const std::vector<std::string_view> found = policy::FindVariables(text);
    if (found.size() == 1 && found[0].size() == text.size()) {
      const policy::VariableName name = policy::NameOf(text);
      if (policy::HasVariables(name.query)) return No("a variable within a variable");
      return ConvertQuery(name.query, roots, variables, loops, arena);
    }
    if (!found.empty()) return No("a variable within a longer text that is compared");
    if (text.find("$(") != std::string_view::npos) return No("a reference $(...)");
  } else if (policy::HasVariables(json::ToString(value))) {
    return No("a variable within a list or an object");
  }
  Operand constant;
  constant.constant = value;
  return constant;
}

Result<std::vector<TextPart>> ConvertTextParts(std::string_view text, const QueryRoots& roots,
                                               Variables& variables, LoopNames& loops, Arena& arena) {
  std::vector<TextPart> parts;
  for (const std::string_view variable : policy::FindVariables(text)) {
    const std::size_t before = static_cast<std::size_t>(variable.data() - text.data());
    if (before > 0) parts.push_back({std::string(text.substr(0, before))});
    text.remove_prefix(before + variable.size());
    const policy::VariableName name = policy::NameOf(variable);
    if (policy::HasVariables(name.query) || name.shallow) return No("a variable within a variable");
    EPHOR_ASSIGN(const Operand operand, ConvertQuery(name.query, roots, variables, loops, arena));
    for (std::size_t i = 0; i < operand.loops.size(); ++i) loops.Leave();
    if (operand.constant && operand.constant->is_string()) {
      parts.push_back({std::string(operand.constant->as_string())});
      continue;
    }
    if (operand.is_list() || operand.constant || (operand.place.shape.kinds() & (kArray | kObject)) != 0)
      return No("a variable in a text that is not known to be a text or a number");
    parts.push_back({operand.Text(), true, operand.place.shape.Only(kString)});
  }
  if (!text.empty() || parts.empty()) parts.push_back({std::string(text)});
  return parts;
}

Result<std::string> ConvertText(std::string_view text, const QueryRoots& roots, Variables& variables,
                                LoopNames& loops, Arena& arena) {
  EPHOR_ASSIGN(const auto parts, ConvertTextParts(text, roots, variables, loops, arena));
  std::string sum;
  for (const TextPart& part : parts) {
    if (!sum.empty()) sum += " + ";
    // With a text beside it the sum is a text whatever is known of the field's type.
    if (part.is_expression) {
      sum += part.is_text && parts.size() > 1 ? part.text : "string(" + part.text + ")";
    } else {
      sum += TextLiteral(part.text);
    }
  }
  return sum;
}

Result<std::string> ConvertArgument(std::string_view text, const QueryRoots& roots, Variables& variables,
                                    LoopNames& loops, Arena& arena) {
  EPHOR_ASSIGN(const auto parts, ConvertTextParts(text, roots, variables, loops, arena));
  if (parts.size() == 1 && parts[0].is_text) return parts[0].text;
  return ConvertText(text, roots, variables, loops, arena);
}

Result<Cel> Quantify(std::string_view macro, const Operand& operand,
                     const std::function<Result<Cel>(const Place&)>& body) {
  std::vector<Operand::Loop> loops = operand.loops;
  EPHOR_ASSIGN(Cel inner, body(operand.place.AsCertain()));
  if (!operand.place.certain()) {  // a list leaves out what is not there
    inner =
        macro == "all" ? convert::Or(Not(operand.place.present), inner) : And(operand.place.present, inner);
  }
  for (std::size_t i = loops.size(); i-- > 0;) {
    const bool outermost_fails = i == 0 && !operand.fallback;
    const std::string list = outermost_fails
                                 ? loops[i].list.direct
                                 : loops[i].list.Or(loops[i].list.shape.Only(kObject) ? "{}" : "[]");
    inner = {"(" + list + ")." + std::string(macro) + "(" + loops[i].name + ", " + inner.text + ")", {}};
  }
  return inner;
}

bool MentionsVariables(const json::Value& document) {
  const std::string text = json::ToString(document);
  return policy::HasVariables(text) || text.find("$(") != std::string::npos;
}

}  // namespace ephor::convert
