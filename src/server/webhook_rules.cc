#include "server/webhook_rules.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "kube/builtin_kinds.h"
#include "kube/kinds.h"
#include "pattern/wildcard.h"

namespace ephor::server {
namespace {

using Operations = std::set<std::string_view>;
using KindOperations = std::map<std::string_view, Operations>;

const Operations& AllOperations() {
  static const Operations all{"CONNECT", "CREATE", "DELETE", "UPDATE"};
  return all;
}

// Those of a rule that names none.
const Operations& DefaultOperations(WebhookKind kind) {
  static const Operations changing{"CREATE", "UPDATE"};
  return kind == WebhookKind::kValidating ? AllOperations() : changing;
}

Operations OperationsOf(const policy::ResourceDescription& resources, const Operations& otherwise) {
  if (resources.operations.empty()) return otherwise;
  return Operations(resources.operations.begin(), resources.operations.end());
}

// Whether nothing but kinds and operations decides: then the excluded need not be sent at all.
bool SelectsByKindAlone(const policy::ResourceFilter& filter) {
  policy::ResourceDescription rest = filter.resources;
  rest.kinds = {};
  rest.operations = {};
  return filter.user.empty() && rest.empty();
}

KindOperations KindsOf(const policy::Rule& rule, WebhookKind webhook) {
  KindOperations kinds;
  const auto collect = [&](const policy::ResourceDescription& resources) {
    for (const std::string_view kind : resources.kinds) {
      kinds[kind].merge(OperationsOf(resources, DefaultOperations(webhook)));
    }
  };
  collect(rule.match.resources);
  for (const policy::ResourceFilter& filter : rule.match.all) collect(filter.resources);
  for (const policy::ResourceFilter& filter : rule.match.any) collect(filter.resources);
  if (rule.exclude == nullptr) return kinds;
  for (const policy::ResourceFilter& filter : rule.exclude->any) {
    if (!SelectsByKindAlone(filter)) continue;
    const Operations excluded = OperationsOf(filter.resources, AllOperations());
    const auto& of = filter.resources.kinds;
    for (auto& [kind, operations] : kinds) {
      if (!of.empty() && std::find(of.begin(), of.end(), kind) == of.end()) continue;
      for (const std::string_view operation : excluded) operations.erase(operation);
    }
  }
  return kinds;
}

// "pods" below "*" below "*/*"; "pods/x" below "pods/*" and "*/x", both below "*/*".
bool ResourceCovers(std::string_view wide, std::string_view narrow) {
  if (wide == narrow || wide == "*/*") return true;
  const std::size_t slash = narrow.find('/');
  if (slash == std::string_view::npos) return wide == "*";
  const std::size_t wide_slash = wide.find('/');
  if (wide_slash == std::string_view::npos) return false;
  const std::string_view parent = wide.substr(0, wide_slash), sub = wide.substr(wide_slash + 1);
  return (parent == "*" || parent == narrow.substr(0, slash)) &&
         (sub == "*" || sub == narrow.substr(slash + 1));
}

bool TextCovers(std::string_view wide, std::string_view narrow) {
  return wide == narrow || wide == "*";
}

// Shorter lists first, then by their items.
bool ListLess(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

bool Holds(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// Who matches Pods also means their ephemeral containers, which are a subresource.
void AddEphemeralContainers(WebhookRule& rule) {
  const bool core = Holds(rule.groups, "") || Holds(rule.groups, "*");
  const bool v1 = Holds(rule.versions, "v1") || Holds(rule.versions, "*");
  const bool pods = Holds(rule.resources, "pods") || Holds(rule.resources, "*");
  constexpr const char* kEphemeral = "pods/ephemeralcontainers";
  if (core && v1 && pods && !Holds(rule.resources, kEphemeral)) rule.resources.emplace_back(kEphemeral);
}

// The names in a space-separated list that the pattern covers.
std::vector<std::string_view> Matching(std::string_view names, std::string_view pattern) {
  std::vector<std::string_view> found;
  while (!names.empty()) {
    const std::size_t space = std::min(names.find(' '), names.size());
    if (pattern::WildcardMatch(pattern, names.substr(0, space))) found.push_back(names.substr(0, space));
    names.remove_prefix(std::min(space + 1, names.size()));
  }
  return found;
}

}  // namespace

bool RuleLess(const WebhookRule& a, const WebhookRule& b) {
  for (const auto list :
       {&WebhookRule::groups, &WebhookRule::versions, &WebhookRule::resources, &WebhookRule::operations}) {
    if (a.*list != b.*list) return ListLess(a.*list, b.*list);
  }
  return a.scope < b.scope;
}

bool TakesPart(const policy::Rule& rule, WebhookKind webhook) {
  return webhook == WebhookKind::kValidating ? rule.has_validate() || rule.has_verify_image_checks()
                                             : rule.has_mutate_standard() || rule.has_verify_images();
}

void WebhookRules::Add(const policy::Policy& policy, WebhookKind webhook) {
  for (const policy::Rule& rule : policy.effective_rules) {
    if (!TakesPart(rule, webhook)) continue;
    for (const auto& [kind, operations] : KindsOf(rule, webhook)) {
      AddKind(kind, operations, policy.is_namespaced());
    }
  }
}

void WebhookRules::AddKind(std::string_view kind, const Operations& operations, bool namespaced_policy) {
  const kube::KindSelector selector = kube::KindSelector::Parse(kind);
  const auto add = [&](std::string_view group, std::string_view version, const std::string& resource,
                       const char* scope) {
    for (const std::string_view operation : operations) {
      entries_.insert({std::string(group), std::string(version), resource, scope, std::string(operation)});
    }
  };
  if (selector.kind() == "*") {
    const std::string& sub = selector.subresource();
    return add(selector.group(), selector.version(), sub.empty() ? "*" : "*/" + sub,
               namespaced_policy ? "Namespaced" : "*");
  }
  bool known = false;
  for (const kube::BuiltinKind& builtin : kube::BuiltinKinds()) {
    if (!pattern::WildcardMatch(selector.group(), builtin.group) ||
        !pattern::WildcardMatch(selector.version(), builtin.version) ||
        !pattern::WildcardMatch(selector.kind(), builtin.kind)) {
      continue;
    }
    const char* const scope = builtin.namespaced ? "Namespaced" : "*";
    if (selector.subresource().empty()) {
      known = true;
      add(builtin.group, builtin.version, std::string(builtin.plural), scope);
      continue;
    }
    for (const std::string_view sub : Matching(builtin.subresources, selector.subresource())) {
      known = true;
      add(builtin.group, builtin.version, std::string(builtin.plural) + "/" + std::string(sub), scope);
    }
  }
  if (!known) unknown_kinds_.emplace(kind);
}

bool WebhookRules::Covers(const Entry& wide, const Entry& narrow) {
  return wide.operation == narrow.operation && TextCovers(wide.scope, narrow.scope) &&
         TextCovers(wide.group, narrow.group) && TextCovers(wide.version, narrow.version) &&
         ResourceCovers(wide.resource, narrow.resource);
}

std::vector<WebhookRule> WebhookRules::Compact() const {
  // Group, version and scope; then the operations of each resource.
  std::map<std::tuple<std::string, std::string, std::string>, std::map<std::string, std::vector<std::string>>>
      groups;
  for (const Entry& entry : entries_) {
    const bool covered = std::any_of(entries_.begin(), entries_.end(), [&entry](const Entry& other) {
      return &other != &entry && Covers(other, entry);
    });
    if (!covered)
      groups[{entry.group, entry.version, entry.scope}][entry.resource].push_back(entry.operation);
  }
  std::vector<WebhookRule> rules;
  for (auto& [key, resources] : groups) {
    std::map<std::vector<std::string>, std::vector<std::string>> by_operations;
    for (auto& [resource, operations] : resources) by_operations[operations].push_back(resource);
    for (auto& [operations, names] : by_operations) {
      WebhookRule rule{.groups = {std::get<0>(key)},
                       .versions = {std::get<1>(key)},
                       .resources = names,
                       .operations = operations,
                       .scope = std::get<2>(key)};
      AddEphemeralContainers(rule);
      std::sort(rule.resources.begin(), rule.resources.end());
      rules.push_back(std::move(rule));
    }
  }
  std::sort(rules.begin(), rules.end(), RuleLess);
  rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
  return rules;
}

}  // namespace ephor::server
