#include "cel/check/estimate.h"

#include <deque>
#include <unordered_map>

#include "base/utf8.h"
#include "cel/check/env.h"

namespace ephor::cel {
namespace {

using Path = SizeHints::Path;

constexpr std::string_view kItem = "[]", kKey = "[@]";

// What making a list, a map and a message costs.
constexpr Range kList = Range::Exactly(10), kMap = Range::Exactly(30), kMessage = Range::Exactly(40);
constexpr Range kOne = Range::Exactly(1), kNothing = Range::Exactly(0);

// The sizes of what a list or map holds; of a list the keys are its indices.
struct Members {
  bool in_list = true;
  Range keys, values;
};

std::optional<Members> Hull(const std::optional<Members>& a, const std::optional<Members>& b) {
  if (!a || !b) return std::nullopt;
  return Members{a->in_list, cel::Hull(a->keys, b->keys), cel::Hull(a->values, b->values)};
}

// What is known of a value beside its type.
struct Known {
  std::optional<Range> size;
  std::optional<Members> members;
  const Path* path = nullptr;
};

bool IsScalar(const Type& type) {
  switch (type.kind()) {
    case TypeKind::kBool:
    case TypeKind::kInt:
    case TypeKind::kUint:
    case TypeKind::kDouble:
    case TypeKind::kTimestamp:
    case TypeKind::kDuration:
      return true;
    default:
      return type.is_optional() && IsScalar(type.param(0));
  }
}

const Type& TypeOf(const Expr& expr) {
  return expr.type != nullptr ? *expr.type : types::kDyn;
}

// Of what stands in the text as it is.
std::optional<Range> WrittenSize(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kLiteral:
      if (expr.literal.kind == LiteralKind::kString)
        return Range::Exactly(CountCodePoints(expr.literal.text));
      return expr.literal.kind == LiteralKind::kBytes ? Range::Exactly(expr.literal.text.size()) : kOne;
    case ExprKind::kList:
    case ExprKind::kMap:
      return Range::Exactly(expr.entries.size());
    default:
      return std::nullopt;
  }
}

// Visits each node once, operands before operators; known_ is of the nodes that have been visited. The
// macros' variables are found by their places in the frame, where a later loop's replace an earlier one's.
class Estimator {
 public:
  explicit Estimator(const SizeHints& hints) : hints_(hints) {}

  Range Visit(const Expr& expr) {
    if (expr.resolution != Resolution::kNone) return VisitName(expr);
    switch (expr.kind) {
      case ExprKind::kLiteral:
        return kNothing;
      case ExprKind::kIdent:
        return kOne;
      case ExprKind::kSelect:
        return VisitSelect(expr);
      case ExprKind::kCall:
        return VisitCall(expr);
      case ExprKind::kList:
      case ExprKind::kMap:
      case ExprKind::kMessage:
        return VisitEntries(expr);
      case ExprKind::kMacro:
        return VisitMacro(expr, *expr.macro);
    }
    return kNothing;
  }

 private:
  // ---- what is known ----

  const Known& Of(const Expr& expr) const {
    static const Known nothing;
    const auto found = known_.find(&expr);
    return found == known_.end() ? nothing : found->second;
  }

  const Path* Inside(const Path* parent, std::string_view name) {
    if (parent == nullptr) return nullptr;
    return &paths_.emplace_back(parent, name, parent->length + 1);
  }

  std::optional<Range> HintOf(const Path* path) const {
    const std::uint64_t* size = path == nullptr ? nullptr : hints_.Find(*path);
    return size == nullptr ? std::nullopt : std::optional(Range{0, *size});
  }

  std::optional<Range> KnownSize(const Expr& expr) const {
    if (const std::optional<Range> written = WrittenSize(expr)) return written;
    return KnownSize(Of(expr), TypeOf(expr));
  }
  std::optional<Range> KnownSize(const Known& known, const Type& type) const {
    if (IsScalar(type)) return kOne;
    if (const std::optional<Range> hint = HintOf(known.path)) return hint;
    if (known.size) return known.size;
    if (hints_.otherwise() != Range::kUnbounded) return Range{0, hints_.otherwise()};
    return std::nullopt;
  }
  Range SizeOf(const Expr& expr) const { return KnownSize(expr).value_or(Range()); }

  // ---- names and literals ----

  Range VisitName(const Expr& expr) {
    if (expr.resolution == Resolution::kLocal) {
      known_[&expr] = Local(expr.local);
    } else if (expr.resolution == Resolution::kVariable) {
      const std::string_view name = expr.variable->name;
      known_[&expr].path = &paths_.emplace_back(nullptr, name, 1);
    }
    return kOne;
  }

  Range VisitSelect(const Expr& expr) {
    const Range operand = Visit(*expr.operand);
    if (expr.test_only) return operand;
    if (expr.optional) return operand + kOne;  // a call
    known_[&expr].path = Inside(Of(*expr.operand).path, expr.name);
    const Type& type = TypeOf(*expr.operand);
    const bool counts = type.is(TypeKind::kMap) || type.is(TypeKind::kStruct) || type.is(TypeKind::kParam);
    return operand + (counts ? kOne : kNothing);
  }

  Range VisitEntries(const Expr& expr) {
    const bool in_list = expr.kind == ExprKind::kList;
    Range cost = in_list ? kList : expr.kind == ExprKind::kMap ? kMap : kMessage;
    const Range none = expr.entries.empty() ? kNothing : Range{Range::kUnbounded, 0};
    Members members{in_list, in_list ? kOne : none, none};
    for (const Entry& entry : expr.entries) {
      if (entry.key != nullptr) {
        cost = cost + Visit(*entry.key);
        members.keys = cel::Hull(members.keys, SizeOf(*entry.key));
      }
      cost = cost + Visit(*entry.value);
      members.values = cel::Hull(members.values, SizeOf(*entry.value));
    }
    if (expr.kind != ExprKind::kMessage) known_[&expr].members = members;
    return cost;
  }

  // ---- calls ----

  Range VisitCall(const Expr& expr) {
    std::vector<const Expr*> args;
    if (expr.operand != nullptr && !expr.namespaced) args.push_back(expr.operand);
    args.insert(args.end(), expr.args.begin(), expr.args.end());
    if (expr.name == op::kConditional) return VisitConditional(expr);
    Range all = kNothing;
    std::vector<Range> costs;
    for (const Expr* arg : args) all = all + costs.emplace_back(Visit(*arg));
    // At the least the first operand decides.
    if (expr.name == op::kAnd || expr.name == op::kOr) return {costs[0].min, all.max};
    if (expr.name == "dyn" && args.size() == 1) {
      known_[&expr] = {KnownSize(*args[0]), Of(*args[0]).members, nullptr};
      return all + kOne;
    }
    return all + VisitOverloads(expr, args);
  }

  Range VisitConditional(const Expr& expr) {
    const Range condition = Visit(*expr.args[0]), yes = Visit(*expr.args[1]), no = Visit(*expr.args[2]);
    known_[&expr] = {cel::Hull(SizeOf(*expr.args[1]), SizeOf(*expr.args[2])),
                     Hull(Of(*expr.args[1]).members, Of(*expr.args[2]).members), nullptr};
    return condition + cel::Hull(yes, no);
  }

  // The estimate holds for whichever overload is called.
  Range VisitOverloads(const Expr& expr, std::span<const Expr* const> args) {
    std::vector<Foreseen> foreseen;
    for (const Expr* arg : args) foreseen.push_back(Foresee(*arg));
    Known known;
    Range cost{Range::kUnbounded, 0};
    for (const OverloadDecl* overload : expr.overloads) {
      const auto estimate = overload->row == nullptr ? nullptr : overload->row->cost.estimate;
      const CallEstimate call = estimate == nullptr ? CallEstimate() : estimate(foreseen);
      cost = cel::Hull(cost, call.cost);
      if (call.size) known.size = known.size ? cel::Hull(*known.size, *call.size) : call.size;
      if (expr.name == op::kIndex && !overload->params[0]->is_optional()) {
        known.path = Inside(Of(*args[0]).path, kItem);
        if (const auto& members = Of(*args[0]).members) known.size = members->values;
      }
    }
    if (expr.name == op::kAdd) known.members = Hull(Of(*args[0]).members, Of(*args[1]).members);
    known_[&expr] = known;
    return expr.overloads.empty() ? kNothing : cost;
  }

  Foreseen Foresee(const Expr& arg) {
    Foreseen foreseen{&arg, &TypeOf(arg), KnownSize(arg), {0, hints_.otherwise()}};
    const Path* path = Of(arg).path;
    if (path != nullptr) {
      const Path item{path, kItem, path->length + 1};
      if (const std::optional<Range> hint = HintOf(&item)) foreseen.items = *hint;
    }
    return foreseen;
  }

  // ---- macros: the costs of the loops that the language's definition makes of them ----

  Known& Local(std::uint32_t place) {
    if (place >= locals_.size()) locals_.resize(place + 1);
    return locals_[place];
  }

  Range VisitMacro(const Expr& expr, const Macro& macro) {
    switch (macro.kind) {
      case MacroKind::kBind:
        return VisitBind(expr, macro);
      case MacroKind::kOptMap:
      case MacroKind::kOptFlatMap:
        return VisitOptMap(expr, macro);
      case MacroKind::kBlock:
        return VisitBlock(expr, macro);
      default:
        return VisitLoop(expr, macro);
    }
  }

  // A loop over an empty list.
  Range VisitBind(const Expr& expr, const Macro& macro) {
    const Range value = Visit(*macro.range);
    Local(macro.local) = {KnownSize(*macro.range), Of(*macro.range).members, Of(*macro.range).path};
    const Range body = Visit(*macro.body);
    known_[&expr] = {KnownSize(*macro.body), Of(*macro.body).members, nullptr};
    return kList + value + body;
  }

  // x.hasValue() ? optional.of(cel.bind(v, x.value(), body)) : optional.none()
  Range VisitOptMap(const Expr& expr, const Macro& macro) {
    const Range optional = Visit(*macro.range);
    Local(macro.local) = {};
    Range some = kList + optional + kOne + Visit(*macro.body);
    known_[&expr] = {};
    if (macro.kind == MacroKind::kOptMap) some = some + kOne;
    return optional + kOne + cel::Hull(some, kOne);
  }

  Range VisitBlock(const Expr& expr, const Macro& macro) {
    Range cost = kList;
    for (std::size_t i = 0; i < macro.bindings.size(); ++i) {
      cost = cost + Visit(*macro.bindings[i]);
      Local(macro.local + static_cast<std::uint32_t>(i)) = {KnownSize(*macro.bindings[i]),
                                                            Of(*macro.bindings[i]).members, nullptr};
    }
    cost = cost + Visit(*macro.body);
    known_[&expr] = {KnownSize(*macro.body), Of(*macro.body).members, nullptr};
    return cost + kOne;
  }

  void BindItems(const Macro& macro) {
    const Known& range = Of(*macro.range);
    const Type& type = TypeOf(*macro.range);
    const bool in_map = range.members ? !range.members->in_list : type.is(TypeKind::kMap);
    const std::optional<Members> members = range.members;
    const auto size = [&](bool key) {
      return members ? std::optional(key ? members->keys : members->values) : std::nullopt;
    };
    const bool two = !macro.var2.empty();
    const bool first_is_key = two || in_map;
    const Path* path = range.path;
    Local(macro.local) = {size(first_is_key), {}, Inside(path, first_is_key ? kKey : kItem)};
    if (two) Local(macro.local + 1) = {size(false), {}, Inside(path, kItem)};
  }

  Range VisitLoop(const Expr& expr, const Macro& macro) {
    const Range range = Visit(*macro.range);
    BindItems(macro);
    const Range filter = macro.filter == nullptr ? kNothing : Visit(*macro.filter);
    const Range body = Visit(*macro.body);
    const Range rounds = SizeOf(*macro.range);
    const Range begin = macro.kind == MacroKind::kTransformMap || macro.kind == MacroKind::kTransformMapEntry
                            ? kMap
                        : macro.kind == MacroKind::kMap || macro.kind == MacroKind::kFilter ? kList
                                                                                            : kNothing;
    // What a round adds to the accumulator is only added where the filter says so.
    const auto add = [&](Range cost) {
      return macro.filter == nullptr ? cost : filter + cel::Hull(cost, kOne);
    };
    Range round = kNothing, end = kOne;
    switch (macro.kind) {
      case MacroKind::kAll:  // the accumulator is tested, and joined with the body where it still holds
        round = {3, BoundedSum(3, body.max)};
        break;
      case MacroKind::kExists:
        round = {4, BoundedSum(4, body.max)};
        break;
      case MacroKind::kExistsOne:
        round = body + Range{1, 2};
        end = Range::Exactly(2);
        break;
      case MacroKind::kFilter:
        round = body + Range{1, 13};
        break;
      case MacroKind::kMap:
        round = add(body + Range::Exactly(12));
        break;
      case MacroKind::kTransformMapEntry:
      case MacroKind::kTransformMap:
        round = add(body + Range::Exactly(macro.kind == MacroKind::kTransformMap ? 3 : 2));
        break;
      default:
        break;
    }
    Known& known = known_[&expr];
    if (begin != kNothing) known.size = rounds;
    if (macro.kind == MacroKind::kMap) {
      known.members = Members{true, kOne, cel::Hull(kNothing, SizeOf(*macro.body))};
    } else if (macro.kind == MacroKind::kFilter) {
      const Range item = KnownSize(Local(macro.local), TypeOf(expr).param(0)).value_or(Range());
      known.members = Members{true, kOne, cel::Hull(kNothing, item)};
    }
    return range + begin + rounds * round + end;
  }

  const SizeHints& hints_;
  std::unordered_map<const Expr*, Known> known_;
  std::vector<Known> locals_;
  std::deque<Path> paths_;
};

}  // namespace

Range EstimateCost(const Expr& expr, const SizeHints& hints) {
  return Estimator(hints).Visit(expr);
}

}  // namespace ephor::cel
