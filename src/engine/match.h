// `match` and `exclude`, compiled: whether a rule concerns a request.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "engine/request.h"
#include "kube/kinds.h"
#include "kube/selector.h"
#include "policy/types.h"

namespace ephor::engine {

// One filter: all its criteria must match. Immutable; the policy must outlive it. Does not allocate when
// matching.
class ResourceFilter {
 public:
  // `source` is the part of the document that holds them.
  ResourceFilter(const policy::ResourceDescription& resources, const policy::UserInfo& user,
                 const json::Value* source);

  // Which of a filter's criteria count. Filters of rules and of exceptions are read slightly differently.
  enum class Reading : std::uint8_t {
    kMatch,      // of a rule's match: without a requester the user part is satisfied
    kExclude,    // of a rule's exclude: without a requester a user part is not satisfied
    kException,  // of an exception: operations do not count, and a namespaceSelector not for a Namespace
  };

  // What a filter asks for, in the order in which it is looked at.
  enum class Criterion : std::uint8_t {
    kNone,
    kAnything,  // an empty filter never matches, also one that is empty because nobody asks
    kOperations,
    kKinds,
    kName,
    kNames,
    kNamespaces,
    kAnnotations,
    kSelector,
    kNamespaceSelector,
    kUser,
  };

  bool Matches(const Request& request, const Resource& subject, const Requester& requester,
               Reading reading) const {
    return FirstMismatch(request, subject, requester, reading) == Criterion::kNone;
  }
  // The first criterion that does not match; kNone where all do.
  Criterion FirstMismatch(const Request& request, const Resource& subject, const Requester& requester,
                          Reading reading) const;

  const json::Value* source() const { return source_; }
  const policy::ResourceDescription& resources() const { return *resources_; }
  std::span<const kube::KindSelector> kinds() const { return kinds_; }

 private:
  bool MatchesKind(const Request& request) const;
  bool MatchesNamespace(const Resource& subject) const;
  bool MatchesAnnotations(const json::Value& annotations) const;
  bool MatchesNamespaceSelector(const Request& request, const Resource& subject, Reading reading) const;
  bool MatchesUser(const Requester& requester) const;

  const policy::ResourceDescription* resources_;
  const policy::UserInfo* user_;
  const json::Value* source_;
  std::vector<kube::KindSelector> kinds_;
  std::optional<kube::LabelSelector> selector_;
  std::optional<kube::LabelSelector> namespace_selector_;
  std::vector<std::string> subject_patterns_;  // of service accounts, "" for other subjects
  bool any_kind_;                              // "*" is among the kinds
  bool only_kinds_;                            // there are kinds and no other criteria
};

// The filters of a `match` or `exclude` in their combination: any, all, or the legacy single filter.
class FilterSet {
 public:
  FilterSet() = default;
  explicit FilterSet(const policy::MatchResources& source);

  bool MatchesAsMatch(const Request& request, const Resource& subject, const Requester& requester) const;
  bool MatchesAsExclude(const Request& request, const Resource& subject, const Requester& requester) const;
  // Without the legacy form, which exceptions do not have.
  bool MatchesAsException(const Request& request, const Resource& subject) const;

  const json::Value* source() const { return source_; }  // null for none
  std::span<const ResourceFilter> filters() const { return filters_; }
  bool is_all() const { return combination_ == Combination::kAll; }

 private:
  enum class Combination : std::uint8_t { kNone, kAny, kAll, kLegacy };

  Combination combination_ = Combination::kNone;
  const json::Value* source_ = nullptr;
  std::vector<ResourceFilter> filters_;
};

// A rule's match and exclude.
class Match {
 public:
  explicit Match(const policy::Rule& rule);

  // For the new object, or where there is none, the old one.
  bool Matches(const Request& request) const {
    return Matches(request, request.subject(), request.requester);
  }
  // For another object or another requester than the request's.
  bool Matches(const Request& request, const Resource& subject, const Requester& requester) const;

  const FilterSet& match() const { return match_; }
  const FilterSet& exclude() const { return exclude_; }

 private:
  FilterSet match_;
  FilterSet exclude_;
};

kube::LabelSelector CompileSelector(const policy::LabelSelector& source);

}  // namespace ephor::engine
