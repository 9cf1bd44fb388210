// The loop that runs a program.
#include "cel/eval/machine.h"

namespace ephor::cel {
Value Machine::Run() {
  // Kept out of memory: each instruction moves both.
  const Instruction* const first = code_.instructions.data();
  const Instruction* pc = first;
  Value* top = stack_;
  Value result;  // of the instruction at hand, where it is worth a look
  for (;;) {
    const Instruction in = *pc;
    pc_ = pc;
    switch (in.op) {
      case Op::kConst:
        *top++ = code_.constants[in.operand];
        ++pc;
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
        result = Select(*--top, code_.keys[in.operand], context_);
        break;
      case Op::kOptSelect:
        ++cost_;
        result = OptSelect(*--top, code_.keys[in.operand], context_);
        break;
      case Op::kHas:
        result = Has(*--top, code_.keys[in.operand], context_);
        break;
      case Op::kIndex:
        ++cost_;
        top -= 2;
        result = Index(top[0], top[1], context_);
        break;
      case Op::kOptIndex:
        ++cost_;
        top -= 2;
        result = OptIndex(top[0], top[1], context_);
        break;
      case Op::kCall:
        top -= code_.calls[in.operand].args;
        result = CallFunction(code_.calls[in.operand], top);
        if (TooExpensive()) return Cancel();
        break;
      case Op::kNot:
        ++cost_;
        --top;
        result = top->is_bool() ? Value::Bool(!top->as_bool()) : NoSuchOverload(arena_);
        break;
      case Op::kNegate:
        ++cost_;
        --top;
        result = Negate(*top, arena_);
        break;
      case Op::kEquals:
      case Op::kNotEquals: {
        top -= 2;
        cost_ += TraversalCost(std::min(CostSize(top[0]), CostSize(top[1])));
        const Value &a = top[0], &b = top[1];
        const bool equal = a.is_string() && b.is_string() ? a.text() == b.text()
                           : a.is_bool() && b.is_bool()   ? a.as_bool() == b.as_bool()
                                                          : Equal(a, b);
        *top++ = Value::Bool(equal == (in.op == Op::kEquals));
        ++pc;
        continue;
      }
      case Op::kLess:
      case Op::kLessEquals:
      case Op::kGreater:
      case Op::kGreaterEquals:
        top -= 2;
        result = Less(top[0], top[1], in.op);
        break;
      case Op::kAdd: {
        top -= 2;
        const std::uint64_t before = cost_;
        result = Add(top[0], top[1], arena_, cost_);
        if (cost_ == before) ++cost_;
        if (TooExpensive()) return Cancel();
        break;
      }
      case Op::kSubtract:
        ++cost_;
        top -= 2;
        result = Subtract(top[0], top[1], arena_);
        break;
      case Op::kMultiply:
        ++cost_;
        top -= 2;
        result = Multiply(top[0], top[1], arena_);
        break;
      case Op::kDivide:
        ++cost_;
        top -= 2;
        result = Divide(top[0], top[1], arena_);
        break;
      case Op::kModulo:
        ++cost_;
        top -= 2;
        result = Modulo(top[0], top[1], arena_);
        break;
      case Op::kIn:
        top -= 2;
        result = In(top[0], top[1], arena_, cost_);
        break;
      case Op::kInConstants:
        ++cost_;
        top[-1] = Value::Bool(code_.sets[in.operand]->Find(top[-1]) != nullptr);
        ++pc;
        continue;
      case Op::kJump:
        pc = first + in.operand;
        continue;
      case Op::kAnd:
        pc = top[-1].is_false() ? first + in.operand : pc + 1;
        continue;
      case Op::kOr:
        pc = top[-1].is_true() ? first + in.operand : pc + 1;
        continue;
      case Op::kAndNext:
        --top;
        top[-1] = Combine(top[-1], top[0], true);
        pc = top[-1].is_false() ? first + in.operand : pc + 1;
        continue;
      case Op::kOrNext:
        --top;
        top[-1] = Combine(top[-1], top[0], false);
        pc = top[-1].is_true() ? first + in.operand : pc + 1;
        continue;
      case Op::kAndEnd:
        top -= 2;
        result = Combine(top[0], top[1], true);
        break;
      case Op::kOrEnd:
        top -= 2;
        result = Combine(top[0], top[1], false);
        break;
      case Op::kBranch:
        --top;
        if (top->is_bool()) {
          pc = top->as_bool() ? pc + 1 : first + in.operand;
          continue;
        }
        result = NoSuchOverload(arena_);
        break;
      case Op::kList:
        top -= in.operand;
        result = MakeList(in, top);
        break;
      case Op::kMap:
        top -= 2 * in.operand;
        result = MakeMap(in, top);
        break;
      case Op::kMessage:
        top -= code_.messages[in.operand].fields.size();
        result = MakeMessage(code_.messages[in.operand], top);
        break;
      case Op::kLoopBegin:
        result = BeginLoop(code_.loops[in.operand], *--top);
        if (!result.is_error()) {
          ++pc;
          continue;
        }
        break;
      case Op::kLoopNext: {
        if (OverBudget()) return Cancel();
        const LoopSite& site = code_.loops[in.operand];
        pc = NextRound(site) ? pc + 1 : first + site.end;
        continue;
      }
      case Op::kLoopFilter:
        --top;
        if (top->is_bool()) {
          pc = top->as_bool() ? pc + 1 : first + code_.loops[in.operand].next;
          continue;
        }
        result = NoSuchOverload(arena_);
        break;
      case Op::kLoopStep: {
        const LoopSite& site = code_.loops[in.operand];
        result = Step(site, *--top);
        if (!result.is_error()) {
          pc = first + site.next;
          continue;
        }
        break;
      }
      case Op::kLoopEnd:
        result = EndLoop(code_.loops[in.operand]);
        break;
      case Op::kNote:
        notes_->Add(in.operand, top[-1]);
        ++pc;
        continue;
      case Op::kStore:
        locals_[in.operand] = *--top;
        ++pc;
        continue;
      case Op::kOptBegin:
        result = *--top;
        if (!result.is(ValueKind::kOptional)) {
          result = NoSuchOverload(arena_);
        } else if (result.optional() == nullptr) {
          *top++ = result;
          pc = first + in.operand;
          continue;
        } else {
          locals_[in.count] = *result.optional();
          ++pc;
          continue;
        }
        break;
      case Op::kOptOr:
        result = *--top;
        if (!result.is(ValueKind::kOptional)) {
          result = NoSuchOverload(arena_);
        } else if (result.optional() == nullptr) {
          ++pc;
          continue;
        } else {
          *top++ = in.flag ? *result.optional() : result;
          pc = first + in.operand;
          continue;
        }
        break;
      case Op::kOptWrap:
        top[-1] = Value::Optional(arena_.New<Value>(top[-1]));
        ++pc;
        continue;
      case Op::kOptCheck:
        result = *--top;
        if (!result.is(ValueKind::kOptional)) result = NoSuchOverload(arena_);
        break;
      case Op::kFail:
        result = Fail(code_.constants[in.operand].text());
        break;
      case Op::kReturn:
        if (TooExpensive()) return Cancel();
        context_.cost += cost_;
        return top[-1];
    }
    // Here come the instructions that push one value and may fail.
    if (!result.is_error()) [[likely]] {
      *top++ = result;
      ++pc;
      continue;
    }
    result = Placed(result);
    const Handler* const handler = HandlerHere();
    if (handler == nullptr) {
      context_.cost += cost_;
      return result;
    }
    top = stack_ + handler->depth;
    *top++ = result;
    pc = first + handler->target;
  }
}

// What the path's first `count` keys lead to. JSON, which nearly all is, is walked as it stands; what is
// below something else, or is not there, is left to Select.
Value Machine::Descend(const Path& path, std::uint32_t count) {
  Value value = path.local ? locals_[path.slot] : slots_[path.slot];
  const json::Key* key = code_.keys.data() + path.first_key;
  const json::Key* const end = key + count;
  if (count > 0 && value.is(ValueKind::kJsonObject)) {
    json::Value at = value.as_json_object();
    for (; key != end; ++key) {
      const json::Value* const member = at.Find(*key);
      if (member == nullptr) break;
      at = *member;
    }
    value = Value::Json(at);
  }
  for (; key != end && !value.is_error(); ++key) value = Select(value, *key, context_);
  return value;
}

Value Machine::Follow(const Path& path) {
  cost_ += 1 + path.keys;
  return Descend(path, path.keys);
}

Value Machine::HasAt(const Path& path) {
  cost_ += path.keys;  // the question itself is free
  const Value value = Descend(path, path.keys - 1);
  const json::Key& last = code_.keys[path.first_key + path.keys - 1];
  if (value.is(ValueKind::kJsonObject)) [[likely]]
    return Value::Bool(value.as_json_object().Find(last) != nullptr);
  return value.is_error() ? value : Has(value, last, context_);
}

Value Machine::CallFunction(const CallSite& site, const Value* operands) {
  const std::span<const Value> args(operands, site.args);
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
Value Machine::Combine(const Value& left, const Value& right, bool conjunction) {
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
