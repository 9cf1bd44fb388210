// The evaluation of CEL expressions, told to an observer.
#pragma once

#include "base/arena.h"
#include "base/result.h"
#include "cel/plan/program.h"
#include "engine/observe/observer.h"

namespace ephor::engine {

// The step lasts as long as this; variables that the expression reads for the first time are steps inside it.
//
// A part of an expression is a step inside it, too, with the parts that are computed for it; a loop has one
// for each element. What is constant is none.
class ObservedCel {
 public:
  ObservedCel(Observer* observer, const Step& step) : observer_(observer) {
    if (observer_ != nullptr) [[unlikely]]
      observer_->Begin(step);
  }
  ~ObservedCel() {
    if (observer_ != nullptr) [[unlikely]]
      End();
  }
  ObservedCel(const ObservedCel&) = delete;
  ObservedCel& operator=(const ObservedCel&) = delete;

  // What it comes to, which must outlive this: a value or an error.
  void Tell(const Result<cel::Value>& result, Arena& arena) {
    if (observer_ != nullptr) [[unlikely]]
      Note(result, arena);
  }

 private:
  void Note(const Result<cel::Value>& result, Arena& arena);
  void End() const;

  Observer* observer_;
  Verdict verdict_ = Verdict::kNone;
  std::string_view message_;
  bool has_value_ = false;
  json::Value value_;
};

// The program's result; what its parts come to is told when it is there.
Result<cel::Value> EvaluateTold(const cel::Program& program, std::span<const cel::Value> slots,
                                cel::Context& context, Observer& observer);

}  // namespace ephor::engine
