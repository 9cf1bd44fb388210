#include "engine/match.h"

#include <algorithm>

#include "pattern/wildcard.h"

namespace ephor::engine {
namespace {

using pattern::WildcardMatch;

bool Intersect(policy::StringList a, std::span<const std::string_view> b) {
  return std::ranges::any_of(a, [&](std::string_view x) { return std::ranges::find(b, x) != b.end(); });
}

}  // namespace

ResourceFilter::ResourceFilter(const policy::ResourceDescription& resources, const policy::UserInfo& user,
                               const json::Value* source)
    : resources_(&resources), user_(&user), source_(source) {
  kinds_.reserve(resources.kinds.size());
  for (std::string_view kind : resources.kinds) kinds_.push_back(kube::KindSelector::Parse(kind));
  if (resources.selector != nullptr) selector_ = CompileSelector(*resources.selector);
  if (resources.namespace_selector != nullptr)
    namespace_selector_ = CompileSelector(*resources.namespace_selector);
  for (const policy::Subject& subject : user.subjects) {
    std::string& pattern = subject_patterns_.emplace_back();
    if (subject.kind != "ServiceAccount") continue;
    pattern = "system:serviceaccount:";
    pattern += subject.namespace_;
    pattern += ':';
    pattern += subject.name;
  }
  any_kind_ = std::ranges::find(resources.kinds, "*") != resources.kinds.end();
  only_kinds_ = !kinds_.empty() && resources.operations.empty() && resources.name.empty() &&
                resources.names.empty() && resources.namespaces.empty() && resources.annotations.empty() &&
                resources.selector == nullptr && resources.namespace_selector == nullptr && user.empty();
}

bool ResourceFilter::MatchesKind(const Request& request) const {
  for (const kube::KindSelector& kind : kinds_) {
    if (kind.Matches(request.kind, request.subresource)) return true;
  }
  return false;
}

ResourceFilter::Criterion ResourceFilter::FirstMismatch(const Request& request, const Resource& subject,
                                                        const Requester& requester, Reading reading) const {
  if (only_kinds_) return MatchesKind(request) ? Criterion::kNone : Criterion::kKinds;
  const policy::ResourceDescription& r = *resources_;
  const bool drops_user = reading == Reading::kMatch && requester.empty();
  if (r.empty() && (drops_user || user_->empty())) return Criterion::kAnything;

  if (reading != Reading::kException && !r.operations.empty() &&
      std::ranges::find(r.operations, request.operation) == r.operations.end()) {
    return Criterion::kOperations;
  }
  if (!kinds_.empty() && !MatchesKind(request)) return Criterion::kKinds;
  const std::string_view name = subject.name_or_generate_name();
  if (!r.name.empty() && !WildcardMatch(r.name, name)) return Criterion::kName;
  if (!r.names.empty() &&
      std::ranges::none_of(r.names, [&](std::string_view pattern) { return WildcardMatch(pattern, name); })) {
    return Criterion::kNames;
  }
  if (!r.namespaces.empty() && !MatchesNamespace(subject)) return Criterion::kNamespaces;
  if (!r.annotations.empty() && !MatchesAnnotations(subject.annotations)) return Criterion::kAnnotations;
  if (selector_ && !selector_->Matches(subject.labels)) return Criterion::kSelector;
  if (namespace_selector_ && !MatchesNamespaceSelector(request, subject, reading)) {
    return Criterion::kNamespaceSelector;
  }
  return drops_user || MatchesUser(requester) ? Criterion::kNone : Criterion::kUser;
}

bool ResourceFilter::MatchesNamespace(const Resource& subject) const {
  const std::string_view name = subject.kind == "Namespace" ? subject.name : subject.namespace_;
  return std::ranges::any_of(resources_->namespaces,
                             [&](std::string_view pattern) { return WildcardMatch(pattern, name); });
}

bool ResourceFilter::MatchesAnnotations(const json::Value& annotations) const {
  return std::ranges::all_of(resources_->annotations, [&](const policy::StringPair& expected) {
    return annotations.is_object() &&
           std::ranges::any_of(annotations.members(), [&](const json::Member& actual) {
             return WildcardMatch(expected.key, actual.key()) &&
                    WildcardMatch(expected.value, actual.value.string_or(""));
           });
  });
}

bool ResourceFilter::MatchesNamespaceSelector(const Request& request, const Resource& subject,
                                              Reading reading) const {
  if (subject.kind == "Namespace") return reading == Reading::kException;
  if (subject.kind.empty() && (reading == Reading::kException || !any_kind_)) return true;
  return namespace_selector_->Matches(request.namespace_labels);
}

// Roles, cluster roles and subjects must all match. The reference's documentation speaks of "or"; its code,
// and so the policies that rely on it, of "and".
bool ResourceFilter::MatchesUser(const Requester& requester) const {
  if (!user_->roles.empty() && !Intersect(user_->roles, requester.roles)) return false;
  if (!user_->cluster_roles.empty() && !Intersect(user_->cluster_roles, requester.cluster_roles))
    return false;
  if (user_->subjects.empty()) return true;
  for (std::size_t i = 0; i < user_->subjects.size(); ++i) {
    const policy::Subject& subject = user_->subjects[i];
    if (subject.kind == "ServiceAccount") {
      if (WildcardMatch(subject_patterns_[i], requester.username)) return true;
    } else if (subject.kind == "User") {
      if (WildcardMatch(subject.name, requester.username)) return true;
    } else if (subject.kind == "Group") {
      if (std::ranges::any_of(requester.groups,
                              [&](std::string_view group) { return WildcardMatch(subject.name, group); })) {
        return true;
      }
    }
  }
  return false;
}

FilterSet::FilterSet(const policy::MatchResources& source) : source_(source.source) {
  const auto add = [&](std::span<const policy::ResourceFilter> filters) {
    filters_.reserve(filters.size());
    for (const policy::ResourceFilter& filter : filters) {
      filters_.emplace_back(filter.resources, filter.user, filter.source);
    }
  };
  if (!source.any.empty()) {
    combination_ = Combination::kAny;
    add(source.any);
  } else if (!source.all.empty()) {
    combination_ = Combination::kAll;
    add(source.all);
  } else {
    combination_ = Combination::kLegacy;
    filters_.emplace_back(source.resources, source.user, source.source);
  }
}

bool FilterSet::MatchesAsMatch(const Request& request, const Resource& subject,
                               const Requester& requester) const {
  const auto matches = [&](const ResourceFilter& filter) {
    return filter.Matches(request, subject, requester, ResourceFilter::Reading::kMatch);
  };
  return combination_ == Combination::kAny ? std::ranges::any_of(filters_, matches)
                                           : std::ranges::all_of(filters_, matches);
}

bool FilterSet::MatchesAsExclude(const Request& request, const Resource& subject,
                                 const Requester& requester) const {
  if (combination_ == Combination::kNone) return false;
  const auto matches = [&](const ResourceFilter& filter) {
    return filter.Matches(request, subject, requester, ResourceFilter::Reading::kExclude);
  };
  return combination_ == Combination::kAll ? std::ranges::all_of(filters_, matches)
                                           : std::ranges::any_of(filters_, matches);
}

bool FilterSet::MatchesAsException(const Request& request, const Resource& subject) const {
  const auto matches = [&](const ResourceFilter& filter) {
    return filter.Matches(request, subject, request.requester, ResourceFilter::Reading::kException);
  };
  if (combination_ == Combination::kAny) return std::ranges::any_of(filters_, matches);
  return combination_ == Combination::kAll && std::ranges::all_of(filters_, matches);
}

Match::Match(const policy::Rule& rule) : match_(rule.match) {
  if (rule.exclude != nullptr && !rule.exclude->empty()) exclude_ = FilterSet(*rule.exclude);
}

bool Match::Matches(const Request& request, const Resource& subject, const Requester& requester) const {
  return subject.present() && match_.MatchesAsMatch(request, subject, requester) &&
         !exclude_.MatchesAsExclude(request, subject, requester);
}

kube::LabelSelector CompileSelector(const policy::LabelSelector& source) {
  kube::LabelSelector::Builder builder;
  for (const policy::StringPair& label : source.match_labels) builder.MatchLabel(label.key, label.value);
  for (const policy::LabelSelectorRequirement& r : source.match_expressions)
    builder.Require(r.key, r.op, r.values);
  return std::move(builder).Build();
}

}  // namespace ephor::engine
