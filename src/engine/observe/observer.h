// What somebody who watches an evaluation is told: the steps it takes and what came of each.
//
// An observer cannot change anything: it is told by the same code that decides, and gives nothing back. There
// is none in normal operation; the engine then does no more than look at a null pointer, once for a rule, a
// condition, a query, a variable and a pattern. The reasons are in docs/design/observe.md.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "json/value.h"

namespace ephor::engine {

enum class StepKind : std::uint8_t {
  kPolicy,
  kRule,
  kMatch,
  kExclude,
  kFilter,      // one of `any` or `all` of a match or exclude; a rule or selector of matchConstraints
  kBinding,     // of an admission policy
  kException,   // one that names the rule
  kConditions,  // preconditions, those of a deny, an exception, a loop
  kCondition,
  kQuery,        // a JMESPath expression
  kVariable,     // a context entry that is loaded, or a variable of a CEL policy
  kPattern,      // a pattern, or one of an anyPattern
  kPatternNode,  // a key or an element of a pattern
  kForEach,
  kElement,
  kTarget,  // an object that a mutate rule for existing objects changes
  kPodSecurity,
  kControl,    // of the Pod Security Standards
  kCel,        // a CEL expression
  kPart,       // of one
  kOperand,    // of its && and ||, or one that ?: chooses: it may not be reached
  kRound,      // what a loop of one computes for an element
  kPatch,      // a change of the object
  kImage,      // one that an ImageValidatingPolicy looks at
  kGenerated,  // an object that is made
  kOldObject,  // the old object of an update, judged as if it were new
};

// "policy", "rule", ..., "oldObject".
std::string_view ToString(StepKind kind);

// What came of a step.
enum class Verdict : std::uint8_t {
  kNone,  // nothing to decide, or nothing to say
  kTrue,  // matches, holds, applies
  kFalse,
  kPass,
  kFail,
  kWarning,
  kSkip,
  kError,
  kNotReached,  // what comes before it decides
};

// "", "true", "false", "pass", "fail", "warning", "skip", "error", "not reached".
std::string_view ToString(Verdict verdict);

// A step begins. Views: what is of the policy or the request's arena lives as long as these, the rest for the
// call only.
struct Step {
  StepKind kind = StepKind::kRule;
  // The part of the policy, as it stands in the policy's document or in a rule that autogen made; nullptr
  // where that is not known.
  const json::Value* source = nullptr;
  std::string_view name;
  // The expression. Where it is a view of the policy's document, that says where it stands.
  std::string_view text = {};
  // What is looked at, where it stands in the object; nullptr where there is nothing.
  const json::Value* subject = nullptr;
};

// Something that a step found: an operand, an operator, a value.
struct Detail {
  std::string_view name;
  json::Value value;
};

struct Conclusion {
  Verdict verdict = Verdict::kNone;
  std::string_view message;
  std::span<const Detail> details;
};

// Called on the evaluating thread; may be slow. What the details hold lives as long as the request's arena.
class Observer {
 public:
  virtual ~Observer() = default;

  // Steps nest: each Begin has its End.
  virtual void Begin(const Step& step) = 0;
  virtual void End(const Conclusion& conclusion) = 0;

  void Tell(const Step& step, const Conclusion& conclusion) {
    Begin(step);
    End(conclusion);
  }
};

// A step that ends with its scope. Without an observer it costs two looks at the pointer.
class Watched {
 public:
  Watched(Observer* observer, const Step& step) : observer_(observer) {
    if (observer_ != nullptr) [[unlikely]]
      observer_->Begin(step);
  }
  ~Watched() {
    if (observer_ != nullptr) [[unlikely]]
      observer_->End({verdict_, message_, {}});
  }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

  // The message must live as long as this.
  void Conclude(Verdict verdict, std::string_view message = {}) {
    verdict_ = verdict;
    message_ = message;
  }

 private:
  Observer* observer_;
  Verdict verdict_ = Verdict::kNone;
  std::string_view message_;
};

}  // namespace ephor::engine
