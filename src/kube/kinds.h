// How policies and filters name kinds: "Pod", "apps/v1/Deployment", "Pod/exec", "*".
#pragma once

#include <string>
#include <string_view>

#include "kube/gvk.h"

namespace ephor::kube {

// A wildcard for each of group, version, kind and subresource. Immutable; matching does not allocate.
//
// The text is split at '/', its last part also at '.'. One part is a kind; of two, a version or "*" before
// the kind, or a kind before its subresource; of three, version, kind and subresource, or group, version and
// kind; four are all of them. So "*/*" is everything with all subresources, and
// "networking.k8s.io/NetworkPolicy" a subresource of a kind that there is not: surprising, and kept, since it
// is how the reference reads it.
class KindSelector {
 public:
  static KindSelector Parse(std::string_view text);

  // As rules and exceptions match: who names Pods also means their ephemeralcontainers.
  bool Matches(const GroupVersionKind& gvk, std::string_view subresource_name) const;
  // Without that exception, as resource filters and cleanup policies match.
  bool MatchesExactly(const GroupVersionKind& gvk, std::string_view subresource_name) const;

  const std::string& group() const { return group_; }
  const std::string& version() const { return version_; }
  const std::string& kind() const { return kind_; }
  const std::string& subresource() const { return subresource_; }

 private:
  KindSelector(std::string_view group, std::string_view version, std::string_view kind,
               std::string_view subresource);
  bool MatchesGvk(const GroupVersionKind& gvk) const;

  std::string group_, version_, kind_, subresource_;
  bool kind_is_literal_;  // no wildcard: compared as it is
  bool subresource_is_literal_;
  bool any_group_version_;  // both are "*"
};

}  // namespace ephor::kube
