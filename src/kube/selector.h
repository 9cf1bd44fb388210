// Label selectors.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace ephor::kube {

// All requirements must hold; none at all selects everything. Kyverno's additions: keys and values of
// matchLabels may have wildcards, which hold when some label matches both. A selector that Kubernetes would
// refuse (a key, value or operator that is not valid) selects nothing. Immutable; matching does not allocate.
class LabelSelector {
  // Matches where some label's key and value match, for kWildcard; else about the label of that key.
  struct Requirement {
    enum class Operator : std::uint8_t { kIn, kNotIn, kExists, kDoesNotExist, kWildcard };
    Operator op;
    std::string key;
    std::vector<std::string> values;

    bool Holds(const json::Value& labels) const;
  };

 public:
  class Builder {
   public:
    void MatchLabel(std::string_view key, std::string_view value);
    // In, NotIn, Exists, DoesNotExist.
    void Require(std::string_view key, std::string_view op, std::span<const std::string_view> values);
    LabelSelector Build() && { return LabelSelector(std::move(requirements_), valid_); }

   private:
    std::vector<Requirement> requirements_;
    bool valid_ = true;
  };

  // From a LabelSelector object {matchLabels, matchExpressions}.
  static LabelSelector FromValue(const json::Value& selector);

  // Labels are an object of strings; anything else has no labels.
  bool Matches(const json::Value& labels) const;
  bool valid() const { return valid_; }

 private:
  LabelSelector(std::vector<Requirement> requirements, bool valid)
      : requirements_(std::move(requirements)), valid_(valid) {}

  std::vector<Requirement> requirements_;
  bool valid_;
};

// Whether a text may be a label's key ("example.com/name") and value (RFC 1123 names and the like).
bool IsLabelKey(std::string_view text);
bool IsLabelValue(std::string_view text);

}  // namespace ephor::kube
