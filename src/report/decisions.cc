#include "report/decisions.h"

#include <algorithm>
#include <tuple>

#include "engine/compiled_policy.h"
#include "json/patch.h"
#include "json/write.h"

namespace ephor::report {
namespace {

constexpr std::string_view kNothing = "nothing";

std::string_view ResultOf(const engine::PolicyResponse& response, const engine::RuleResponse& rule,
                          const json::Value& object, const json::Value& namespace_labels) {
  if (rule.status != engine::RuleStatus::kFail || rule.type != engine::RuleType::kValidation) {
    return ToString(rule.status);
  }
  const std::string_view namespace_ = object.StringAt("metadata", "namespace");
  const bool blocks = rule.rule != nullptr && rule.rule->validate != nullptr
                          ? rule.rule->validate->failure_action().Blocks(namespace_, namespace_labels)
                          : response.policy->Enforces(namespace_, namespace_labels);
  return blocks ? "fail (blocks)" : "fail (audits)";
}

std::string_view PatchText(const json::Value& from, const json::Value& to, Arena& arena) {
  const std::span<const json::Operation> patch = json::Diff(from, to, arena);
  if (patch.empty()) return {};
  std::string text;
  json::WritePatch(patch, text);
  return arena.Copy(text);
}

std::string_view GeneratedText(const engine::RuleResponse& rule, Arena& arena) {
  if (rule.generated.empty() && !rule.patched_target.is_object()) return {};
  std::string text;
  for (const json::Value& object : rule.generated) json::Write(object, text);
  if (rule.patched_target.is_object()) json::Write(rule.patched_target, text);
  return arena.Copy(text);
}

auto KeyOf(const Decision& decision) {
  return std::tie(decision.policy, decision.rule);
}

// Those of one rule; either may be null.
void Compare(const Decision* before, const Decision* after, std::vector<Change>& changes) {
  const Decision& known = before != nullptr ? *before : *after;
  Change change{.policy = known.policy,
                .rule = known.rule,
                .before = before == nullptr ? kNothing : before->result,
                .after = after == nullptr ? kNothing : after->result};
  const auto add = [&](Change::Kind kind, std::string_view old_text, std::string_view new_text) {
    change.kind = kind;
    change.old_text = old_text;
    change.new_text = new_text;
    changes.push_back(change);
  };
  const Decision nothing;
  const Decision& old_one = before == nullptr ? nothing : *before;
  const Decision& new_one = after == nullptr ? nothing : *after;
  if (change.before != change.after) add(Change::Kind::kResult, old_one.message, new_one.message);
  if (old_one.patch != new_one.patch) add(Change::Kind::kPatch, old_one.patch, new_one.patch);
  if (old_one.generated != new_one.generated) {
    add(Change::Kind::kGenerated, old_one.generated, new_one.generated);
  }
  if (change.before == change.after && old_one.message != new_one.message) {
    add(Change::Kind::kMessage, old_one.message, new_one.message);
  }
}

}  // namespace

std::span<const Decision> DecisionsOf(std::span<const engine::PolicyResponse> responses,
                                      std::span<const std::size_t> mutated, const json::Value& object,
                                      const json::Value& namespace_labels, Arena& arena) {
  ArenaVector<Decision> decisions(arena);
  json::Value current = object;
  for (std::size_t i = 0; i < responses.size(); ++i) {
    const engine::PolicyResponse& response = responses[i];
    std::string_view patch;
    if (std::ranges::find(mutated, i) != mutated.end()) {
      patch = PatchText(current, response.resource, arena);
      current = response.resource;
    }
    for (const engine::RuleResponse& rule : response.rules) {
      decisions.push_back({.policy = response.policy->key(),
                           .rule = rule.name,
                           .result = ResultOf(response, rule, object, namespace_labels),
                           .message = rule.message,
                           .patch = &rule == &response.rules.back() ? patch : std::string_view(),
                           .generated = GeneratedText(rule, arena)});
    }
  }
  std::stable_sort(decisions.begin(), decisions.end(),
                   [](const Decision& a, const Decision& b) { return KeyOf(a) < KeyOf(b); });
  return decisions.span();
}

std::vector<Change> ChangesBetween(std::span<const Decision> before, std::span<const Decision> after) {
  std::vector<Change> changes;
  std::size_t b = 0, a = 0;
  // A rule that says several things of an object has them in the same order on both sides.
  while (b < before.size() || a < after.size()) {
    if (a == after.size() || (b < before.size() && KeyOf(before[b]) < KeyOf(after[a]))) {
      Compare(&before[b++], nullptr, changes);
    } else if (b == before.size() || KeyOf(after[a]) < KeyOf(before[b])) {
      Compare(nullptr, &after[a++], changes);
    } else {
      Compare(&before[b++], &after[a++], changes);
    }
  }
  return changes;
}

std::string DescribeChange(const Change& change) {
  switch (change.kind) {
    case Change::Kind::kResult:
      return std::string(change.before).append(" -> ").append(change.after);
    case Change::Kind::kPatch:
      return "another patch";
    case Change::Kind::kGenerated:
      return "other objects made";
    case Change::Kind::kMessage:
      return "another message";
  }
  return {};
}

void ChangeSummary::CountObject(std::span<const Change> changes) {
  ++objects_;
  if (changes.empty()) return;
  ++changed_objects_;
  for (const Change& change : changes) {
    ++counts_[{std::string(change.policy), std::string(change.rule), DescribeChange(change)}];
  }
}

void ChangeSummary::Add(const ChangeSummary& other) {
  objects_ += other.objects_;
  changed_objects_ += other.changed_objects_;
  for (const auto& [row, count] : other.counts_) counts_[row] += count;
}

}  // namespace ephor::report
