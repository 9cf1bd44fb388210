#include "engine/cel/resource_index.h"

#include <algorithm>

namespace ephor::engine {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"CREATE", "UPDATE", "DELETE", "CONNECT"};

bool HasWildcard(policy::StringList list) {
  return std::ranges::find(list, "*") != list.end();
}

// "*" stands for all of a list.
bool Lists(policy::StringList list, std::string_view text) {
  return HasWildcard(list) || std::ranges::find(list, text) != list.end();
}

// A policy may have several rules for one resource.
void AddOnce(std::uint32_t policy, std::vector<std::uint32_t>& policies) {
  if (policies.empty() || policies.back() != policy) policies.push_back(policy);
}

}  // namespace

std::size_t ResourceIndex::NumberOf(std::string_view operation) {
  return static_cast<std::size_t>(std::ranges::find(kNames, operation) - kNames.begin());
}

void ResourceIndex::AddRule(std::uint32_t policy, const policy::NamedRuleWithOperations& rule, Table& table) {
  const bool any_version = HasWildcard(rule.api_groups) || HasWildcard(rule.api_versions);
  for (const std::string_view name : rule.resources) {
    const std::string_view resource = name.substr(0, name.find('/'));
    if (resource == "*") {
      AddOnce(policy, table.any);
    } else if (any_version) {
      AddOnce(policy, table.by_resource[resource]);
    } else {
      for (const std::string_view group : rule.api_groups) {
        for (const std::string_view version : rule.api_versions) {
          AddOnce(policy, table.exact[{group, version, resource}]);
        }
      }
    }
  }
}

void ResourceIndex::Add(std::uint32_t policy, std::span<const policy::NamedRuleWithOperations> rules) {
  for (std::size_t operation = 0; operation < kOperations; ++operation) {
    if (rules.empty()) AddOnce(policy, tables_[operation].any);
    for (const policy::NamedRuleWithOperations& rule : rules) {
      if (Lists(rule.operations, kNames[operation])) AddRule(policy, rule, tables_[operation]);
    }
  }
}

}  // namespace ephor::engine
