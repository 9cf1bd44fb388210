// Checks of generate rules: what they name as target and source, and what an update may change.
#include <algorithm>
#include <initializer_list>
#include <set>

#include "json/builder.h"
#include "policy/checks.h"
#include "policy/field_error.h"
#include "policy/go_json.h"
#include "policy/variable_text.h"

namespace ephor::policy {
namespace {

class GenerateCheck {
 public:
  GenerateCheck(const Policy& policy, const ClusterFacts* cluster, Texts& warnings, Texts& errors)
      : namespaced_(policy.is_namespaced()),
        namespace_(policy.metadata.namespace_),
        cluster_(cluster),
        warnings_(warnings),
        errors_(errors) {}

  void Check(const GeneratePattern& pattern, std::string_view path) {
    const ResourceSpec& target = pattern.resource;
    const std::string kind = FullKind(target);
    if (namespaced_) CheckScope(pattern, kind, path);
    if (!target.kind.empty()) {
      const bool in_cluster = IsClusterScoped(kind);
      if (!in_cluster && target.namespace_.empty()) {
        Forbid(path, "namespace", "target namespace must be set for a namespaced resource");
      }
      if (in_cluster && !target.namespace_.empty()) {
        Forbid(path, "namespace", "target namespace must not be set for a cluster-wide resource");
      }
    }
    if (SourceHasVariables(pattern)) {
      warnings_.push_back("variables in " + Child(path, "clone/cloneList") +
                          " would lead to incorrect synchronization behavior");
    }
    if (!pattern.clone_list.kinds.empty()) return CheckCloneList(pattern.clone_list, path);
    if (target.kind.empty()) Forbid(path, "kind", "kind can not be empty");
    if (target.name.empty()) Forbid(path, "name", "name can not be empty");
    if (target.api_version.empty()) Forbid(path, "apiVersion", "apiVersion can not be empty");
  }

 private:
  static std::string FullKind(const ResourceSpec& resource) {
    return std::string(resource.api_version).append("/").append(resource.kind);
  }
  bool IsClusterScoped(std::string_view kind) const {
    return cluster_ != nullptr && cluster_->IsClusterScoped(kind);
  }
  void Forbid(std::string_view path, std::string_view field, std::string_view detail) {
    errors_.push_back(ForbiddenField(Child(path, field), detail));
  }
  std::string Received(std::string_view what, std::string_view received) const {
    return std::string("a namespaced policy cannot ")
        .append(what)
        .append(", expected: ")
        .append(namespace_)
        .append(", received: ")
        .append(received);
  }

  void CheckScope(const GeneratePattern& pattern, const std::string& kind, std::string_view path) {
    std::string trouble;
    if (IsClusterScoped(kind)) {
      trouble = "the target must be a namespaced resource: " + kind;
    } else if (pattern.resource.namespace_ != namespace_) {
      trouble = Received("generate resources in other namespaces", pattern.resource.namespace_);
    } else if (!pattern.clone.name.empty() && pattern.clone.namespace_ != namespace_) {
      trouble = Received("clone resources from other namespaces", pattern.clone.namespace_);
    }
    if (!trouble.empty()) Forbid(path, "namespace", "target resource scope mismatched: " + trouble + " ");
  }

  void CheckCloneList(const CloneList& list, std::string_view path) {
    if (namespaced_) {
      for (const std::string_view kind : list.kinds) {
        if (IsClusterScoped(kind)) {
          Forbid(path, "cloneList.kinds",
                 "the source in cloneList must be a namespaced resource: " + std::string(kind));
        }
        if (list.namespace_ != namespace_) {
          Forbid(path, "cloneList.namespace",
                 Received("clone resources from other namespace", list.namespace_));
        }
      }
    }
    const bool in_cluster = IsClusterScoped(list.kinds[0]);
    if (std::ranges::any_of(list.kinds,
                            [&](std::string_view k) { return IsClusterScoped(k) != in_cluster; })) {
      Forbid(path, "cloneList.kinds", "mixed scope of target resources is forbidden");
    }
    if (!in_cluster && list.namespace_.empty()) {
      Forbid(path, "cloneList.namespace", "namespace is required for namespaced target resources");
    }
    if (in_cluster && !namespaced_ && !list.namespace_.empty()) {
      Forbid(path, "cloneList.namespace", "namespace is forbidden for cluster-wide target resources");
    }
  }

  static bool SourceHasVariables(const GeneratePattern& pattern) {
    const CloneList& list = pattern.clone_list;
    for (const std::string_view text : {pattern.resource.kind, pattern.resource.api_version,
                                        pattern.clone.name, pattern.clone.namespace_, list.namespace_}) {
      if (HasVariables(text)) return true;
    }
    if (std::ranges::any_of(list.kinds, HasVariables)) return true;
    return list.selector != nullptr &&
           std::ranges::any_of(list.selector->match_labels, [](const StringPair& label) {
             return HasVariables(label.key) || HasVariables(label.value);
           });
  }

  bool namespaced_;
  std::string_view namespace_;
  const ClusterFacts* cluster_;
  Texts& warnings_;
  Texts& errors_;
};

}  // namespace

void CheckGenerate(const Policy& policy, const Generation& generate, std::string_view path,
                   const ClusterFacts* cluster, Texts& warnings, Texts& errors) {
  const GeneratePattern& pattern = generate.generate;
  const bool clones = !pattern.clone.name.empty() || !pattern.clone.namespace_.empty();
  const int sources = (pattern.data != nullptr) + clones + (pattern.clone_list.kinds.data() != nullptr) +
                      (generate.foreach.data() != nullptr);
  if (sources > 1) {
    errors.push_back(ForbiddenField(
        path, "only one of generate patterns(data, clone, cloneList and foreach) can be specified"));
    return;
  }
  GenerateCheck check(policy, cluster, warnings, errors);
  if (generate.foreach.data() == nullptr) return check.Check(pattern, path);
  for (std::size_t i = 0; i < generate.foreach.size(); ++i) {
    check.Check(generate.foreach[i].generate, Indexed(Child(path, "foreach"), i));
  }
}

// ---- updates ----

namespace {

json::Value Without(json::Value object, std::initializer_list<std::string_view> keys, Arena& arena) {
  for (const std::string_view key : keys) object = json::WithoutMember(object, json::Key(key), arena);
  return object;
}

// What of a generate rule's target and source must stay.
std::string FixedPattern(const Generation& generate) {
  Arena arena(4 << 10);
  return GoJson(
      Without(*generate.source,
              {"data", "foreach", "synchronize", "orphanDownstreamOnPolicyDelete", "generateExisting"},
              arena),
      TableOf<Generation>());
}

// What else must stay: all but the body and, where no rule synchronized, what it matches.
std::string FixedRule(const Rule& rule, bool with_match) {
  Arena arena(4 << 10);
  json::Value fixed = Without(*rule.source, {"generate"}, arena);
  if (!with_match) fixed = Without(fixed, {"match"}, arena);
  return GoJson(fixed, TableOf<Rule>());
}

struct FixedParts {
  std::set<std::string> rules, patterns;
};

FixedParts PartsOf(const Spec& spec, bool with_match) {
  FixedParts parts;
  for (const Rule& rule : spec.rules) {
    if (!rule.has_generate()) continue;
    parts.rules.insert(FixedRule(rule, with_match));
    parts.patterns.insert(FixedPattern(*rule.generate));
  }
  return parts;
}

}  // namespace

Result<void> CheckImmutable(const Policy& policy, const Policy* old, std::string& warning) {
  if (old == nullptr) return {};
  constexpr std::string_view kWarning =
      "no synchronization will be performed to the old target resource upon policy updates: ";
  const bool synchronized = std::ranges::any_of(
      old->spec.rules, [](const Rule& rule) { return rule.has_generate() && rule.generate->synchronize; });
  const FixedParts before = PartsOf(old->spec, synchronized);
  const FixedParts after = PartsOf(policy.spec, synchronized);
  if (!std::ranges::includes(after.patterns, before.patterns)) {
    warning = std::string(kWarning) + "changes in the generate rule pattern could result in stale targets";
    return {};
  }
  if (!std::ranges::includes(after.rules, before.rules)) {
    warning = kWarning;
    return Refuse("changes of immutable fields of a rule spec in a generate rule is disallowed");
  }
  return {};
}

}  // namespace ephor::policy
