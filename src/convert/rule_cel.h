// One rule that validates or mutates as the parts of a ValidatingPolicy or a MutatingPolicy.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "convert/generation_cel.h"
#include "convert/match_cel.h"
#include "convert/mutation_cel.h"
#include "convert/place.h"
#include "convert/targets_cel.h"
#include "policy/types.h"

namespace ephor::convert {

struct CelValidation {
  std::string expression;
  std::string message;
  std::string message_expression;
};

struct ConvertedRule {
  std::vector<ResourceRule> resource_rules;
  std::vector<std::string_view> operations;
  const policy::LabelSelector* namespace_selector = nullptr;
  std::vector<NamedCondition> conditions;
  std::vector<Variables::Variable> variables;
  std::vector<CelValidation> validations;
  std::vector<CelMutation> mutations;      // of a rule that mutates
  std::optional<CelTargets> targets;       // of one that changes existing objects
  std::vector<CelGeneration> generations;  // of one that generates
  const policy::Generation* generation = nullptr;
  std::vector<kube::GroupVersionKind> kinds;
  bool any_version = false;
  bool is_pods_only = false;
  bool reads_ephemeral_containers = false;
};

// Why a rule cannot be converted, and the part of it that stands in the way.
struct Refusal {
  std::string reason;
  const json::Value* place = nullptr;
};

struct RuleOptions {
  bool deletes =
      false;  // the rule for DELETE, of which the object is `oldObject`; else for all other operations
  bool any_types = false;  // no type is taken for granted but those of metadata
  std::string_view policy_namespace = {};
};

// Nothing where the rule has nothing to say of the operations.
std::expected<std::optional<ConvertedRule>, Refusal> ConvertRule(const policy::Rule& rule,
                                                                 const KnownKinds& kinds,
                                                                 const RuleOptions& options);

}  // namespace ephor::convert
