// The machine that runs a program. run.cc has its loop, the other machine_*.cc files what the larger
// instructions do.
#pragma once

#include <algorithm>
#include <cstddef>

#include "cel/eval/code.h"
#include "cel/eval/operators.h"

namespace ephor::cel {

// Where a loop of a macro stands.
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

// Lives for one evaluation.
class Machine {
 public:
  Machine(const Code& code, std::span<const Value> slots, Context& context, Notes* notes)
      : code_(code), slots_(slots), context_(context), arena_(context.arena), notes_(notes) {
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
  // Of an error of the instruction at hand; null where there is none.
  const Handler* HandlerHere() const {
    const std::uint32_t number = code_.handler_of[static_cast<std::size_t>(pc_ - code_.instructions.data())];
    return number == 0 ? nullptr : &code_.handlers[number - 1];
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
    return ++rounds_ % kRoundsPerQuestion == 0 && context_.world.deadline.HasPassed();
  }

  Value Descend(const Path& path, std::uint32_t count);
  Value Follow(const Path& path);
  Value HasAt(const Path& path);
  Value CallFunction(const CallSite& site, const Value* operands);
  Value Less(const Value& a, const Value& b, Op op);
  Value Combine(const Value& left, const Value& right, bool conjunction);
  Value MakeList(const Instruction& in, const Value* items);
  Value MakeMap(const Instruction& in, const Value* pairs);
  Value MakeMessage(const MessageSite& site, const Value* values);
  Value BeginLoop(const LoopSite& site, const Value& range);
  bool NextRound(const LoopSite& site);
  Value Step(const LoopSite& site, const Value& result);
  Value EndLoop(const LoopSite& site);

  // Frames up to this size live on the machine's stack.
  static constexpr std::size_t kSmallFrame = 48, kSmallLoops = 2;
  // How many rounds of loops pass between two looks at the deadline.
  static constexpr std::uint32_t kRoundsPerQuestion = 256;

  const Code& code_;
  std::span<const Value> slots_;
  Context& context_;
  Arena& arena_;
  Notes* notes_;                     // only looked at by kNote
  const Instruction* pc_ = nullptr;  // the instruction at hand, which errors are placed by
  Value* locals_;
  Value* stack_;
  LoopState* loops_;
  std::uint64_t cost_ = 0;
  WalkBudget walks_;
  std::uint32_t rounds_ = 0;
  // Left as they are: nothing is read before it is written.
  alignas(Value) std::byte small_frame_[kSmallFrame * sizeof(Value)];
  alignas(LoopState) std::byte small_loops_[kSmallLoops * sizeof(LoopState)];
};

}  // namespace ephor::cel
