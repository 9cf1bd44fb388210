#include "convert/reads_cel.h"

#include <algorithm>

#include "cel/lib/environments.h"
#include "cel/syntax/parser.h"

namespace ephor::convert {
namespace {

void Append(const std::vector<ReadPlace*>& from, std::vector<ReadPlace*>& to) {
  for (ReadPlace* place : from) {
    if (std::find(to.begin(), to.end(), place) == to.end()) to.push_back(place);
  }
}

}  // namespace

void CelReader::Read(std::string_view text) {
  std::vector<json::Value> literals;
  Places all;
  Parsed(text, literals, all);
  for (ReadPlace* place : all) {
    if (!place->members.empty() || place->element != nullptr) continue;
    for (const json::Value& literal : literals) {
      if ((KindBit(literal.kind()) & place->shape.kinds()) != 0) place->AddValue(literal);
    }
  }
}

void CelReader::Bind(std::string_view name, std::string_view text) {
  std::vector<json::Value> literals;
  Places all;
  variables_[std::string(name)] = Parsed(text, literals, all);
}

CelReader::Places CelReader::Parsed(std::string_view text, std::vector<json::Value>& literals, Places& all) {
  Arena arena;
  std::vector<cel::Issue> issues;
  const cel::Expr* tree = cel::Parse(text, cel::lib::AdmissionPolicyEnv()->options().parse, arena, issues);
  return tree == nullptr ? Places() : Expression(*tree, literals, all);
}

CelReader::Places CelReader::Expression(const cel::Expr& expr, std::vector<json::Value>& literals,
                                        Places& all) {
  switch (expr.kind) {
    case cel::ExprKind::kLiteral:
      AddLiteral(expr.literal, literals);
      return {};
    case cel::ExprKind::kIdent: {
      if (expr.name == "object" || expr.name == "oldObject") return {&object_};
      for (std::size_t i = bound_.size(); i-- > 0;) {
        if (bound_[i].first == expr.name) return bound_[i].second;
      }
      return {};
    }
    case cel::ExprKind::kSelect: {
      const Places operand = Expression(*expr.operand, literals, all);
      if (expr.operand->kind == cel::ExprKind::kIdent && expr.operand->name == "variables") {
        const auto found = variables_.find(expr.name);
        return found == variables_.end() ? Places() : found->second;
      }
      return Members(operand, expr.name, all);
    }
    case cel::ExprKind::kMacro: {
      const cel::Macro& macro = *expr.macro;
      Places range = macro.range == nullptr ? Places() : Expression(*macro.range, literals, all);
      Places elements;
      for (ReadPlace* list : range) {
        const bool same = macro.kind == cel::MacroKind::kBind || macro.kind == cel::MacroKind::kOptMap ||
                          macro.kind == cel::MacroKind::kOptFlatMap;
        Append({!same && list->shape.Only(kArray) ? &list->Element() : list}, elements);
      }
      bound_.emplace_back(macro.var2.empty() ? macro.var : macro.var2, elements);
      if (macro.filter != nullptr) Expression(*macro.filter, literals, all);
      const Places body = Expression(*macro.body, literals, all);
      bound_.pop_back();
      return macro.kind == cel::MacroKind::kFilter ? range : body;
    }
    case cel::ExprKind::kCall: {
      Places value;
      if (expr.operand != nullptr) value = Expression(*expr.operand, literals, all);
      const bool index = expr.name == cel::op::kIndex || expr.name == cel::op::kOptIndex;
      for (std::size_t i = 0; i < expr.args.size(); ++i) {
        const cel::Expr& argument = *expr.args[i];
        if (index && i == 1 && argument.kind == cel::ExprKind::kLiteral) {
          if (argument.literal.kind == cel::LiteralKind::kString)
            return Members(value, argument.literal.text, all);
          continue;
        }
        Append(Expression(argument, literals, all), value);
      }
      return value;
    }
    default: {
      Places value;
      cel::ForEachChild(expr,
                        [&](const cel::Expr& child) { Append(Expression(child, literals, all), value); });
      return value;
    }
  }
}

CelReader::Places CelReader::Members(const Places& places, std::string_view name, Places& all) {
  Places members;
  for (ReadPlace* place : places) Append({&place->Member(name)}, members);
  Append(members, all);
  return members;
}

void CelReader::AddLiteral(const cel::Literal& literal, std::vector<json::Value>& literals) {
  switch (literal.kind) {
    case cel::LiteralKind::kBool:
      literals.push_back(json::Value::Bool(literal.boolean));
      break;
    case cel::LiteralKind::kInt:
      literals.push_back(json::Value::Int(literal.integer));
      break;
    case cel::LiteralKind::kString:
      literals.push_back(json::Value::String(arena_.Copy(literal.text)));
      break;
    default:
      break;
  }
}

}  // namespace ephor::convert
