#include "engine/policy_set.h"

#include <algorithm>
#include <set>

#include "pattern/wildcard.h"

namespace ephor::engine {
namespace {

// The kinds that a policy's validate rules name; false where one of them may match any kind.
bool CollectKinds(const CompiledPolicy& policy, std::set<std::string_view>& kinds) {
  for (const CompiledRule& rule : policy.rules()) {
    if (rule.validate == nullptr) continue;
    for (const ResourceFilter& filter : rule.match.match().filters()) {
      if (filter.kinds().empty()) return false;
      for (const kube::KindSelector& selector : filter.kinds()) {
        if (pattern::HasWildcard(selector.kind())) return false;
        kinds.insert(selector.kind());
      }
    }
  }
  return true;
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
    const CompiledPolicy& policy = *policies_[i];
    if (!policy.has_validate()) continue;
    std::set<std::string_view> kinds;
    if (!CollectKinds(policy, kinds)) {
      any_kind_.push_back(i);
      continue;
    }
    for (std::string_view kind : kinds) by_kind_[kind].push_back(i);
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

std::span<const std::uint32_t> PolicySet::OfKind(std::string_view kind) const {
  const auto found = by_kind_.find(kind);
  return found == by_kind_.end() ? std::span<const std::uint32_t>() : found->second;
}

const CompiledPolicy* PolicySet::Find(std::string_view key) const {
  const auto found =
      std::ranges::find_if(policies_, [&](const auto& policy) { return policy->key() == key; });
  return found == policies_.end() ? nullptr : found->get();
}

const ExceptionIndex* PolicySet::Of(const CompiledPolicy& policy, std::size_t rule) const {
  const auto found = by_policy_.find(&policy);
  if (found == by_policy_.end()) return nullptr;
  const ExceptionIndex& index = found->second[rule];
  return index.empty() ? nullptr : &index;
}

}  // namespace ephor::engine
