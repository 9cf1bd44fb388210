// ValidatingAdmissionPolicies of ClusterPolicies.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "json/builder.h"
#include "kube/builtin_kinds.h"
#include "kube/kinds.h"
#include "pattern/wildcard.h"
#include "policy/native_documents.h"

namespace ephor::policy {
namespace {

using json::Value;
// What is not applicable, or "".
using Trouble = std::string_view;

constexpr std::string_view kSkip = "skip generating ValidatingAdmissionPolicy";
constexpr std::string_view kAllOperations[] = {"CREATE", "UPDATE", "CONNECT", "DELETE"};

// ---- what can be said in a native policy ----

Trouble TroubleOf(const UserInfo& user) {
  return user.empty() ? "" : ": Roles / ClusterRoles / Subjects in `any/all` is not applicable.";
}

Trouble TroubleOf(const ResourceDescription& resources, bool is_match) {
  if (!is_match && !resources.kinds.empty() && !resources.namespaces.empty()) {
    return ": excluding a resource within a namespace is not applicable.";
  }
  if (!resources.annotations.empty()) return ": Annotations in resource description is not applicable.";
  if (pattern::HasWildcard(resources.name) || std::ranges::any_of(resources.names, pattern::HasWildcard)) {
    return ": wildcards in resource name is not applicable.";
  }
  if (std::ranges::any_of(resources.namespaces, pattern::HasWildcard)) {
    return ": wildcards in namespace name is not applicable.";
  }
  return "";
}

Trouble TroubleOf(std::span<const ResourceFilter> filters, bool is_match) {
  bool selects = false;
  for (const ResourceFilter& filter : filters) {
    if (const Trouble trouble = TroubleOf(filter.user); !trouble.empty()) return trouble;
    if (const Trouble trouble = TroubleOf(filter.resources, is_match); !trouble.empty()) return trouble;
    selects |= filter.resources.namespace_selector != nullptr || filter.resources.selector != nullptr;
  }
  if (!selects) return "";
  if (!is_match) return ": NamespaceSelector / ObjectSelector in the exclude block is not applicable.";
  if (filters.size() == 1) return "";
  return ": NamespaceSelector / ObjectSelector across multiple resources in the match block are not "
         "applicable.";
}

Trouble TroubleOf(const MatchResources& match, bool is_match) {
  if (const Trouble trouble = TroubleOf(match.user); !trouble.empty()) return trouble;
  if (const Trouble trouble = TroubleOf(match.resources, is_match); !trouble.empty()) return trouble;
  if (const Trouble trouble = TroubleOf(match.any, is_match); !trouble.empty()) return trouble;
  if (match.all.size() > 1) {
    return is_match ? ": multiple 'all' in the match block is not applicable."
                    : ": multiple 'all' in the exclude block is not applicable.";
  }
  return TroubleOf(match.all, is_match);
}

Trouble TroubleOf(std::span<const FailureActionOverride> overrides) {
  if (overrides.size() > 1) return ": multiple validationFailureActionOverrides are not applicable.";
  if (!overrides.empty() && !overrides[0].namespaces.empty()) {
    return ": Namespaces in validationFailureActionOverrides is not applicable.";
  }
  return "";
}

Trouble TroubleOf(const Policy& policy, bool only_enabled) {
  if (policy.is_namespaced()) return ": the policy is namespaced.";
  const Spec& spec = policy.spec;
  if (spec.rules.empty()) return ": no rules found.";
  if (spec.rules.size() > 1) return ": multiple rules are not applicable.";
  const Rule& rule = spec.rules[0];
  if (!rule.has_validate_cel()) return " for non CEL rules.";
  if (only_enabled && !rule.validate->cel->generate.value_or(false)) {
    return ": validate.cel.generate is not set to true.";
  }
  for (const auto overrides :
       {spec.validation_failure_action_overrides, rule.validate->failure_action_overrides}) {
    if (const Trouble trouble = TroubleOf(overrides); !trouble.empty()) return trouble;
  }
  if (const Trouble trouble = TroubleOf(rule.match, true); !trouble.empty()) return trouble;
  return rule.exclude == nullptr ? "" : TroubleOf(*rule.exclude, false);
}

Trouble TroubleOf(const PolicyException& exception) {
  for (const ExceptionEntry& entry : exception.exceptions) {
    if (entry.rule_names.size() > 1) return ": multiple ruleNames in PolicyException is not applicable.";
  }
  if (exception.conditions != nullptr) return ": Conditions in PolicyException is not applicable.";
  if (const Trouble trouble = TroubleOf(exception.match.any, false); !trouble.empty()) return trouble;
  if (exception.match.all.size() > 1) {
    return ": multiple 'all' in the PolicyException's match block is not applicable.";
  }
  return TroubleOf(exception.match.all, false);
}

bool Excepts(const PolicyException& exception, const Policy& policy) {
  return std::ranges::any_of(exception.exceptions, [&](const ExceptionEntry& entry) {
    return entry.policy_name == policy.metadata.name &&
           std::ranges::any_of(entry.rule_names, [&](std::string_view rule) {
             return pattern::WildcardMatch(rule, policy.spec.rules[0].name);
           });
  });
}

// ---- rules ----

struct NativeRule {
  std::string group, version;
  std::vector<std::string> resources;
  StringList operations;
  std::vector<std::string_view> names;
};

Value Strings(const auto& texts, Arena& arena) {
  json::ArrayBuilder list(arena, texts.size());
  for (const auto& text : texts) list.Add(Value::String(arena.Copy(text)));
  return list.Build();
}

Value SelectorValue(const Value* source, const json::Key& key) {
  const Value* found = source == nullptr ? nullptr : source->Find(key);
  return found == nullptr ? Value() : *found;
}

// Collects resource rules, and of a match the selectors. Rules of one group and version become one, as in the
// reference, whatever operations the later ones have.
class Rules {
 public:
  explicit Rules(bool is_match) : is_match_(is_match) {}

  // False, and what is wrong in error(), for a kind that is not one of Kubernetes'.
  bool Add(const MatchResources& match) {
    const Value* resources = match.source == nullptr ? nullptr : match.source->Find("resources");
    if (!match.resources.empty() && !Add(match.resources, resources)) return false;
    for (const auto filters : {match.any, match.all}) {
      for (const ResourceFilter& filter : filters) {
        if (!Add(filter.resources, filter.source->Find("resources"))) return false;
      }
    }
    return true;
  }

  const std::string& error() const { return error_; }
  bool empty() const { return rules_.empty(); }

  Value Build(Arena& arena) const {
    json::ArrayBuilder list(arena, rules_.size());
    for (const NativeRule& rule : rules_) {
      json::ObjectBuilder object(arena, 5);
      object.Set("apiGroups", Strings(std::vector{rule.group}, arena));
      object.Set("apiVersions", Strings(std::vector{rule.version}, arena));
      object.Set("resources", Strings(rule.resources, arena));
      object.Set("operations", Strings(rule.operations, arena));
      if (!rule.names.empty()) object.Set("resourceNames", Strings(rule.names, arena));
      list.Add(object.Build());
    }
    return list.Build();
  }

  void SetSelectors(json::ObjectBuilder& constraints, Arena& arena) const {
    if (!namespaces_.empty()) {
      json::ObjectBuilder requirement(arena, 3);
      requirement.Set("key", Value::String("kubernetes.io/metadata.name"));
      requirement.Set("operator", Value::String("In"));
      requirement.Set("values", Strings(namespaces_, arena));
      json::ArrayBuilder requirements(arena, 1);
      requirements.Add(requirement.Build());
      json::ObjectBuilder selector(arena, 1);
      selector.Set("matchExpressions", requirements.Build());
      constraints.Set("namespaceSelector", selector.Build());
    } else if (namespace_selector_.is_object()) {
      constraints.Set("namespaceSelector", namespace_selector_);
    }
    if (object_selector_.is_object()) constraints.Set("objectSelector", object_selector_);
  }

 private:
  bool Add(const ResourceDescription& resources, const Value* source) {
    const StringList operations =
        resources.operations.empty() ? StringList(kAllOperations) : resources.operations;
    std::vector<std::string_view> names(resources.names.begin(), resources.names.end());
    if (!resources.name.empty()) names.push_back(resources.name);
    for (const std::string_view kind : resources.kinds) {
      if (kind == "*") {
        rules_.push_back({"*", "*", {"*"}, operations, names});
      } else if (!AddKind(kind, operations, names)) {
        return false;
      }
    }
    if (!is_match_) {
      if (resources.kinds.empty() && !resources.namespaces.empty()) {
        rules_.push_back({"",
                          "v1",
                          {"namespaces"},
                          operations,
                          {resources.namespaces.begin(), resources.namespaces.end()}});
      }
      return true;
    }
    // The last filter's count, as in the reference.
    namespaces_ = resources.namespaces;
    namespace_selector_ = SelectorValue(source, "namespaceSelector");
    object_selector_ = SelectorValue(source, "selector");
    return true;
  }

  bool AddKind(std::string_view name, StringList operations, const std::vector<std::string_view>& names) {
    const kube::KindSelector selector = kube::KindSelector::Parse(name);
    const kube::BuiltinKind* found = nullptr;
    std::size_t count = 0;
    for (const kube::BuiltinKind& kind : kube::BuiltinKinds()) {
      if (!pattern::WildcardMatch(selector.group(), kind.group) ||
          !pattern::WildcardMatch(selector.version(), kind.version) ||
          !pattern::WildcardMatch(selector.kind(), kind.kind)) {
        continue;
      }
      if (!selector.subresource().empty() && !kind.HasSubresource(selector.subresource())) continue;
      found = &kind;
      ++count;
    }
    if (count != 1) {
      error_ = "no unique match for kind " + selector.kind();
      return false;
    }
    std::string resource(found->plural);
    if (!selector.subresource().empty()) resource.append("/").append(selector.subresource());
    std::vector<std::string> resources = {resource};
    // Who matches Pods also means their ephemeral containers.
    if (resource == "pods") resources.emplace_back("pods/ephemeralcontainers");
    for (NativeRule& rule : rules_) {
      if (rule.group != found->group || rule.version != found->version) continue;
      rule.resources.insert(rule.resources.end(), resources.begin(), resources.end());
      std::ranges::sort(rule.resources);
      return true;
    }
    rules_.push_back({std::string(found->group), std::string(found->version), resources, operations, names});
    return true;
  }

  bool is_match_;
  std::vector<NativeRule> rules_;
  StringList namespaces_;
  Value namespace_selector_, object_selector_;
  std::string error_;
};

Value ActionsOf(const Policy& policy, Arena& arena) {
  const std::string_view of_rule = policy.spec.rules[0].validate->failure_action;
  const bool enforces = Enforces(of_rule.empty() ? policy.spec.validation_failure_action : of_rule);
  const std::vector<std::string_view> actions =
      enforces ? std::vector<std::string_view>{"Deny"} : std::vector<std::string_view>{"Audit", "Warn"};
  return Strings(actions, arena);
}

}  // namespace

NativeObjects MakeNative(const Policy& policy, SharedObjects<PolicyException> exceptions,
                         const NativeOptions& options, Arena& arena) {
  const auto skipped = [](Trouble trouble) {
    return NativeObjects{.skipped = std::string(kSkip).append(trouble)};
  };
  if (const Trouble trouble = TroubleOf(policy, options.only_enabled); !trouble.empty())
    return skipped(trouble);
  const Rule& rule = policy.spec.rules[0];
  Rules matched(true), excluded(false);
  bool understood = matched.Add(rule.match);
  if (understood && rule.exclude != nullptr) understood = excluded.Add(*rule.exclude);
  for (const auto& exception : exceptions) {
    if (!understood || !Excepts(*exception, policy)) continue;
    if (const Trouble trouble = TroubleOf(*exception); !trouble.empty()) return skipped(trouble);
    understood = excluded.Add(exception->match);
  }
  if (!understood) {
    return skipped(": " + (matched.error().empty() ? excluded.error() : matched.error()) + ".");
  }

  json::ObjectBuilder constraints(arena), spec(arena);
  constraints.Set("resourceRules", matched.Build(arena));
  matched.SetSelectors(constraints, arena);
  if (!excluded.empty()) constraints.Set("excludeResourceRules", excluded.Build(arena));
  spec.Set("matchConstraints", constraints.Build());
  const Value& cel = *rule.validate->source->Find("cel");
  const auto copy = [&](const json::Key& from, const json::Key& to) {
    if (const Value* found = cel.Find(from); found != nullptr && !found->is_null()) spec.Set(to, *found);
  };
  copy("expressions", "validations");
  copy("paramKind", "paramKind");
  copy("auditAnnotations", "auditAnnotations");
  copy("variables", "variables");
  if (const Value* conditions = rule.source->Find("celPreconditions"))
    spec.Set("matchConditions", *conditions);
  const Value* params = cel.Find("paramRef");
  return NativeDocuments(
      {.kind = "ValidatingAdmissionPolicy", .prefix = "cpol-", .version = "v1"}, policy, spec.Build(),
      {.actions = ActionsOf(policy, arena), .params = params == nullptr ? Value() : *params}, arena);
}

}  // namespace ephor::policy
