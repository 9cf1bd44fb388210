// The loop that runs a program.
#include <algorithm>

#include "cel/eval/code.h"
#include "cel/eval/operators.h"

namespace ephor::cel {
namespace {

// Frames up to this size live on the machine's stack.
constexpr std::size_t kSmallFrame = 48, kSmallLoops = 2;
// How many rounds of loops pass between two questions to the interrupt.
constexpr std::uint32_t kRoundsPerQuestion = 256;

// The reference's costs of a round of a loop, beside what filter and body cost themselves: the accumulator
// forms of the macros read the accumulator, test it, and add to it.
constexpr std::uint64_t kQuantifierRound = 3, kExistsRound = 4, kAppendRound = 12, kFilterRound = 13,
                        kCountRound = 2, kListCost = 10, kMapCost = 30, kMessageCost = 40;

constexpr KindSet kStrictKeys =
    SetOf(ValueKind::kInt) | SetOf(ValueKind::kUint) | SetOf(ValueKind::kBool) | SetOf(ValueKind::kString);

struct LoopState {
  Value range;
  std::uint32_t at = 0;
  std::uint32_t count = 0;  // of exists_one
  bool decided = false;     // of all and exists: the element that decides was found
  Value error;              // of all and exists: the first
  Value* items = nullptr;   // of map and filter
  std::uint32_t size = 0, capacity = 0;
  MapBuilder* members = nullptr;

  void Append(const Value& value, Arena& arena) {
    if (size == capacity) {
      // The range's size is the most there can be, but a filter rarely keeps all.
      const std::uint32_t larger =
          capacity == 0 ? std::min(range.size(), 16u) : std::min(range.size(), 2 * capacity);
      std::span<Value> grown = arena.NewArray<Value>(larger);
      std::copy(items, items + size, grown.begin());
      items = grown.data();
      capacity = larger;
    }
    items[size++] = value;
  }
};

class Machine {
 public:
  Machine(const Code& code, std::span<const Value> slots, Context& context)
      : code_(code), slots_(slots), context_(context), arena_(context.arena) {
    const std::size_t size = std::size_t{code.locals} + code.stack;
    locals_ =
        size <= kSmallFrame ? reinterpret_cast<Value*>(small_frame_) : arena_.NewArray<Value>(size).data();
    stack_ = locals_ + code.locals;
    // The machine's own states serve the usual shallow nesting of loops.
    loops_ = code.loop_states <= kSmallLoops ? reinterpret_cast<LoopState*>(small_loops_)
                                             : arena_.NewArray<LoopState>(code.loop_states).data();
  }

  Value Run();

 private:
  // Goes on at the handler of an error, or says that there is none.
  bool Handle(const Value& error) {
    const auto at = static_cast<std::uint32_t>(pc_ - code_.instructions.data());
    for (const Handler& handler : code_.handlers) {
      if (at < handler.begin || at >= handler.end) continue;
      top_ = stack_ + handler.depth;
      *top_++ = error;
      pc_ = code_.instructions.data() + handler.target;
      return true;
    }
    return false;
  }

  Value Placed(const Value& error) const {
    if (error.error().offset != Issue::kNoOffset) return error;
    const auto at = static_cast<std::size_t>(pc_ - code_.instructions.data());
    return MakeError(arena_, error.error().message, code_.offsets[at], error.error().code);
  }

  Value Fail(std::string_view message) const { return MakeError(arena_, message, Issue::kNoOffset); }
  // The end of the whole evaluation: no handler absorbs it.
  Value Cancel() {
    context_.cost += cost_;
    return Placed(
        Fail(TooExpensive() ? "operation cancelled: actual cost limit exceeded" : "operation interrupted"));
  }
  bool TooExpensive() const { return cost_ > context_.cost_limit || walks_.exhausted(); }
  bool OverBudget() {
    if (TooExpensive()) return true;
    if (++rounds_ % kRoundsPerQuestion != 0 || context_.interrupt == nullptr) return false;
    return context_.interrupt->Requested();
  }

  Value Follow(const Path& path);
  Value HasAt(const Path& path);
  Value CallFunction(const CallSite& site);
  Value Less(const Value& a, const Value& b, Op op);
  Value Combine(bool conjunction);
  Value MakeList(const Instruction& in);
  Value MakeMap(const Instruction& in);
  Value MakeMessage(const MessageSite& site);
  Value BeginLoop(const LoopSite& site);
  bool NextRound(const LoopSite& site);
  Value Step(const LoopSite& site, const Value& result);
  Value EndLoop(const LoopSite& site);

  const Code& code_;
  std::span<const Value> slots_;
  Context& context_;
  Arena& arena_;
  const Instruction* pc_ = nullptr;
  Value* locals_;
  Value* stack_;
  Value* top_ = nullptr;
  LoopState* loops_;
  std::uint64_t cost_ = 0;
  WalkBudget walks_;
  std::uint32_t rounds_ = 0;
  // Left as they are: nothing is read before it is written.
  alignas(Value) std::byte small_frame_[kSmallFrame * sizeof(Value)];
  alignas(LoopState) std::byte small_loops_[kSmallLoops * sizeof(LoopState)];
};

Value Machine::Run() {
  pc_ = code_.instructions.data();
  top_ = stack_;
  const Instruction* const first = pc_;
  Value result;  // of the instruction at hand, where it is worth a look
  for (;;) {
    const Instruction in = *pc_;
    switch (in.op) {
      case Op::kConst:
        *top_++ = code_.constants[in.operand];
        ++pc_;
        continue;
      case Op::kVariable:
        ++cost_;
        *top_++ = slots_[in.operand];
        ++pc_;
        continue;
      case Op::kLocal:
        ++cost_;
        result = locals_[in.operand];
        break;
      case Op::kPath:
        result = Follow(code_.paths[in.operand]);
        break;
      case Op::kHasPath:
        result = HasAt(code_.paths[in.operand]);
        break;
      case Op::kSelect:
        ++cost_;
        result = Select(*--top_, code_.keys[in.operand], context_);
        break;
      case Op::kOptSelect:
        ++cost_;
        result = OptSelect(*--top_, code_.keys[in.operand], context_);
        break;
      case Op::kHas:
        ++cost_;
        result = Has(*--top_, code_.keys[in.operand], context_);
        break;
      case Op::kIndex:
        ++cost_;
        top_ -= 2;
        result = Index(top_[0], top_[1], context_);
        break;
      case Op::kOptIndex:
        ++cost_;
        top_ -= 2;
        result = OptIndex(top_[0], top_[1], context_);
        break;
      case Op::kCall:
        result = CallFunction(code_.calls[in.operand]);
        if (TooExpensive()) return Cancel();
        break;
      case Op::kNot:
        ++cost_;
        --top_;
        result = top_->is_bool() ? Value::Bool(!top_->as_bool()) : NoSuchOverload(arena_);
        break;
      case Op::kNegate:
        ++cost_;
        --top_;
        result = Negate(*top_, arena_);
        break;
      case Op::kEquals:
      case Op::kNotEquals: {
        top_ -= 2;
        cost_ += TraversalCost(std::min(CostSize(top_[0]), CostSize(top_[1])));
        const bool equal = top_[0].is_string() && top_[1].is_string() ? top_[0].text() == top_[1].text()
                                                                      : Equal(top_[0], top_[1]);
        *top_++ = Value::Bool(equal == (in.op == Op::kEquals));
        ++pc_;
        continue;
      }
      case Op::kLess:
      case Op::kLessEquals:
      case Op::kGreater:
      case Op::kGreaterEquals:
        top_ -= 2;
        result = Less(top_[0], top_[1], in.op);
        break;
      case Op::kAdd: {
        top_ -= 2;
        const std::uint64_t before = cost_;
        result = Add(top_[0], top_[1], arena_, cost_);
        if (cost_ == before) ++cost_;
        if (TooExpensive()) return Cancel();
        break;
      }
      case Op::kSubtract:
        ++cost_;
        top_ -= 2;
        result = Subtract(top_[0], top_[1], arena_);
        break;
      case Op::kMultiply:
        ++cost_;
        top_ -= 2;
        result = Multiply(top_[0], top_[1], arena_);
        break;
      case Op::kDivide:
        ++cost_;
        top_ -= 2;
        result = Divide(top_[0], top_[1], arena_);
        break;
      case Op::kModulo:
        ++cost_;
        top_ -= 2;
        result = Modulo(top_[0], top_[1], arena_);
        break;
      case Op::kIn:
        top_ -= 2;
        result = In(top_[0], top_[1], arena_, cost_);
        break;
      case Op::kInConstants:
        ++cost_;
        top_[-1] = Value::Bool(code_.sets[in.operand]->Find(top_[-1]) != nullptr);
        ++pc_;
        continue;
      case Op::kJump:
        pc_ = first + in.operand;
        continue;
      case Op::kAnd:
        pc_ = top_[-1].is_false() ? first + in.operand : pc_ + 1;
        continue;
      case Op::kOr:
        pc_ = top_[-1].is_true() ? first + in.operand : pc_ + 1;
        continue;
      case Op::kAndNext:
        *top_ = Combine(true);
        ++top_;
        pc_ = top_[-1].is_false() ? first + in.operand : pc_ + 1;
        continue;
      case Op::kOrNext:
        *top_ = Combine(false);
        ++top_;
        pc_ = top_[-1].is_true() ? first + in.operand : pc_ + 1;
        continue;
      case Op::kAndEnd:
        result = Combine(true);
        break;
      case Op::kOrEnd:
        result = Combine(false);
        break;
      case Op::kBranch:
        --top_;
        if (top_->is_bool()) {
          pc_ = top_->as_bool() ? pc_ + 1 : first + in.operand;
          continue;
        }
        result = NoSuchOverload(arena_);
        break;
      case Op::kList:
        result = MakeList(in);
        break;
      case Op::kMap:
        result = MakeMap(in);
        break;
      case Op::kMessage:
        result = MakeMessage(code_.messages[in.operand]);
        break;
      case Op::kLoopBegin:
        result = BeginLoop(code_.loops[in.operand]);
        if (!result.is_error()) {
          ++pc_;
          continue;
        }
        break;
      case Op::kLoopNext: {
        if (OverBudget()) return Cancel();
        const LoopSite& site = code_.loops[in.operand];
        pc_ = NextRound(site) ? pc_ + 1 : first + site.end;
        continue;
      }
      case Op::kLoopFilter:
        --top_;
        if (top_->is_bool()) {
          pc_ = top_->as_bool() ? pc_ + 1 : first + code_.loops[in.operand].next;
          continue;
        }
        result = NoSuchOverload(arena_);
        break;
      case Op::kLoopStep: {
        const LoopSite& site = code_.loops[in.operand];
        result = Step(site, *--top_);
        if (!result.is_error()) {
          pc_ = first + site.next;
          continue;
        }
        break;
      }
      case Op::kLoopEnd:
        result = EndLoop(code_.loops[in.operand]);
        break;
      case Op::kStore:
        locals_[in.operand] = *--top_;
        ++pc_;
        continue;
      case Op::kOptBegin:
        result = *--top_;
        if (!result.is(ValueKind::kOptional)) {
          result = NoSuchOverload(arena_);
        } else if (result.optional() == nullptr) {
          *top_++ = result;
          pc_ = first + in.operand;
          continue;
        } else {
          locals_[in.count] = *result.optional();
          ++pc_;
          continue;
        }
        break;
      case Op::kOptOr:
        result = *--top_;
        if (!result.is(ValueKind::kOptional)) {
          result = NoSuchOverload(arena_);
        } else if (result.optional() == nullptr) {
          ++pc_;
          continue;
        } else {
          *top_++ = in.flag ? *result.optional() : result;
          pc_ = first + in.operand;
          continue;
        }
        break;
      case Op::kOptWrap:
        top_[-1] = Value::Optional(arena_.New<Value>(top_[-1]));
        ++pc_;
        continue;
      case Op::kOptCheck:
        result = *--top_;
        if (!result.is(ValueKind::kOptional)) result = NoSuchOverload(arena_);
        break;
      case Op::kFail:
        result = Fail(code_.constants[in.operand].text());
        break;
      case Op::kReturn:
        if (TooExpensive()) return Cancel();
        context_.cost += cost_;
        return top_[-1];
    }
    // Here come the instructions that push one value and may fail.
    if (!result.is_error()) [[likely]] {
      *top_++ = result;
      ++pc_;
      continue;
    }
    result = Placed(result);
    if (!Handle(result)) {
      context_.cost += cost_;
      return result;
    }
  }
}

Value Machine::Follow(const Path& path) {
  cost_ += 1 + path.keys;
  Value value = path.local ? locals_[path.slot] : slots_[path.slot];
  const json::Key* key = code_.keys.data() + path.first_key;
  for (std::uint32_t i = 0; i < path.keys && !value.is_error(); ++i) value = Select(value, key[i], context_);
  return value;
}

Value Machine::HasAt(const Path& path) {
  cost_ += 1 + path.keys;
  Value value = path.local ? locals_[path.slot] : slots_[path.slot];
  const json::Key* key = code_.keys.data() + path.first_key;
  for (std::uint32_t i = 0; i + 1 < path.keys && !value.is_error(); ++i)
    value = Select(value, key[i], context_);
  return value.is_error() ? value : Has(value, key[path.keys - 1], context_);
}

Value Machine::CallFunction(const CallSite& site) {
  top_ -= site.args;
  const std::span<const Value> args(top_, site.args);
  for (const OverloadDecl* overload : site.overloads) {
    bool fits = true;
    for (std::uint32_t i = 0; i < site.args && fits; ++i) {
      fits = args[i].in(overload->kinds[i]) &&
             (overload->opaque[i] == nullptr || !args[i].is(ValueKind::kOpaque) ||
              args[i].opaque_type() == overload->opaque[i]);
    }
    if (!fits || overload->row == nullptr) continue;
    Call call{context_, site.function, overload == site.prepared_for ? site.prepared.get() : nullptr};
    const Value result = overload->row->function(call, args);
    cost_ += overload->row->cost == nullptr ? 1 : overload->row->cost(args, result);
    return result;
  }
  return Call{context_, site.function, nullptr, Issue::kNoOffset}.NoOverload(args);
}

Value Machine::Less(const Value& a, const Value& b, Op op) {
  int order;
  if (a.is_int() && b.is_int()) [[likely]] {
    ++cost_;
    order = a.as_int() < b.as_int() ? -1 : a.as_int() > b.as_int();
  } else {
    cost_ += TraversalCost(std::min(CostSize(a), CostSize(b)));
    bool ordered = false;
    order = Compare(a, b, ordered);
    if (!ordered) {
      // NaN has no order, and that is no mistake.
      if (a.is_number() && b.is_number()) return Value::Bool(false);
      return NoSuchOverload(arena_);
    }
  }
  switch (op) {
    case Op::kLess:
      return Value::Bool(order < 0);
    case Op::kLessEquals:
      return Value::Bool(order <= 0);
    case Op::kGreater:
      return Value::Bool(order > 0);
    default:
      return Value::Bool(order >= 0);
  }
}

// && and || once both operands are there, either of which may be an error or no boolean.
Value Machine::Combine(bool conjunction) {
  top_ -= 2;
  const Value left = top_[0], right = top_[1];
  // An operand that decides absorbs whatever the other is.
  if (right.is_bool() && right.as_bool() != conjunction) return right;
  if (left.is_bool() && left.as_bool() != conjunction) return left;
  if (left.is_error()) return left;
  if (right.is_error()) return right;
  return left.is_bool() && right.is_bool() ? right : Placed(NoSuchOverload(arena_));
}

Value Machine::MakeList(const Instruction& in) {
  cost_ += kListCost;
  top_ -= in.operand;
  std::span<Value> items = arena_.NewArray<Value>(in.operand);
  std::size_t kept = 0;
  for (std::uint32_t i = 0; i < in.operand; ++i) {
    if (!in.flag || !code_.optional_items[in.count][i]) {
      items[kept++] = top_[i];
    } else if (!top_[i].is(ValueKind::kOptional)) {
      return Fail("cannot initialize optional list element from non-optional value " +
                  std::string(TypeName(top_[i])));
    } else if (top_[i].optional() != nullptr) {
      items[kept++] = *top_[i].optional();
    }
  }
  return Value::List(items.first(kept));
}

Value Machine::MakeMap(const Instruction& in) {
  cost_ += kMapCost;
  top_ -= 2 * in.operand;
  MapBuilder members(arena_, in.operand);
  for (std::uint32_t i = 0; i < in.operand; ++i) {
    const Value& key = top_[2 * i];
    Value value = top_[2 * i + 1];
    if (in.flag && code_.optional_items[in.count][i]) {
      if (!value.is(ValueKind::kOptional)) {
        return Fail("cannot initialize optional entry from non-optional value " +
                    std::string(TypeName(value)));
      }
      if (value.optional() == nullptr) continue;
      value = *value.optional();
    }
    if (context_.strict_maps) {
      if (!key.in(kStrictKeys)) return Fail("unsupported key type: " + std::string(TypeName(key)));
      if (!members.Add(key, value)) return Fail("Failed with repeated key");
    } else {
      members.Set(key, value);
    }
  }
  return members.Build();
}

Value Machine::MakeMessage(const MessageSite& site) {
  cost_ += kMessageCost;
  top_ -= site.fields.size();
  ArenaVector<MapEntry> fields(arena_, site.fields.size() + 1);
  for (std::size_t i = 0; i < site.fields.size(); ++i) {
    Value value = top_[i];
    if (site.optional[i]) {
      if (!value.is(ValueKind::kOptional)) {
        return Fail("cannot initialize optional entry from non-optional value " +
                    std::string(TypeName(value)));
      }
      if (value.optional() == nullptr) continue;
      value = *value.optional();
    }
    fields.push_back({Value::String(site.fields[i]), value});
  }
  if (site.provider == nullptr) return Fail("unknown type: " + std::string(site.type));
  Call call{context_, site.type, nullptr, Issue::kNoOffset};
  return site.provider->Construct(call, site.type, fields.span());
}

Value Machine::BeginLoop(const LoopSite& site) {
  const Value range = *--top_;
  if (!range.in(kListKinds | kMapKinds)) {
    return Fail("got '" + std::string(TypeName(range)) + "', expected iterable type");
  }
  LoopState& loop = loops_[site.state];
  loop = LoopState();
  loop.range = range;
  const bool builds_map = site.kind == MacroKind::kTransformMap || site.kind == MacroKind::kTransformMapEntry;
  if (builds_map) loop.members = arena_.New<MapBuilder>(arena_);
  cost_ += builds_map                                                        ? kMapCost
           : site.kind == MacroKind::kMap || site.kind == MacroKind::kFilter ? kListCost
                                                                             : 0;
  return Value();
}

bool Machine::NextRound(const LoopSite& site) {
  LoopState& loop = loops_[site.state];
  if (loop.decided || loop.at == loop.range.size()) return false;
  const std::uint32_t i = loop.at++;
  Value* const variable = locals_ + site.local;
  switch (loop.range.kind()) {
    case ValueKind::kJsonObject: {
      const json::Member& member = loop.range.as_json_object().members()[i];
      variable[0] = Value::String(member.key());
      if (site.two_variables) variable[1] = Value::Json(member.value);
      break;
    }
    case ValueKind::kMap: {
      const MapEntry& entry = loop.range.native_map().entries[i];
      variable[0] = entry.key;
      if (site.two_variables) variable[1] = entry.value;
      break;
    }
    default:
      variable[0] = site.two_variables ? Value::Int(i) : loop.range.At(i);
      if (site.two_variables) variable[1] = loop.range.At(i);
  }
  return true;
}

Value Machine::Step(const LoopSite& site, const Value& result) {
  LoopState& loop = loops_[site.state];
  switch (site.kind) {
    case MacroKind::kAll:
    case MacroKind::kExists: {
      const bool all = site.kind == MacroKind::kAll;
      cost_ += all ? kQuantifierRound : kExistsRound;
      if (result.is_bool()) {
        loop.decided = result.as_bool() != all;
      } else if (!loop.error.is_error()) {
        loop.error = result.is_error() ? result : Placed(NoSuchOverload(arena_));
      }
      break;
    }
    case MacroKind::kExistsOne:
      cost_ += kCountRound;
      if (!result.is_bool()) return NoSuchOverload(arena_);
      loop.count += result.as_bool();
      break;
    case MacroKind::kFilter:
      if (!result.is_bool()) return NoSuchOverload(arena_);
      cost_ += result.as_bool() ? kFilterRound : 1;
      if (result.as_bool()) loop.Append(locals_[site.local], arena_);
      break;
    case MacroKind::kMap:
      cost_ += kAppendRound;
      loop.Append(result, arena_);
      break;
    case MacroKind::kTransformMap:
      cost_ += kAppendRound;
      if (!loop.members->Add(locals_[site.local], result))
        return Fail("insert failed: key " + KeyText(locals_[site.local]) + " already exists");
      break;
    case MacroKind::kTransformMapEntry: {
      cost_ += kAppendRound;
      if (!result.is_map()) return NoSuchOverload(arena_);
      Value failed;
      ForEachMember(result, [&](const Value& key, const Value& value) {
        if (loop.members->Add(key, value)) return true;
        failed = Fail("insert failed: key " + KeyText(key) + " already exists");
        return false;
      });
      if (failed.is_error()) return failed;
      break;
    }
    default:
      break;
  }
  return Value();
}

Value Machine::EndLoop(const LoopSite& site) {
  LoopState& loop = loops_[site.state];
  ++cost_;
  switch (site.kind) {
    case MacroKind::kAll:
    case MacroKind::kExists: {
      const bool all = site.kind == MacroKind::kAll;
      if (!loop.decided && loop.error.is_error()) return loop.error;
      return Value::Bool(loop.decided != all);
    }
    case MacroKind::kExistsOne:
      return Value::Bool(loop.count == 1);
    case MacroKind::kTransformMap:
    case MacroKind::kTransformMapEntry:
      return loop.members->Build();
    default:
      return Value::List({loop.items, loop.size});
  }
}

}  // namespace

Value Execute(const Code& code, std::span<const Value> slots, Context& context) {
  context.strict_maps = code.env->options().strict_maps;
  context.strict_presence = code.env->options().strict_presence;
  return Machine(code, slots, context).Run();
}

}  // namespace ephor::cel
