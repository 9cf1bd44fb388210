#include "engine/observe/observer.h"

namespace ephor::engine {

std::string_view ToString(StepKind kind) {
  switch (kind) {
    case StepKind::kPolicy:
      return "policy";
    case StepKind::kRule:
      return "rule";
    case StepKind::kMatch:
      return "match";
    case StepKind::kExclude:
      return "exclude";
    case StepKind::kFilter:
      return "filter";
    case StepKind::kBinding:
      return "binding";
    case StepKind::kException:
      return "exception";
    case StepKind::kConditions:
      return "conditions";
    case StepKind::kCondition:
      return "condition";
    case StepKind::kQuery:
      return "query";
    case StepKind::kVariable:
      return "variable";
    case StepKind::kPattern:
      return "pattern";
    case StepKind::kPatternNode:
      return "patternNode";
    case StepKind::kForEach:
      return "foreach";
    case StepKind::kElement:
      return "element";
    case StepKind::kTarget:
      return "target";
    case StepKind::kPodSecurity:
      return "podSecurity";
    case StepKind::kControl:
      return "control";
    case StepKind::kCel:
      return "cel";
    case StepKind::kPart:
      return "part";
    case StepKind::kOperand:
      return "operand";
    case StepKind::kRound:
      return "round";
    case StepKind::kPatch:
      return "patch";
    case StepKind::kImage:
      return "image";
    case StepKind::kGenerated:
      return "generated";
    case StepKind::kOldObject:
      return "oldObject";
  }
  return "";
}

std::string_view ToString(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNone:
      return "";
    case Verdict::kTrue:
      return "true";
    case Verdict::kFalse:
      return "false";
    case Verdict::kPass:
      return "pass";
    case Verdict::kFail:
      return "fail";
    case Verdict::kWarning:
      return "warning";
    case Verdict::kSkip:
      return "skip";
    case Verdict::kError:
      return "error";
    case Verdict::kNotReached:
      return "not reached";
  }
  return "";
}

}  // namespace ephor::engine
