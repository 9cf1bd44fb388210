// Checks of preconditions and deny conditions.
#include <algorithm>

#include "base/quote.h"
#include "pattern/text.h"
#include "policy/checks.h"

namespace ephor::policy {
namespace {

using json::Value;

constexpr std::string_view kOperators[] = {
    "AllIn",
    "AllNotIn",
    "AnyIn",
    "AnyNotIn",
    "DurationGreaterThan",
    "DurationGreaterThanOrEquals",
    "DurationLessThan",
    "DurationLessThanOrEquals",
    "Equal",
    "Equals",
    "GreaterThan",
    "GreaterThanOrEquals",
    "In",
    "LessThan",
    "LessThanOrEquals",
    "NotEqual",
    "NotEquals",
    "NotIn",
};

// ---- one condition: an error's text begins with the place within the condition ----

bool IsOperation(std::string_view text) {
  return text == "CREATE" || text == "UPDATE" || text == "DELETE" || text == "CONNECT";
}

std::unexpected<Error> UnknownOperation(std::string_view place, std::string_view value) {
  return Refuse(
      std::string(place)
          .append(": unknown value '")
          .append(value)
          .append("' found under the 'value' field. Only the following values are allowed: [CREATE, "
                  "UPDATE, DELETE, CONNECT]"));
}

Result<void> CheckOperationValue(const Value& value) {
  if (value.is_string()) {
    const std::string_view text = value.as_string();
    if (text.size() >= 4 && text.starts_with("{{") && text.ends_with("}}")) return {};
    if (!IsOperation(text)) return UnknownOperation(std::string("value: ").append(text), text);
    return {};
  }
  if (!value.is_array()) {
    const std::string_view kind = value.is_object() ? "map" : pattern::GoTypeName(value);
    return Refuse(
        std::string("value: 'value' field found to be of the type ")
            .append(kind)
            .append(". The provided value/values are expected to be either in the form of a string or "
                    "list"));
  }
  for (std::size_t i = 0; i < value.items().size(); ++i) {
    const Value& item = value.items()[i];
    const std::string place = Indexed("value", i);
    if (!item.is_string()) {
      return Refuse(place + ": '" + place + "' found to be of the type " +
                    std::string(pattern::GoTypeName(item)) +
                    ". The provided values are expected to be strings");
    }
    if (!IsOperation(item.as_string())) return UnknownOperation(place, item.as_string());
  }
  return {};
}

Result<void> CheckValues(const Condition& condition) {
  if (condition.key == nullptr || condition.value == nullptr || condition.op.empty()) {
    return Refuse(": entered value of `key`, `value` or `operator` is missing or misspelled");
  }
  if (!condition.key->is_string()) return {};
  std::string key(condition.key->as_string());
  std::erase(key, ' ');
  return key == "{{request.operation}}" ? CheckOperationValue(*condition.value) : Result<void>();
}

Result<void> CheckOperator(const Condition& condition) {
  if (std::ranges::find(kOperators, condition.op) != std::end(kOperators)) return {};
  return Refuse(": entered value of `operator` is invalid. valid values: " + GoQuotedList(kOperators));
}

// ---- conditions of either form ----

using CheckOne = Result<void> (*)(const Condition&);

// The reference names the list "any" in errors about operators also where it is "all".
Result<void> CheckAll(const Conditions& conditions, std::string_view path, CheckOne check) {
  const auto check_list = [&](std::span<const Condition> list, const std::string& name) -> Result<void> {
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (auto checked = check(list[i]); !checked) {
        return Refuse(Indexed(name, i) + "." + checked.error().message());
      }
    }
    return {};
  };
  if (conditions.legacy) return check_list(conditions.all, std::string(path));
  EPHOR_TRY(check_list(conditions.any, Child(path, "any")));
  return check_list(conditions.all, Child(path, check == &CheckOperator ? "any" : "all"));
}

Result<void> CheckValuesAndOperators(const Conditions* conditions, std::string_view path) {
  if (conditions == nullptr) return {};
  EPHOR_TRY(CheckAll(*conditions, path, &CheckValues));
  return CheckAll(*conditions, path, &CheckOperator);
}

template <class ForEach>
Result<void> CheckForeach(std::span<const ForEach> list, const std::string& path) {
  for (const ForEach& foreach : list) {
    if (foreach.preconditions != nullptr) {
      EPHOR_TRY(CheckAll(*foreach.preconditions, Child(path, "conditions"), &CheckOperator));
    }
    if constexpr (requires {
                    foreach
                      .deny;
                  }) {
      if (foreach.deny != nullptr && foreach.deny->conditions != nullptr) {
        EPHOR_TRY(CheckAll(*foreach.deny->conditions, Child(path, "deny.conditions"), &CheckOperator));
      }
    }
    if (auto nested = CheckForeach(foreach.foreach, path); !nested) {
      return Refuse(path + "." + nested.error().message());
    }
  }
  return {};
}

}  // namespace

Result<void> CheckConditions(const Rule& rule) {
  EPHOR_TRY(CheckValuesAndOperators(rule.preconditions, "validate.preconditions"));
  if (rule.validate != nullptr) {
    if (rule.validate->deny != nullptr) {
      EPHOR_TRY(CheckValuesAndOperators(rule.validate->deny->conditions, "validate.deny.conditions"));
    }
    EPHOR_TRY(CheckForeach(rule.validate->foreach, "validate.foreach"));
  }
  if (rule.mutate != nullptr) EPHOR_TRY(CheckForeach(rule.mutate->foreach, "mutate.foreach"));
  for (const ImageVerification& images : rule.verify_images) {
    for (const Attestation& attestation : images.attestations) {
      for (const Conditions& conditions : attestation.conditions) {
        EPHOR_TRY(CheckAll(conditions, "verifyImages.attestations.conditions", &CheckOperator));
      }
    }
    if (images.validate.deny != nullptr) {
      EPHOR_TRY(
          CheckValuesAndOperators(images.validate.deny->conditions, "imageVerify.validate.deny.conditions"));
    }
  }
  return {};
}

// ---- operators that have better ones ----

namespace {

void WarnOf(std::span<const Condition> list, Texts& warnings) {
  constexpr std::string_view kInsteadOfIn[] = {"AllIn", "AnyIn"};
  constexpr std::string_view kInsteadOfNotIn[] = {"AllNotIn", "AnyNotIn"};
  for (const Condition& condition : list) {
    if (condition.op != "In" && condition.op != "NotIn") continue;
    warnings.push_back(std::string("Operator ")
                           .append(condition.op)
                           .append(" has been deprecated and will be removed soon. Use these instead: ") +
                       GoQuotedList(condition.op == "In" ? kInsteadOfIn : kInsteadOfNotIn));
  }
}

void WarnOf(const Conditions* conditions, Texts& warnings) {
  if (conditions == nullptr) return;
  WarnOf(conditions->any, warnings);
  WarnOf(conditions->all, warnings);
}

}  // namespace

void WarnOfOldOperators(const Rule& rule, Texts& warnings) {
  if (rule.validate != nullptr) {
    if (rule.validate->deny != nullptr) WarnOf(rule.validate->deny->conditions, warnings);
    for (const ForEachValidation& foreach : rule.validate->foreach) {
      WarnOf(foreach.preconditions, warnings);
      if (foreach.deny != nullptr) WarnOf(foreach.deny->conditions, warnings);
    }
  }
  for (const ImageVerification& images : rule.verify_images) {
    for (const Attestation& attestation : images.attestations) {
      for (const Conditions& conditions : attestation.conditions) WarnOf(&conditions, warnings);
    }
  }
}

}  // namespace ephor::policy
