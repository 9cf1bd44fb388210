// The loop that runs a program.
#include "cel/eval/machine.h"

namespace ephor::cel {
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
        result = slots_[in.operand];
        break;
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
      case Op::kNote:
        notes_->Add(in.operand, top_[-1]);
        ++pc_;
        continue;
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
  cost_ += path.keys;  // the question itself is free
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
    const auto cost = overload->row->cost.function;
    cost_ += cost == nullptr ? 1 : cost(args, result);
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

Value Execute(const Code& code, std::span<const Value> slots, Context& context, Notes* notes) {
  context.strict_maps = code.env->options().strict_maps;
  context.strict_presence = code.env->options().strict_presence;
  return Machine(code, slots, context, notes).Run();
}

}  // namespace ephor::cel
