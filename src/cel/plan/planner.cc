#include "cel/plan/planner.h"

#include <algorithm>

#include "cel/syntax/print.h"

namespace ephor::cel {
namespace {

struct OperatorRow {
  std::string_view function;
  Op op;
};
constexpr OperatorRow kOperators[] = {
    {op::kEquals, Op::kEquals},     {op::kNotEquals, Op::kNotEquals},
    {op::kLess, Op::kLess},         {op::kLessEquals, Op::kLessEquals},
    {op::kGreater, Op::kGreater},   {op::kGreaterEquals, Op::kGreaterEquals},
    {op::kAdd, Op::kAdd},           {op::kSubtract, Op::kSubtract},
    {op::kMultiply, Op::kMultiply}, {op::kDivide, Op::kDivide},
    {op::kModulo, Op::kModulo},     {op::kIn, Op::kIn},
    {op::kIndex, Op::kIndex},       {op::kOptIndex, Op::kOptIndex},
    {op::kNot, Op::kNot},           {op::kNegate, Op::kNegate},
};

bool IsStringConstant(const Expr& expr) {
  return expr.kind == ExprKind::kLiteral && expr.literal.kind == LiteralKind::kString;
}

// The key of a step into a map that is known: a.b and a['b']. False where the node is no such step.
bool ConstantStep(const Expr& expr, std::string_view& key, const Expr*& operand) {
  if (expr.kind == ExprKind::kSelect && !expr.optional && expr.resolution == Resolution::kNone) {
    key = expr.name;
    operand = expr.operand;
    return true;
  }
  if (expr.kind == ExprKind::kCall && expr.name == op::kIndex && expr.operand == nullptr &&
      IsStringConstant(*expr.args[1])) {
    key = expr.args[1]->literal.text;
    operand = expr.args[0];
    return true;
  }
  return false;
}

bool IsSetMember(const Value& value) {
  return value.in(kNumberKinds | SetOf(ValueKind::kString) | SetOf(ValueKind::kBytes) |
                  SetOf(ValueKind::kBool)) &&
         !(value.is_double() && value.as_double() != value.as_double());
}

class Planner {
 public:
  Planner(const PlanOptions& options, Noting noting, Code& code)
      : options_(options), noting_(noting), code_(code) {}

  Result<void> Run(const Expr& expr) {
    Visit(expr);
    Emit(Op::kReturn, expr.offset, 0);
    code_.stack = most_depth_;
    // From the outermost inwards, so that the innermost remains.
    code_.handler_of.assign(code_.instructions.size(), 0);
    for (std::size_t i = code_.handlers.size(); i-- > 0;) {
      const Handler& handler = code_.handlers[i];
      std::fill(code_.handler_of.begin() + handler.begin, code_.handler_of.begin() + handler.end,
                static_cast<std::uint32_t>(i + 1));
    }
    if (failure_) return std::unexpected(std::move(*failure_));
    return {};
  }

 private:
  std::uint32_t Here() const { return static_cast<std::uint32_t>(code_.instructions.size()); }

  // Appends an instruction that leaves the stack `change` values higher. Gives its place.
  std::uint32_t Emit(Op op, std::uint32_t offset, int change, std::uint32_t operand = 0) {
    code_.instructions.push_back({op, 0, 0, operand});
    code_.offsets.push_back(offset);
    depth_ += change;
    most_depth_ = std::max(most_depth_, static_cast<std::uint32_t>(depth_));
    return Here() - 1;
  }
  void JumpHere(std::uint32_t instruction) { code_.instructions[instruction].operand = Here(); }

  // The code of a node whose errors end at the next instruction, pushed in place of its value.
  void Guarded(const Expr& expr, NoteSite::Role role = NoteSite::Role::kPart) {
    const std::uint32_t begin = Here();
    const auto depth = static_cast<std::uint32_t>(depth_);
    const std::uint32_t site = BeginNote(expr, role);
    EmitCode(expr);
    code_.handlers.push_back({begin, Here(), Here(), depth});
    EndNote(expr, site);  // of an error too
  }

  std::uint32_t Constant(const Value& value) {
    code_.constants.push_back(value);
    return static_cast<std::uint32_t>(code_.constants.size() - 1);
  }
  std::uint32_t KeyOf(std::string_view name) {
    code_.keys.push_back(json::Key(code_.arena.Copy(name)));
    return static_cast<std::uint32_t>(code_.keys.size() - 1);
  }

  // Constants must not depend on the tree, which goes away.
  Value Kept(const Value& value) {
    if (value.is_string()) return Value::String(code_.arena.Copy(value.text()));
    if (value.is(ValueKind::kBytes)) return Value::Bytes(code_.arena.Copy(value.text()));
    return value;
  }

  // ---- notes ----

  // Not of what is written in the text already, nor of a whole variable, such as the object.
  bool IsNoted(const Expr& expr) const {
    if (noting_ == Noting::kNothing || expr.constant != nullptr) return false;
    switch (expr.resolution) {
      case Resolution::kConstant:
      case Resolution::kType:
      case Resolution::kVariable:
        return false;
      case Resolution::kLocal:
        return true;
      case Resolution::kNone:
        return expr.kind == ExprKind::kSelect || expr.kind == ExprKind::kCall ||
               expr.kind == ExprKind::kMacro;
    }
    return false;
  }

  static NoteSite::Shape ShapeOf(const Expr& expr) {
    using Shape = NoteSite::Shape;
    if (expr.kind == ExprKind::kMacro) {
      const MacroKind kind = expr.macro->kind;
      const bool is_loop = kind != MacroKind::kBind && kind != MacroKind::kOptMap &&
                           kind != MacroKind::kOptFlatMap && kind != MacroKind::kBlock;
      return is_loop ? Shape::kLoop : Shape::kOther;
    }
    if (expr.kind != ExprKind::kCall || expr.operand != nullptr) return Shape::kOther;
    if (expr.name == op::kAnd) return Shape::kAnd;
    if (expr.name == op::kOr) return Shape::kOr;
    return expr.name == op::kConditional ? Shape::kConditional : Shape::kOther;
  }

  static constexpr std::uint32_t kNoSite = UINT32_MAX;

  std::uint32_t BeginNote(const Expr& expr, NoteSite::Role role) {
    if (!IsNoted(expr)) return kNoSite;
    code_.sites.push_back({code_.arena.Copy(Print(expr)), 0, role, ShapeOf(expr)});
    return static_cast<std::uint32_t>(code_.sites.size() - 1);
  }

  void EndNote(const Expr& expr, std::uint32_t site) {
    if (site == kNoSite) return;
    code_.sites[site].last = static_cast<std::uint32_t>(code_.sites.size() - 1);
    Emit(Op::kNote, expr.offset, 0, site);
  }

  void Visit(const Expr& expr, NoteSite::Role role = NoteSite::Role::kPart) {
    const std::uint32_t site = BeginNote(expr, role);
    EmitCode(expr);
    EndNote(expr, site);
  }

  // ---- the code of a node ----

  void EmitCode(const Expr& expr) {
    if (expr.constant != nullptr) {
      Emit(Op::kConst, expr.offset, 1, Constant(*expr.constant));
      return;
    }
    switch (expr.resolution) {
      case Resolution::kConstant:
        Emit(Op::kConst, expr.offset, 1, Constant(expr.variable->value));
        return;
      case Resolution::kType:
        Emit(Op::kConst, expr.offset, 1, Constant(Value::Type(code_.arena.Copy(expr.name))));
        return;
      case Resolution::kLocal:
        Emit(Op::kLocal, expr.offset, 1, expr.local);
        return;
      case Resolution::kVariable:
        Emit(Op::kVariable, expr.offset, 1, expr.variable->slot);
        return;
      case Resolution::kNone:
        break;
    }
    switch (expr.kind) {
      case ExprKind::kLiteral:
        Emit(Op::kConst, expr.offset, 1, Constant(Kept(LiteralValue(expr.literal))));
        return;
      case ExprKind::kIdent:
        return Fail(expr, "undeclared reference to '" + std::string(expr.name) + "'");
      case ExprKind::kSelect:
        return Select(expr);
      case ExprKind::kCall:
        return Call(expr);
      case ExprKind::kList:
        return List(expr);
      case ExprKind::kMap:
        return Map(expr);
      case ExprKind::kMessage:
        return Message(expr);
      case ExprKind::kMacro:
        return Macro(expr);
    }
  }

  void Fail(const Expr& expr, std::string_view message) {
    Emit(Op::kFail, expr.offset, 1, Constant(Value::String(code_.arena.Copy(message))));
  }

  // ---- members ----

  void Select(const Expr& expr) {
    if (!expr.optional && options_.paths && Path(expr)) return;
    // A path is noted as a whole.
    const bool is_path = expr.operand->kind == ExprKind::kSelect || expr.operand->kind == ExprKind::kIdent;
    if (is_path) {
      EmitCode(*expr.operand);
    } else {
      Visit(*expr.operand);
    }
    const Op op = expr.test_only ? Op::kHas : expr.optional ? Op::kOptSelect : Op::kSelect;
    Emit(op, expr.offset, 0, KeyOf(expr.name));
  }

  bool Path(const Expr& expr) {
    std::vector<std::string_view> keys;
    const Expr* base = &expr;
    std::string_view key;
    const Expr* operand;
    while (base->constant == nullptr && (base == &expr || !base->test_only) &&
           ConstantStep(*base, key, operand)) {
      keys.push_back(key);
      base = operand;
    }
    if (base->constant != nullptr) return false;
    const bool local = base->resolution == Resolution::kLocal;
    if (!local && base->resolution != Resolution::kVariable) return false;
    struct Path path = {local, local ? base->local : base->variable->slot,
                        static_cast<std::uint32_t>(code_.keys.size()),
                        static_cast<std::uint32_t>(keys.size())};
    for (std::size_t i = keys.size(); i-- > 0;) KeyOf(keys[i]);
    code_.paths.push_back(path);
    Emit(expr.test_only ? Op::kHasPath : Op::kPath, expr.offset, 1,
         static_cast<std::uint32_t>(code_.paths.size() - 1));
    return true;
  }

  // ---- calls ----

  void Call(const Expr& expr) {
    if (expr.operand == nullptr) {
      if (expr.name == op::kAnd) return Logical(expr, Op::kAnd, Op::kAndNext, Op::kAndEnd);
      if (expr.name == op::kOr) return Logical(expr, Op::kOr, Op::kOrNext, Op::kOrEnd);
      if (expr.name == op::kConditional) return Conditional(expr);
      for (const OperatorRow& row : kOperators) {
        if (row.function == expr.name) return Operator(expr, row.op);
      }
    }
    const bool member = expr.operand != nullptr && !expr.namespaced;
    if (member && IsShortCircuit(expr)) return OptionalOr(expr);
    if (member) Visit(*expr.operand);
    for (const Expr* arg : expr.args) Visit(*arg);
    const auto args = static_cast<std::uint32_t>(expr.args.size() + (member ? 1 : 0));
    CallSite site;
    site.function = code_.arena.Copy(expr.function != nullptr ? expr.function->name : expr.name);
    site.overloads = code_.arena.Copy(expr.overloads);
    site.args = args;
    if (options_.prepare) Prepare(expr, member, site);
    code_.calls.push_back(std::move(site));
    Emit(Op::kCall, expr.offset, 1 - static_cast<int>(args),
         static_cast<std::uint32_t>(code_.calls.size() - 1));
  }

  static bool IsShortCircuit(const Expr& expr) {
    if (expr.overloads.empty()) return false;
    for (const OverloadDecl* overload : expr.overloads) {
      if (overload->row == nullptr || (overload->row->flags & kShortCircuit) == 0) return false;
    }
    return true;
  }

  // a.or(b) and a.orValue(b): b only where a is empty.
  void OptionalOr(const Expr& expr) {
    const bool takes_value = expr.name == "orValue";
    Visit(*expr.operand);
    const std::uint32_t begin = Emit(Op::kOptOr, expr.offset, -1);
    code_.instructions[begin].flag = takes_value;
    Visit(*expr.args[0]);
    if (!takes_value) Emit(Op::kOptCheck, expr.offset, 0);
    JumpHere(begin);
  }

  const Value* ConstantOf(const Expr& expr) {
    if (expr.constant != nullptr) return expr.constant;
    if (expr.kind != ExprKind::kLiteral) return nullptr;
    return code_.arena.New<Value>(Kept(LiteralValue(expr.literal)));
  }

  // Lets the first overload that prepares something do so from the constant arguments.
  void Prepare(const Expr& expr, bool member, CallSite& site) {
    for (const OverloadDecl* overload : site.overloads) {
      if (overload->row == nullptr || overload->row->prepare == nullptr) continue;
      std::vector<const Value*> constants;
      if (member) constants.push_back(ConstantOf(*expr.operand));
      for (const Expr* arg : expr.args) constants.push_back(ConstantOf(*arg));
      // A constant of another type leads to another overload.
      for (std::size_t i = 0; i < constants.size(); ++i) {
        if (constants[i] != nullptr && !constants[i]->in(overload->kinds[i])) return;
      }
      auto prepared = overload->row->prepare(constants);
      if (prepared) {
        site.prepared = *std::move(prepared);
        site.prepared_for = overload;
      } else if ((overload->row->flags & kStrictPrepare) != 0 && code_.env->options().fold_conversions) {
        if (!failure_) failure_ = std::move(prepared).error();
      }
      return;
    }
  }

  void Operator(const Expr& expr, Op op) {
    if (op == Op::kIndex && options_.paths && Path(expr)) return;
    if (op == Op::kIn && options_.sets && InConstants(expr)) return;
    for (const Expr* arg : expr.args) Visit(*arg);
    Emit(op, expr.offset, 1 - static_cast<int>(expr.args.size()));
  }

  bool InConstants(const Expr& expr) {
    const Value* list = expr.args[1]->constant;
    if (list == nullptr || !list->is_list() || list->size() < 4) return false;
    MapBuilder members(code_.arena, list->size());
    for (std::uint32_t i = 0; i < list->size(); ++i) {
      if (!IsSetMember(list->At(i))) return false;
      members.Set(list->At(i), Value());
    }
    Visit(*expr.args[0]);
    code_.sets.push_back(&members.Build().native_map());
    Emit(Op::kInConstants, expr.offset, 0, static_cast<std::uint32_t>(code_.sets.size() - 1));
    return true;
  }

  void Logical(const Expr& expr, Op first, Op next, Op last) {
    std::vector<std::uint32_t> exits;
    for (std::size_t i = 0; i < expr.args.size(); ++i) {
      Guarded(*expr.args[i], NoteSite::Role::kOperand);
      if (i == 0) {
        exits.push_back(Emit(first, expr.offset, 0));
      } else if (i + 1 < expr.args.size()) {
        exits.push_back(Emit(next, expr.offset, -1));
      } else {
        Emit(last, expr.offset, -1);
      }
    }
    for (const std::uint32_t exit : exits) JumpHere(exit);
  }

  void Conditional(const Expr& expr) {
    Visit(*expr.args[0]);
    const std::uint32_t branch = Emit(Op::kBranch, expr.offset, -1);
    Visit(*expr.args[1], NoteSite::Role::kOperand);
    const std::uint32_t jump = Emit(Op::kJump, expr.offset, -1);
    JumpHere(branch);
    Visit(*expr.args[2], NoteSite::Role::kOperand);
    JumpHere(jump);
  }

  // ---- literals ----

  // Marks the instruction where some entries are optional.
  void MarkOptional(const Expr& expr, std::uint32_t instruction) {
    std::vector<bool> marks;
    bool any = false;
    for (const Entry& entry : expr.entries) {
      marks.push_back(entry.optional);
      any |= entry.optional;
    }
    if (!any) return;
    code_.instructions[instruction].flag = 1;
    code_.instructions[instruction].count = static_cast<std::uint16_t>(code_.optional_items.size());
    code_.optional_items.push_back(std::move(marks));
  }

  void List(const Expr& expr) {
    for (const Entry& entry : expr.entries) Visit(*entry.value);
    const auto size = static_cast<std::uint32_t>(expr.entries.size());
    MarkOptional(expr, Emit(Op::kList, expr.offset, 1 - static_cast<int>(size), size));
  }

  void Map(const Expr& expr) {
    for (const Entry& entry : expr.entries) {
      Visit(*entry.key);
      Visit(*entry.value);
    }
    const auto size = static_cast<std::uint32_t>(expr.entries.size());
    MarkOptional(expr, Emit(Op::kMap, expr.offset, 1 - 2 * static_cast<int>(size), size));
  }

  void Message(const Expr& expr) {
    MessageSite site;
    site.type = code_.arena.Copy(expr.name);
    site.provider = code_.env->provider();
    for (const Entry& entry : expr.entries) {
      Visit(*entry.value);
      site.fields.push_back(code_.arena.Copy(entry.field));
      site.optional.push_back(entry.optional);
    }
    code_.messages.push_back(std::move(site));
    Emit(Op::kMessage, expr.offset, 1 - static_cast<int>(expr.entries.size()),
         static_cast<std::uint32_t>(code_.messages.size() - 1));
  }

  // ---- macros ----

  void Macro(const Expr& expr) {
    const struct Macro& macro = *expr.macro;
    switch (macro.kind) {
      case MacroKind::kBind:
        Guarded(*macro.range);
        Emit(Op::kStore, expr.offset, -1, macro.local);
        return Visit(*macro.body);
      case MacroKind::kBlock:
        for (std::size_t i = 0; i < macro.bindings.size(); ++i) {
          Guarded(*macro.bindings[i]);
          Emit(Op::kStore, expr.offset, -1, macro.local + static_cast<std::uint32_t>(i));
        }
        return Visit(*macro.body);
      case MacroKind::kOptMap:
      case MacroKind::kOptFlatMap: {
        Visit(*macro.range);
        const std::uint32_t begin = Emit(Op::kOptBegin, expr.offset, -1);
        code_.instructions[begin].count = static_cast<std::uint16_t>(macro.local);
        Visit(*macro.body);
        Emit(macro.kind == MacroKind::kOptMap ? Op::kOptWrap : Op::kOptCheck, expr.offset, 0);
        JumpHere(begin);
        return;
      }
      default:
        return Loop(expr, macro);
    }
  }

  void Loop(const Expr& expr, const struct Macro& macro) {
    Visit(*macro.range);
    const auto number = static_cast<std::uint32_t>(code_.loops.size());
    code_.loops.push_back({macro.kind, !macro.var2.empty(), macro.local, 0, 0, nesting_});
    code_.loop_states = std::max(code_.loop_states, nesting_ + 1);
    ++nesting_;
    Emit(Op::kLoopBegin, expr.offset, -1, number);
    code_.loops[number].next = Here();
    Emit(Op::kLoopNext, expr.offset, 0, number);
    if (macro.filter != nullptr) {
      Visit(*macro.filter, NoteSite::Role::kRound);
      Emit(Op::kLoopFilter, macro.filter->offset, -1, number);
    }
    const bool quantifier = macro.kind == MacroKind::kAll || macro.kind == MacroKind::kExists;
    if (quantifier) {
      Guarded(*macro.body, NoteSite::Role::kRound);
    } else {
      Visit(*macro.body, NoteSite::Role::kRound);
    }
    Emit(Op::kLoopStep, macro.body->offset, -1, number);
    code_.loops[number].end = Here();
    Emit(Op::kLoopEnd, expr.offset, 1, number);
    --nesting_;
  }

  const PlanOptions& options_;
  Noting noting_;
  Code& code_;
  int depth_ = 0;
  std::uint32_t most_depth_ = 0;
  std::uint32_t nesting_ = 0;
  std::optional<Error> failure_;
};

}  // namespace

Value LiteralValue(const Literal& literal) {
  switch (literal.kind) {
    case LiteralKind::kNull:
      return Value::Null();
    case LiteralKind::kBool:
      return Value::Bool(literal.boolean);
    case LiteralKind::kInt:
      return Value::Int(literal.integer);
    case LiteralKind::kUint:
      return Value::Uint(literal.unsigned_integer);
    case LiteralKind::kDouble:
      return Value::Double(literal.real);
    case LiteralKind::kString:
      return Value::String(literal.text);
    case LiteralKind::kBytes:
      return Value::Bytes(literal.text);
  }
  return Value::Null();
}

Result<void> Plan(const Expr& expr, const PlanOptions& options, Noting noting, Code& code) {
  return Planner(options, noting, code).Run(expr);
}

}  // namespace ephor::cel
