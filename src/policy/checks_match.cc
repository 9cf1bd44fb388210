// Checks of match and exclude.
#include <algorithm>
#include <set>

#include "base/quote.h"
#include "json/write.h"
#include "pattern/wildcard.h"
#include "policy/checks.h"
#include "policy/field_error.h"
#include "policy/go_json.h"
#include "policy/object_meta.h"

namespace ephor::policy {
namespace {

// ---- requesters ----

void CheckUser(const UserInfo& user, std::string_view path, Texts& errors) {
  for (std::size_t i = 0; i < user.subjects.size(); ++i) {
    const Subject& subject = user.subjects[i];
    const std::string here = Indexed(Child(path, "subjects"), i);
    if (subject.kind.empty()) {
      errors.push_back(RequiredField(Child(here, "kind")));
    } else if (subject.kind != "Group" && subject.kind != "ServiceAccount" && subject.kind != "User") {
      errors.push_back(InvalidField(Child(here, "kind"), subject.kind,
                                    "kind must be 'User', 'Group', or 'ServiceAccount'"));
    }
    if (subject.name.empty()) errors.push_back(RequiredField(Child(here, "name")));
    if (subject.kind == "ServiceAccount" && subject.namespace_.empty()) {
      errors.push_back(
          RequiredField(Child(here, "namespace"), "namespace is required when Kind is ServiceAccount"));
    }
  }
  for (std::size_t i = 0; i < user.roles.size(); ++i) {
    if (std::ranges::count(user.roles[i], ':') == 1) continue;
    errors.push_back(InvalidField(Indexed(Child(path, "roles"), i), user.roles[i],
                                  "Role is expected to be in namespace:name format"));
  }
}

// ---- label selectors ----

std::string Joined(const Texts& texts) {
  std::string joined;
  for (const std::string& text : texts) joined.append(joined.empty() ? "" : "; ").append(text);
  return joined;
}

// What Kubernetes finds wrong with one requirement; empty where it is right.
std::string RequirementTrouble(std::string_view key, std::string_view op, StringList values) {
  Texts errors;
  if (const Texts trouble = LabelKeyTrouble(key); !trouble.empty()) {
    errors.push_back(InvalidField("key", key, Joined(trouble)));
  }
  if ((op == "In" || op == "NotIn") && values.empty()) {
    errors.push_back(InvalidField("values", json::Value::Array({}),
                                  "for 'in', 'notin' operators, values set can't be empty"));
  }
  if ((op == "Exists" || op == "DoesNotExist") && !values.empty()) {
    std::string list;
    for (const std::string_view value : values) list.append(list.empty() ? "[" : ",").append(GoQuote(value));
    errors.push_back("values: Invalid value: " + list +
                     "]: values set must be empty for exists and does not exist");
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Texts trouble = LabelValueTrouble(values[i]);
    if (trouble.empty()) continue;
    errors.push_back(
        InvalidField(Indexed("values", i) + "[" + std::string(key) + "]", values[i], Joined(trouble)));
  }
  return Aggregate(errors);
}

std::string SelectorTrouble(const LabelSelector& selector) {
  for (const StringPair& label : selector.match_labels) {
    const std::string_view values[] = {label.value};
    if (std::string trouble = RequirementTrouble(label.key, "=", values); !trouble.empty()) return trouble;
  }
  for (const LabelSelectorRequirement& requirement : selector.match_expressions) {
    const std::string_view op = requirement.op;
    if (op != "In" && op != "NotIn" && op != "Exists" && op != "DoesNotExist") {
      return GoQuote(op) + " is not a valid label selector operator";
    }
    if (std::string trouble = RequirementTrouble(requirement.key, op, requirement.values); !trouble.empty()) {
      return trouble;
    }
  }
  return {};
}

bool HasWildcardLabels(const LabelSelector& selector) {
  return std::ranges::any_of(selector.match_labels, [](const StringPair& label) {
    return pattern::HasWildcard(label.key) || pattern::HasWildcard(label.value);
  });
}

// ---- resources ----

void CheckResources(const ResourceDescription& resources, const json::Value* written, std::string_view path,
                    bool namespaced, const ClusterFacts* cluster, Texts& errors) {
  const auto part = [&](std::string_view name) {
    const json::Value* found = written != nullptr ? written->Find(json::Key(name)) : nullptr;
    return found != nullptr ? *found : json::Value::Null();
  };
  if (!resources.name.empty() && !resources.names.empty()) {
    errors.push_back(InvalidStruct(path, written != nullptr ? *written : json::Value::Null(),
                                   TableOf<ResourceDescription>(),
                                   "Both name and names can not be specified together"));
  }
  if (resources.selector != nullptr && !HasWildcardLabels(*resources.selector)) {
    const LabelSelector& selector = *resources.selector;
    std::string trouble = SelectorTrouble(selector);
    if (selector.match_labels.empty() && selector.match_expressions.empty()) {
      trouble = "The requirements are not specified in selector";
    }
    if (!trouble.empty())
      errors.push_back(
          InvalidStruct(Child(path, "selector"), part("selector"), TableOf<LabelSelector>(), trouble));
  }
  if (!namespaced) return;
  if (!resources.namespaces.empty()) {
    errors.push_back(
        ForbiddenField(Child(path, "namespaces"), "Filtering namespaces not allowed in namespaced policies"));
  }
  for (std::size_t i = 0; i < resources.kinds.size(); ++i) {
    const std::string_view kind = resources.kinds[i];
    if (cluster == nullptr || !cluster->IsClusterScoped(kind)) continue;
    errors.push_back(
        ForbiddenField(Indexed(Child(path, "kinds"), i),
                       "Cluster wide resource '" + std::string(kind) + "' not allowed in namespaced policy"));
  }
}

const json::Value* ResourcesOf(const json::Value* block) {
  return block != nullptr ? block->Find("resources") : nullptr;
}

}  // namespace

void CheckMatch(const MatchResources& block, std::string_view path, bool namespaced,
                const ClusterFacts* cluster, Texts& errors) {
  if (!block.any.empty() && !block.all.empty()) {
    errors.push_back(
        InvalidStruct(path, *block.source, TableOf<MatchResources>(), "Can't specify any and all together"));
  }
  const auto check_list = [&](std::string_view name, std::span<const ResourceFilter> filters) {
    for (std::size_t i = 0; i < filters.size(); ++i) {
      const std::string here = Indexed(Child(path, name), i);
      CheckUser(filters[i].user, here, errors);
      CheckResources(filters[i].resources, ResourcesOf(filters[i].source), here, namespaced, cluster, errors);
    }
  };
  check_list("any", block.any);
  check_list("all", block.all);
  CheckUser(block.user, path, errors);
  CheckResources(block.resources, ResourcesOf(block.source), path, namespaced, cluster, errors);
}

// ---- exclude covers match ----

namespace {

bool ContainsAll(StringList list, StringList wanted) {
  const std::set<std::string_view> has(list.begin(), list.end());
  return std::ranges::all_of(wanted, [&](std::string_view text) { return has.contains(text); });
}

// Whether an exclude criterion that is given leaves part of what match takes.
bool Leaves(StringList exclude, StringList match) {
  return !exclude.empty() && (match.empty() || !ContainsAll(exclude, match));
}

std::set<std::string> TextSet(std::span<const Subject> subjects) {
  std::set<std::string> texts;
  for (const Subject& s : subjects) {
    std::string text;
    for (const std::string_view part : {s.kind, s.api_group, s.name, s.namespace_})
      json::WriteString(part, text);
    texts.insert(std::move(text));
  }
  return texts;
}

std::set<std::string> TextSet(std::span<const LabelSelectorRequirement> requirements) {
  std::set<std::string> texts;
  for (const LabelSelectorRequirement& r : requirements) {
    std::string text;
    for (const std::string_view part : {r.key, r.op}) json::WriteString(part, text);
    for (const std::string_view value : r.values) json::WriteString(value, text);
    texts.insert(std::move(text));
  }
  return texts;
}

template <class T>
bool LeavesAny(std::span<const T> exclude, std::span<const T> match) {
  return !exclude.empty() && (match.empty() || !std::ranges::includes(TextSet(exclude), TextSet(match)));
}

bool Leaves(const LabelSelector* exclude, const LabelSelector* match) {
  if (exclude == nullptr || match == nullptr) return exclude != match;
  if (LeavesAny(exclude->match_expressions, match->match_expressions)) return true;
  if (exclude->match_labels.empty()) return false;
  if (match->match_labels.empty()) return true;
  return !std::ranges::all_of(match->match_labels, [&](const StringPair& label) {
    const std::string_view* other = Find(exclude->match_labels, label.key);
    return (other != nullptr ? *other : std::string_view()) == label.value;
  });
}

bool SaysAnything(const MatchResources& block) {
  return block.source->is_object() && !block.source->members().empty();
}

}  // namespace

bool MatchesNothing(const Rule& rule) {
  if (rule.exclude == nullptr) return false;
  const MatchResources& match = rule.match;
  const MatchResources& exclude = *rule.exclude;
  if (!exclude.all.empty() || !match.all.empty()) return false;
  if (!match.any.empty() && !exclude.any.empty()) {
    std::set<std::string> unwanted;
    for (const ResourceFilter& filter : exclude.any)
      unwanted.insert(GoJson(*filter.source, TableOf<ResourceFilter>()));
    return std::ranges::any_of(match.any, [&](const ResourceFilter& filter) {
      return unwanted.contains(GoJson(*filter.source, TableOf<ResourceFilter>()));
    });
  }
  if (!SaysAnything(exclude)) return false;
  const ResourceDescription& in = match.resources;
  const ResourceDescription& out = exclude.resources;
  if (Leaves(exclude.user.roles, match.user.roles)) return false;
  if (Leaves(exclude.user.cluster_roles, match.user.cluster_roles)) return false;
  if (LeavesAny(exclude.user.subjects, match.user.subjects)) return false;
  if (!out.name.empty() && !pattern::WildcardMatch(out.name, in.name)) return false;
  if (!out.names.empty()) {
    return std::ranges::any_of(in.names, [&](std::string_view name) {
      return std::ranges::any_of(out.names,
                                 [&](std::string_view other) { return pattern::WildcardMatch(other, name); });
    });
  }
  if (Leaves(out.namespaces, in.namespaces)) return false;
  if (Leaves(out.kinds, in.kinds)) return false;
  if (Leaves(out.selector, in.selector)) return false;
  if (Leaves(out.namespace_selector, in.namespace_selector)) return false;
  const bool annotations_in = in.annotations.data() != nullptr;
  const bool annotations_out = out.annotations.data() != nullptr;
  if (annotations_in != annotations_out) return false;
  return std::ranges::equal(in.annotations, out.annotations, [](const StringPair& a, const StringPair& b) {
    return a.key == b.key && a.value == b.value;
  });
}

// ---- shape ----

namespace {

bool IsWritten(const ResourceDescription& r) {
  return r.kinds.data() != nullptr || !r.name.empty() || r.names.data() != nullptr ||
         r.namespaces.data() != nullptr || r.annotations.data() != nullptr || r.selector != nullptr ||
         r.namespace_selector != nullptr || r.operations.data() != nullptr;
}

}  // namespace

Result<void> CheckMatchShape(const Rule& rule) {
  if (const MatchResources* exclude = rule.exclude; exclude != nullptr) {
    if ((!exclude->any.empty() || !exclude->all.empty()) && IsWritten(exclude->resources)) {
      return Refuse("exclude.: can't specify any/all together with exclude resources");
    }
    if (!exclude->any.empty() && !exclude->all.empty()) {
      return Refuse("match.: can't specify any and all together");
    }
  }
  const MatchResources& match = rule.match;
  const std::span<const ResourceFilter> filters = !match.any.empty() ? match.any : match.all;
  if (!filters.empty() && IsWritten(match.resources)) {
    return Refuse("match.: can't specify any/all together with match resources");
  }
  const bool specified =
      filters.empty()
          ? IsWritten(match.resources)
          : std::ranges::all_of(filters, [](const ResourceFilter& f) { return IsWritten(f.resources); });
  if (!specified) return Refuse("match.resources.: match resources not specified");
  return {};
}

}  // namespace ephor::policy
