#include "engine/response.h"

namespace ephor::engine {

std::string_view ToString(RuleStatus status) {
  switch (status) {
    case RuleStatus::kPass:
      return "pass";
    case RuleStatus::kFail:
      return "fail";
    case RuleStatus::kWarning:
      return "warning";
    case RuleStatus::kError:
      return "error";
    case RuleStatus::kSkip:
      return "skip";
  }
  return "";
}

std::string_view ToString(RuleType type) {
  switch (type) {
    case RuleType::kValidation:
      return "Validation";
    case RuleType::kMutation:
      return "Mutation";
    case RuleType::kGeneration:
      return "Generation";
    case RuleType::kDeletion:
      return "Deletion";
    case RuleType::kImageVerify:
      return "ImageVerify";
  }
  return "";
}

}  // namespace ephor::engine
