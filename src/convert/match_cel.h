// `match` and `exclude` of a rule as matchConstraints and matchConditions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "convert/cel_text.h"
#include "convert/known_kinds.h"
#include "kube/gvk.h"
#include "policy/types.h"

namespace ephor::convert {

struct NamedCondition {
  std::string name;
  Cel condition;
};

// One entry of matchConstraints.resourceRules, without operations.
struct ResourceRule {
  std::string group;
  std::vector<std::string> versions;
  std::vector<std::string> resources;

  bool operator==(const ResourceRule&) const = default;
};

// What a rule is about.
struct Selection {
  std::vector<kube::GroupVersionKind> kinds;  // empty: all there are
  bool any_version = false;  // some of the kinds are meant in all versions, also unknown ones
  std::vector<ResourceRule> resource_rules;
  std::vector<std::string_view> operations;  // that the rule names; empty where it names none
  const policy::LabelSelector* namespace_selector = nullptr;
  std::vector<NamedCondition> conditions;

  bool is_pods_only() const {
    return kinds.size() == 1 && kinds[0] == kube::GroupVersionKind{"", "v1", "Pod"};
  }
};

// `object` is the expression for the object that match is asked of: "object", or "oldObject" of deletions.
// Fails (kInvalidPolicy) with the reason; `culprit` is then the part at fault.
Result<Selection> ConvertMatch(const policy::Rule& rule, std::string_view object, const KnownKinds& kinds,
                               const json::Value** culprit);

}  // namespace ephor::convert
