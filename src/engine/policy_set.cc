#include "engine/policy_set.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "pattern/wildcard.h"

namespace ephor::engine {
namespace {

// The kinds that a rule names; nothing where it may match any kind.
std::optional<std::set<std::string_view>> KindsOf(const CompiledRule& rule) {
  std::set<std::string_view> kinds;
  for (const ResourceFilter& filter : rule.match.match().filters()) {
    if (filter.kinds().empty()) return std::nullopt;
    for (const kube::KindSelector& selector : filter.kinds()) {
      if (pattern::HasWildcard(selector.kind())) return std::nullopt;
      kinds.insert(selector.kind());
    }
  }
  return kinds;
}

}  // namespace

PolicySet::PolicySet(std::vector<std::shared_ptr<const CompiledPolicy>> policies,
                     std::vector<std::shared_ptr<const CompiledException>> exceptions)
    : policies_(std::move(policies)), exceptions_(std::move(exceptions)) {
  std::ranges::stable_sort(policies_, [](const auto& a, const auto& b) {
    const bool x = a->source().is_namespaced(), y = b->source().is_namespaced();
    return x != y ? y : a->key() < b->key();
  });
  // Of equal keys the last one stays.
  const auto same =
      std::ranges::unique(policies_.rbegin(), policies_.rend(), [](const auto& a, const auto& b) {
        return a->key() == b->key() && a->source().is_namespaced() == b->source().is_namespaced();
      });
  policies_.erase(policies_.begin(), same.begin().base());

  for (std::uint32_t i = 0; i < policies_.size(); ++i) {
    by_key_.try_emplace(policies_[i]->key(), policies_[i].get());
    std::vector<std::uint32_t> validating, mutating;
    for (std::uint32_t rule : policies_[i]->all_rules()) {
      const CompiledRule& compiled = policies_[i]->rules()[rule];
      if (compiled.validate != nullptr) validating.push_back(rule);
      if (compiled.mutate != nullptr && !compiled.mutate->is_existing()) mutating.push_back(rule);
    }
    validating_.Add(i, *policies_[i], validating);
    mutating_.Add(i, *policies_[i], mutating);
  }

  std::unordered_map<std::string_view, std::vector<const CompiledException*>> by_name;
  for (const auto& exception : exceptions_) {
    std::set<std::string_view> names;
    for (const policy::ExceptionEntry& entry : exception->source().exceptions)
      names.insert(entry.policy_name);
    for (std::string_view name : names) by_name[name].push_back(exception.get());
  }
  for (const auto& policy : policies_) {
    const auto candidates = by_name.find(policy->key());
    if (candidates == by_name.end()) continue;
    std::vector<ExceptionIndex>& indexes = by_policy_[policy.get()];
    for (const CompiledRule& rule : policy->rules()) {
      std::vector<const CompiledException*> of_rule;
      for (const CompiledException* exception : candidates->second) {
        if (exception->Names(policy->key(), rule.name)) of_rule.push_back(exception);
      }
      indexes.emplace_back(of_rule);
    }
  }
}

void PolicySet::KindIndex::Add(std::uint32_t policy, const CompiledPolicy& source,
                               std::span<const std::uint32_t> rules) {
  std::vector<std::uint32_t> any;
  std::map<std::string_view, std::vector<std::uint32_t>> named;
  for (const std::uint32_t rule : rules) {
    const auto kinds = KindsOf(source.rules()[rule]);
    if (!kinds) any.push_back(rule);
    for (std::string_view kind : kinds.value_or(std::set<std::string_view>())) named[kind].push_back(rule);
  }
  for (auto& [kind, of_kind] : named) {
    of_kind.insert(of_kind.end(), any.begin(), any.end());
    std::ranges::sort(of_kind);
    by_kind_[kind].push_back({policy, std::move(of_kind)});
  }
  if (!any.empty()) any_kind_.push_back({policy, std::move(any)});
}

std::span<const PolicySet::KindIndex::Candidate> PolicySet::KindIndex::OfKind(std::string_view kind) const {
  const auto found = by_kind_.find(kind);
  return found == by_kind_.end() ? std::span<const Candidate>() : found->second;
}

const CompiledPolicy* PolicySet::Find(std::string_view key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : found->second;
}

const ExceptionIndex* PolicySet::Of(const CompiledPolicy& policy, std::size_t rule) const {
  if (by_policy_.empty()) return nullptr;
  const auto found = by_policy_.find(&policy);
  if (found == by_policy_.end()) return nullptr;
  const ExceptionIndex& index = found->second[rule];
  return index.empty() ? nullptr : &index;
}

}  // namespace ephor::engine
