#include "convert/match_cel.h"

#include <algorithm>

#include "convert/place.h"
#include "convert/scalar_cel.h"
#include "kube/kinds.h"
#include "pattern/wildcard.h"

namespace ephor::convert {
namespace {

std::unexpected<Error> No(std::string reason) {
  return Fail(ErrorCode::kInvalidPolicy, std::move(reason));
}

bool HasAnyWildcard(const policy::LabelSelector& selector) {
  return std::any_of(selector.match_labels.begin(), selector.match_labels.end(),
                     [](const policy::StringPair& label) {
                       return pattern::HasWildcard(label.key) || pattern::HasWildcard(label.value);
                     });
}

// The kinds of a selector, of those that are known.
Result<std::vector<kube::GroupVersionKind>> KindsOf(std::string_view text, const KnownKinds& known) {
  const kube::KindSelector selector = kube::KindSelector::Parse(text);
  if (!selector.subresource().empty()) return No("the subresource " + std::string(text));
  if (pattern::HasWildcard(selector.kind())) return No("kinds with a wildcard, " + std::string(text));
  std::vector<kube::GroupVersionKind> kinds = known.Matching(selector);
  if (kinds.empty())
    return No("the kind " + std::string(text) +
              " is not known: a ValidatingPolicy names its plural, which its CustomResourceDefinition says");
  return kinds;
}

class Converter {
 public:
  Converter(std::string_view object, const KnownKinds& known, const json::Value** culprit)
      : object_(object),
        known_(known),
        metadata_(Place::Certain(object_ + ".metadata", PodMetadata())),
        culprit_(culprit) {}

  Result<Selection> Convert(const policy::Rule& rule) {
    std::vector<Filter> filters;
    const bool all = rule.match.any.empty() && !rule.match.all.empty();
    EPHOR_TRY(Read(rule.match, filters, false));
    EPHOR_TRY(SelectKinds(filters, all));
    EPHOR_TRY(SelectOperations(filters, all));
    EPHOR_TRY(AddMatch(filters, all));
    if (rule.exclude != nullptr && !rule.exclude->empty()) EPHOR_TRY(AddExclude(*rule.exclude));
    return selection_;
  }

 private:
  struct Filter {
    const policy::ResourceDescription* resources;
    const policy::UserInfo* user;
    const json::Value* source;
    bool any_kind = false;           // "*"
    bool names_other_kinds = false;  // beside those in `kinds`
    std::vector<kube::GroupVersionKind> kinds;
  };

  static Shape PodMetadata() {
    const kube::GroupVersionKind pod{"", "v1", "Pod"};
    return Shape::OfObjects(std::span(&pod, 1)).Field("metadata");
  }

  // What is excluded may name kinds that nobody knows: the rule is about others.
  Result<void> Read(const policy::MatchResources& match, std::vector<Filter>& filters, bool excluded) {
    const auto add = [&](const policy::ResourceDescription& resources, const policy::UserInfo& user,
                         const json::Value* source) -> Result<void> {
      *culprit_ = source;
      Filter filter{&resources, &user, source, false, false, {}};
      for (std::string_view kind : resources.kinds) {
        if (kind == "*") {
          filter.any_kind = true;
          continue;
        }
        const auto kinds = KindsOf(kind, known_);
        if (!kinds && (!excluded || selection_.kinds.empty() || pattern::HasWildcard(kind)))
          return std::unexpected(kinds.error());
        if (!kinds) {
          filter.names_other_kinds = true;
          continue;
        }
        // The core group has no other version, and policies for pod controllers are made for this one.
        const bool any_version = kube::KindSelector::Parse(kind).version() == "*";
        for (const kube::GroupVersionKind& gvk : *kinds) {
          if (any_version && !gvk.group.empty()) in_any_version_.push_back(gvk);
          if (std::find(filter.kinds.begin(), filter.kinds.end(), gvk) == filter.kinds.end())
            filter.kinds.push_back(gvk);
        }
      }
      filters.push_back(std::move(filter));
      return {};
    };
    const auto& list = !match.any.empty() ? match.any : match.all;
    for (const policy::ResourceFilter& filter : list)
      EPHOR_TRY(add(filter.resources, filter.user, filter.source));
    if (list.empty()) EPHOR_TRY(add(match.resources, match.user, match.source));
    return {};
  }

  // The kinds that any filter names, or of filters that must all match those that all of them name.
  Result<void> SelectKinds(const std::vector<Filter>& filters, bool all) {
    bool any_kind = false, first = true;
    for (const Filter& filter : filters) {
      *culprit_ = filter.source;
      if (filter.resources->kinds.empty()) {
        if (!all) return No("a filter without kinds");
        continue;
      }
      any_kind |= filter.any_kind;
      if (filter.any_kind && all) continue;
      if (all && !first) {
        std::erase_if(selection_.kinds, [&](const kube::GroupVersionKind& kind) {
          return std::find(filter.kinds.begin(), filter.kinds.end(), kind) == filter.kinds.end();
        });
      } else {
        for (const kube::GroupVersionKind& kind : filter.kinds) {
          if (std::find(selection_.kinds.begin(), selection_.kinds.end(), kind) == selection_.kinds.end())
            selection_.kinds.push_back(kind);
        }
      }
      first = false;
    }
    if (any_kind && (!all || first)) {
      selection_.kinds.clear();
      selection_.resource_rules.push_back({"*", {"*"}, {"*"}});
      return {};
    }
    if (selection_.kinds.empty()) return No("it names no kind that could match");
    for (const kube::GroupVersionKind& kind : selection_.kinds) AddResource(known_.Find(kind));
    return {};
  }

  void AddResource(const KnownKind& kind) {
    const bool any_version =
        std::find(in_any_version_.begin(), in_any_version_.end(), kind.gvk) != in_any_version_.end();
    selection_.any_version |= any_version;
    const std::string version(any_version ? "*" : kind.gvk.version), plural(kind.plural),
        group(kind.gvk.group);
    std::vector<ResourceRule>& rules = selection_.resource_rules;
    // The same resource in another version, or another resource of a version.
    for (ResourceRule& rule : rules) {
      if (rule.group != group) continue;
      const bool same_version = rule.versions == std::vector{version};
      if (rule.resources == std::vector{plural}) {
        if (!same_version) rule.versions.push_back(version);
        return;
      }
      if (same_version) {
        if (std::find(rule.resources.begin(), rule.resources.end(), plural) == rule.resources.end())
          rule.resources.push_back(plural);
        return;
      }
    }
    rules.push_back({group, {version}, {plural}});
  }

  Result<void> SelectOperations(const std::vector<Filter>& filters, bool all) {
    bool first = true;
    for (const Filter& filter : filters) {
      const policy::StringList named = filter.resources->operations;
      std::vector<std::string_view> operations(named.begin(), named.end());
      if (operations.empty() && all) continue;
      if (!first && !std::ranges::equal(operations, selection_.operations)) {
        *culprit_ = filter.source;
        return No("filters with different operations");
      }
      selection_.operations = std::move(operations);
      first = false;
    }
    return {};
  }

  Result<void> AddMatch(const std::vector<Filter>& filters, bool all) {
    if (filters.size() == 1 || all) {
      for (const Filter& filter : filters) {
        *culprit_ = filter.source;
        EPHOR_TRY(AddCriteria(filter, all && filters.size() > 1));
      }
      return {};
    }
    // Of several filters one must match: with criteria beside the kinds they are told apart by a condition.
    bool only_kinds = true;
    Cel some = Cel::False();
    for (const Filter& filter : filters) {
      *culprit_ = filter.source;
      EPHOR_ASSIGN(const Cel criteria, Criteria(filter, false));
      only_kinds &= criteria.is_true();
      some = convert::Or(some, And(IsKind(filter), criteria));
    }
    if (!only_kinds) selection_.conditions.push_back({"matches", some});
    return {};
  }

  Cel IsKind(const Filter& filter) const {
    if (filter.any_kind) return Cel::True();
    const auto& kinds = filter.kinds;
    const bool covers_all = std::all_of(
        selection_.kinds.begin(), selection_.kinds.end(),
        [&](const auto& kind) { return std::find(kinds.begin(), kinds.end(), kind) != kinds.end(); });
    if (covers_all && !selection_.kinds.empty()) return Cel::True();
    std::vector<std::string> names;
    for (const kube::GroupVersionKind& kind : kinds) {
      const std::string name = TextLiteral(kind.kind);
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    if (names.size() == 1) return Compare("request.kind.kind", "==", names[0]);
    return {"request.kind.kind in " + ListLiteral(names), {}};
  }

  // Each criterion of the only filter as a condition with a name that says what it is.
  Result<void> AddCriteria(const Filter& filter, bool numbered) {
    const policy::ResourceDescription& r = *filter.resources;
    const auto add = [&](std::string name, Cel condition) {
      if (condition.is_true()) return;
      if (numbered) name += "-" + std::to_string(selection_.conditions.size() + 1);
      selection_.conditions.push_back({std::move(name), std::move(condition)});
    };
    add("name", Names(r));
    add("namespace", Namespaces(r));
    add("annotations", Annotations(r));
    if (r.selector != nullptr) {
      EPHOR_ASSIGN(Cel labels, Selector(*r.selector, metadata_.Child("labels")));
      add("labels", std::move(labels));
    }
    if (r.namespace_selector != nullptr) {
      EPHOR_TRY(CheckNamespaced());
      if (selection_.namespace_selector == nullptr && !HasAnyWildcard(*r.namespace_selector)) {
        selection_.namespace_selector = r.namespace_selector;
      } else {
        EPHOR_ASSIGN(Cel labels, NamespaceSelector(*r.namespace_selector));
        add("namespace-labels", std::move(labels));
      }
    }
    EPHOR_ASSIGN(Cel subjects, Subjects(*filter.user));
    add("subjects", std::move(subjects));
    return {};
  }

  // All criteria of a filter but its kinds.
  Result<Cel> Criteria(const Filter& filter, bool with_operations) {
    const policy::ResourceDescription& r = *filter.resources;
    Cel all = And(And(Names(r), Namespaces(r)), Annotations(r));
    if (r.selector != nullptr) {
      EPHOR_ASSIGN(const Cel labels, Selector(*r.selector, metadata_.Child("labels")));
      all = And(all, labels);
    }
    if (r.namespace_selector != nullptr) {
      EPHOR_TRY(CheckNamespaced());
      EPHOR_ASSIGN(const Cel labels, NamespaceSelector(*r.namespace_selector));
      all = And(all, labels);
    }
    EPHOR_ASSIGN(const Cel subjects, Subjects(*filter.user));
    all = And(all, subjects);
    if (with_operations && !r.operations.empty()) {
      std::vector<std::string> operations;
      for (std::string_view operation : r.operations) operations.push_back(TextLiteral(operation));
      all = And({"request.operation in " + ListLiteral(operations), {}}, all);
    }
    return all;
  }

  // Objects of cluster-wide kinds are in no namespace, which the two kinds of policies take differently.
  Result<void> CheckNamespaced() const {
    for (const kube::GroupVersionKind& kind : selection_.kinds) {
      if (!known_.Find(kind).namespaced)
        return No("a namespaceSelector for objects of a cluster-wide kind, " + std::string(kind.kind));
    }
    if (selection_.kinds.empty()) return No("a namespaceSelector for objects of all kinds");
    return {};
  }

  std::string Name() const { return metadata_.direct + ".name"; }

  Cel Names(const policy::ResourceDescription& r) const {
    Cel all = r.name.empty() ? Cel::True() : AnyWildcardCel(Name(), std::span(&r.name, 1));
    return r.names.empty() ? all : And(all, AnyWildcardCel(Name(), r.names));
  }

  Cel Namespaces(const policy::ResourceDescription& r) const {
    if (r.namespaces.empty()) return Cel::True();
    bool namespaced = !selection_.kinds.empty(), has_namespace = selection_.kinds.empty();
    for (const kube::GroupVersionKind& kind : selection_.kinds) {
      namespaced &= known_.Find(kind).namespaced;
      has_namespace |= kind.kind == "Namespace";
    }
    if (selection_.kinds.size() == 1 && has_namespace) return AnyWildcardCel(Name(), r.namespaces);
    const std::string in_namespace = namespaced ? "request.namespace" : "request.?namespace.orValue(\"\")";
    if (!has_namespace) return AnyWildcardCel(in_namespace, r.namespaces);
    return {"(request.kind.kind == \"Namespace\") ? (" + AnyWildcardCel(Name(), r.namespaces).text + ") : (" +
                AnyWildcardCel(in_namespace, r.namespaces).text + ")",
            {}};
  }

  // A pair that some annotation must match, both by wildcards.
  static Cel HasPair(const Place& map, std::string_view key, std::string_view value) {
    if (!pattern::HasWildcard(key)) {
      const Place place = map.Child(key);
      if (pattern::WildcardMatch(value, "")) return And(place.present, WildcardCel(place.direct, value));
      return WildcardCel(place.Or("\"\""), value);
    }
    const Cel both = And(WildcardCel("key", key), WildcardCel(map.direct + "[key]", value));
    return {map.Or("{}") + ".exists(key, " + both.text + ")", {}};
  }

  Cel Annotations(const policy::ResourceDescription& r) const {
    Cel all = Cel::True();
    for (const policy::StringPair& pair : r.annotations)
      all = And(all, HasPair(metadata_.Child("annotations"), pair.key, pair.value));
    return all;
  }

  static Result<Cel> Selector(const policy::LabelSelector& selector, const Place& labels) {
    Cel all = Cel::True();
    for (const policy::StringPair& pair : selector.match_labels)
      all = And(all, HasPair(labels, pair.key, pair.value));
    for (const policy::LabelSelectorRequirement& requirement : selector.match_expressions) {
      const Place label = labels.Child(requirement.key);
      if (requirement.op == "Exists") {
        all = And(all, label.present);
      } else if (requirement.op == "DoesNotExist") {
        all = And(all, Not(label.present));
      } else if (requirement.op == "In" || requirement.op == "NotIn") {
        std::vector<std::string> values;
        bool has_empty = false;
        for (std::string_view value : requirement.values) {
          values.push_back(TextLiteral(value));
          has_empty |= value.empty();
        }
        if (has_empty) return No("a selector with an empty value");
        const Cel in{label.Or("\"\"") + " in " + ListLiteral(values), {}};
        all = And(all, requirement.op == "In" ? in : Not(in));
      } else {
        return No("the operator '" + std::string(requirement.op) + "' in a selector");
      }
    }
    return all;
  }

  static Result<Cel> NamespaceSelector(const policy::LabelSelector& selector) {
    return Selector(selector, Place::Certain("namespaceObject.metadata", PodMetadata()).Child("labels"));
  }

  static Result<Cel> Subjects(const policy::UserInfo& user) {
    if (!user.roles.empty()) return No("roles of the requester, which a ValidatingPolicy does not know");
    if (!user.cluster_roles.empty())
      return No("clusterRoles of the requester, which a ValidatingPolicy does not know");
    if (user.subjects.empty()) return Cel::True();
    Cel some = Cel::False();
    const std::string username = "request.userInfo.?username.orValue(\"\")";
    const std::string groups = "request.userInfo.?groups.orValue([])";
    for (const policy::Subject& subject : user.subjects) {
      if (subject.kind == "ServiceAccount") {
        const std::string account =
            "system:serviceaccount:" + std::string(subject.namespace_) + ":" + std::string(subject.name);
        some = convert::Or(some, WildcardCel(username, account));
      } else if (subject.kind == "User") {
        some = convert::Or(some, WildcardCel(username, subject.name));
      } else if (subject.kind == "Group") {
        some = convert::Or(
            some, pattern::HasWildcard(subject.name)
                      ? Cel{groups + ".exists(group, " + WildcardCel("group", subject.name).text + ")", {}}
                      : Cel{TextLiteral(subject.name) + " in " + groups, {}});
      }
    }
    return some;
  }

  Result<void> AddExclude(const policy::MatchResources& exclude) {
    std::vector<Filter> filters;
    const bool all = exclude.any.empty() && !exclude.all.empty();
    EPHOR_TRY(Read(exclude, filters, true));
    Cel excluded = all ? Cel::True() : Cel::False();
    for (const Filter& filter : filters) {
      *culprit_ = filter.source;
      const bool empty = filter.resources->empty() && filter.user->empty();
      const bool other_kinds = (filter.names_other_kinds || !filter.kinds.empty()) && !filter.any_kind &&
                               !selection_.kinds.empty() &&
                               std::none_of(filter.kinds.begin(), filter.kinds.end(), [&](const auto& kind) {
                                 return std::find(selection_.kinds.begin(), selection_.kinds.end(), kind) !=
                                        selection_.kinds.end();
                               });
      Cel one = Cel::False();
      if (!empty && !other_kinds) {
        EPHOR_ASSIGN(const Cel criteria, Criteria(filter, true));
        one = filter.resources->kinds.empty() ? criteria : And(IsKind(filter), criteria);
      }
      excluded = all ? And(excluded, one) : convert::Or(excluded, one);
    }
    if (!excluded.is_false()) selection_.conditions.push_back({"not-excluded", Not(excluded)});
    return {};
  }

  std::string object_;
  const KnownKinds& known_;
  Place metadata_;
  const json::Value** culprit_;
  std::vector<kube::GroupVersionKind> in_any_version_;
  Selection selection_;
};

}  // namespace

Result<Selection> ConvertMatch(const policy::Rule& rule, std::string_view object, const KnownKinds& kinds,
                               const json::Value** culprit) {
  return Converter(object, kinds, culprit).Convert(rule);
}

}  // namespace ephor::convert
