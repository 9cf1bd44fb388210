// Whether a violation blocks: failureAction, its overrides, and the policy's defaults.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "kube/selector.h"
#include "policy/types.h"

namespace ephor::engine {

// Of one validate rule. Immutable, safe from any thread; the policy must outlive it.
//
// There are two questions with slightly different rules, as in the reference. Which pass an admission
// request's rule runs in, before the answer or after it, is asked for the request's namespace; whether a
// failed rule blocks, for the object's.
class FailureAction {
 public:
  FailureAction(const policy::Spec& spec, const policy::Validation& rule);

  // Whether the rule runs before the answer. The first override that applies decides: one without namespaces
  // and selector always does, one whose namespaces or whose selector match the request's namespace; else the
  // rule's action, else the policy's.
  bool RunsBeforeAnswer(std::string_view namespace_, const json::Value& namespace_labels) const {
    if (rule_overrides_.empty() && spec_overrides_.empty()) return rule_or_spec_enforces_;
    return RunsBeforeAnswerByOverride(namespace_, namespace_labels);
  }

  // Whether a failure of the rule blocks the request: the rule's overrides, the rule's action, the policy's
  // overrides, the policy's action. Here an override with both namespaces and selector needs both to match.
  bool Blocks(std::string_view namespace_, const json::Value& namespace_labels) const;

  // The part of Blocks that the rule itself decides; nothing where it names no action that applies.
  std::optional<bool> RuleBlocks(std::string_view namespace_, const json::Value& namespace_labels) const;

  // Enforce without overrides.
  bool BlocksEverywhere() const {
    return rule_or_spec_enforces_ && rule_overrides_.empty() && spec_overrides_.empty();
  }

  // The action without overrides, which decides whether violations that were there before an update are let
  // pass.
  bool EnforcesByDefault() const { return rule_or_spec_enforces_; }

 private:
  struct Override {
    bool enforces;
    bool valid;  // Audit or Enforce
    policy::StringList namespaces;
    std::optional<kube::LabelSelector> selector;
  };

  bool RunsBeforeAnswerByOverride(std::string_view namespace_, const json::Value& namespace_labels) const;
  static std::vector<Override> Compile(std::span<const policy::FailureActionOverride> overrides);
  static const Override* Applying(const std::vector<Override>& overrides, std::string_view namespace_,
                                  const json::Value& namespace_labels);

  std::vector<Override> rule_overrides_;
  std::vector<Override> spec_overrides_;
  bool rule_has_action_;
  bool rule_or_spec_enforces_;
  bool spec_enforces_;
};

}  // namespace ephor::engine
