#include "engine/configuration.h"

#include <algorithm>

#include "base/quantity.h"
#include "pattern/text.h"
#include "pattern/wildcard.h"

namespace ephor::engine {
namespace {

constexpr std::string_view kChartFilters =
    "[*/*,kyverno,*][Event,*,*][*/*,kube-system,*][*/*,kube-public,*][*/*,kube-node-lease,*][Node,*,*][Node/"
    "?*,*,*]"
    "[APIService,*,*][APIService/"
    "?*,*,*][TokenReview,*,*][SubjectAccessReview,*,*][SelfSubjectAccessReview,*,*]"
    "[Binding,*,*][Pod/binding,*,*][ReplicaSet,*,*][ReplicaSet/?*,*,*][EphemeralReport,*,*]"
    "[ClusterEphemeralReport,*,*]";

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

bool AnyMatches(const std::vector<std::string>& patterns, std::string_view text) {
  return std::ranges::any_of(patterns,
                             [&](const auto& pattern) { return pattern::WildcardMatch(pattern, text); });
}

bool AnyMatches(const std::vector<std::string>& patterns, std::span<const std::string_view> texts) {
  return std::ranges::any_of(texts, [&](std::string_view text) { return AnyMatches(patterns, text); });
}

// The first part of a registry must be a DNS name, with a port where wanted.
bool IsRegistry(std::string_view text) {
  std::string_view host = text.substr(0, text.find('/'));
  host = host.substr(0, host.find(':'));
  return !host.empty() && host.front() != '-' && host.back() != '-' && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

}  // namespace

Configuration Configuration::ChartDefaults() {
  Configuration configuration;
  std::vector<std::string> warnings;
  configuration.filters_ = ParseFilters(kChartFilters, warnings);
  configuration.groups_ = ParseExclusions("system:nodes");
  return configuration;
}

Configuration Configuration::Read(const json::Value& data, std::vector<std::string>& warnings) {
  Configuration configuration;
  const auto text = [&](const char* key) { return pattern::TrimSpace(data.StringAt(key)); };
  const auto ignored = [&](std::string_view key, std::string_view value, std::string_view wanted) {
    warnings.push_back(std::string(key) + ": " + std::string(value) + " is ignored: " + std::string(wanted));
  };
  configuration.filters_ = ParseFilters(text("resourceFilters"), warnings);
  configuration.groups_ = ParseExclusions(text("excludeGroups"));
  configuration.usernames_ = ParseExclusions(text("excludeUsernames"));
  configuration.roles_ = ParseExclusions(text("excludeRoles"));
  configuration.cluster_roles_ = ParseExclusions(text("excludeClusterRoles"));
  if (const auto registry = text("defaultRegistry"); !registry.empty()) {
    if (IsRegistry(registry)) {
      configuration.default_registry_ = registry;
    } else {
      ignored("defaultRegistry", registry, "it must begin with a DNS name");
    }
  }
  if (const auto flag = text("enableDefaultRegistryMutation"); !flag.empty()) {
    if (flag == "true" || flag == "false") {
      configuration.mutates_default_registry_ = flag == "true";
    } else {
      ignored("enableDefaultRegistryMutation", flag, "it must be \"true\" or \"false\"");
    }
  }
  if (const auto limit = text("maxContextSize"); !limit.empty()) {
    Quantity quantity;
    if (Quantity::TryParse(limit, quantity) && quantity.sign() >= 0) {
      configuration.max_context_bytes_ = quantity.ToIntRoundedUp();
    } else {
      ignored("maxContextSize", limit, "it must be a quantity such as 2Mi");
    }
  }
  configuration.webhooks_ = text("webhooks");
  return configuration;
}

std::vector<Configuration::Filter> Configuration::ParseFilters(std::string_view text,
                                                               std::vector<std::string>& warnings) {
  std::vector<Filter> filters;
  for (std::size_t open = text.find('['); open != std::string_view::npos; open = text.find('[', open + 1)) {
    const std::size_t close = text.find_first_of("[]", open + 1);
    if (close == std::string_view::npos || text[close] == '[') continue;
    const std::string_view inside = text.substr(open + 1, close - open - 1);
    const std::vector<std::string_view> parts = Split(inside, ',');
    if (parts.size() > 3) {
      warnings.push_back("resourceFilters: [" + std::string(inside) +
                         "] is ignored: a filter is [kind,namespace,name]");
      continue;
    }
    filters.push_back({kube::KindSelector::Parse(parts[0]), std::string(parts.size() > 1 ? parts[1] : ""),
                       std::string(parts.size() > 2 ? parts[2] : "")});
  }
  return filters;
}

Configuration::Exclusions Configuration::ParseExclusions(std::string_view text) {
  Exclusions exclusions;
  for (std::string_view part : Split(text, ',')) {
    part = pattern::TrimSpace(part);
    if (part.starts_with('!')) {
      exclusions.include.emplace_back(pattern::TrimSpace(part.substr(1)));
    } else if (!part.empty()) {
      exclusions.exclude.emplace_back(part);
    }
  }
  return exclusions;
}

bool Configuration::Filters(const kube::GroupVersionKind& kind, std::string_view subresource,
                            std::string_view namespace_, std::string_view name) const {
  const bool is_namespace = kind.group.empty() && kind.version == "v1" && kind.kind == "Namespace";
  return std::ranges::any_of(filters_, [&](const Filter& filter) {
    if (!filter.kind.MatchesExactly(kind, subresource)) return false;
    if (is_namespace && pattern::WildcardMatch(filter.namespace_, name)) return true;
    return pattern::WildcardMatch(filter.namespace_, namespace_) && pattern::WildcardMatch(filter.name, name);
  });
}

bool Configuration::Excludes(const Requester& requester) const {
  if (AnyMatches(usernames_.include, requester.username) || AnyMatches(groups_.include, requester.groups) ||
      AnyMatches(roles_.include, requester.roles) ||
      AnyMatches(cluster_roles_.include, requester.cluster_roles)) {
    return false;
  }
  return AnyMatches(usernames_.exclude, requester.username) ||
         AnyMatches(groups_.exclude, requester.groups) || AnyMatches(roles_.exclude, requester.roles) ||
         AnyMatches(cluster_roles_.exclude, requester.cluster_roles);
}

}  // namespace ephor::engine
