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

  for (std::uint32_t i = 0; i < policies_.size(); ++i) AddCandidates(i);

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

void PolicySet::AddCandidates(std::uint32_t position) {
  std::vector<std::uint32_t> any;
  std::map<std::string_view, std::vector<std::uint32_t>> named;
  const std::span<const CompiledRule> rules = policies_[position]->rules();
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    if (rules[i].validate == nullptr) continue;
    const auto kinds = KindsOf(rules[i]);
    if (!kinds) any.push_back(i);
    for (std::string_view kind : kinds.value_or(std::set<std::string_view>())) named[kind].push_back(i);
  }
  for (auto& [kind, of_kind] : named) {
    of_kind.insert(of_kind.end(), any.begin(), any.end());
    std::ranges::sort(of_kind);
    by_kind_[kind].push_back({position, std::move(of_kind)});
  }
  if (!any.empty()) any_kind_.push_back({position, std::move(any)});
}

std::span<const PolicySet::Candidate> PolicySet::OfKind(std::string_view kind) const {
  const auto found = by_kind_.find(kind);
  return found == by_kind_.end() ? std::span<const Candidate>() : found->second;
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
