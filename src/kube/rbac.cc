#include "kube/rbac.h"

#include <algorithm>

#include "kube/metadata.h"

namespace ephor::kube {
namespace {

constexpr json::Key kSubjects("subjects"), kRoleRef("roleRef"), kKind("kind"), kName("name"),
    kNamespace("namespace");

std::span<const std::string_view> SortedUnique(ArenaVector<std::string_view>& texts, Arena& arena) {
  std::sort(texts.begin(), texts.end());
  texts.resize_down(static_cast<std::size_t>(std::unique(texts.begin(), texts.end()) - texts.begin()));
  for (std::string_view& text : texts) text = arena.Copy(text);
  return texts.span();
}

}  // namespace

RoleIndex RoleIndex::Build(std::span<const json::Value> role_bindings,
                           std::span<const json::Value> cluster_role_bindings) {
  RoleIndex index;
  for (const json::Value& binding : role_bindings) index.Add(binding, false);
  for (const json::Value& binding : cluster_role_bindings) index.Add(binding, true);
  return index;
}

void RoleIndex::Add(const json::Value& binding, bool cluster_wide) {
  const std::string_view role_kind = binding.StringAt(kRoleRef, kKind);
  const std::string_view role = binding.StringAt(kRoleRef, kName);
  const std::string_view namespace_ = cluster_wide ? std::string_view() : MetadataOf(binding).namespace_;
  Grant grant{std::string(role), std::string(namespace_), true};
  if (role_kind == "Role" && !cluster_wide) {
    grant = {std::string(namespace_) + ':' + std::string(role), "", false};
  } else if (role_kind != "ClusterRole") {
    return;
  }
  const json::Value* subjects = binding.Find(kSubjects);
  if (subjects == nullptr || !subjects->is_array()) return;
  for (const json::Value& subject : subjects->items()) {
    const std::string_view kind = subject.StringAt(kKind), name = subject.StringAt(kName);
    if (kind == "User") {
      by_user_[std::string(name)].push_back(grant);
    } else if (kind == "Group") {
      by_group_[std::string(name)].push_back(grant);
    } else if (kind == "ServiceAccount") {
      std::string_view home = subject.StringAt(kNamespace);
      if (home.empty()) home = namespace_;
      if (home.empty()) continue;
      std::string user = "system:serviceaccount:";
      user += home;
      user += ':';
      user += name;
      by_user_[std::move(user)].push_back(grant);
    }
  }
}

ports::Roles RoleIndex::RolesOf(const ports::Subject& subject, std::string_view request_namespace,
                                Arena& arena) const {
  ArenaVector<std::string_view> roles(arena), cluster_roles(arena);
  const auto collect = [&](const Grants& grants, std::string_view name) {
    const auto found = grants.find(name);
    if (found == grants.end()) return;
    for (const Grant& grant : found->second) {
      if (!grant.is_cluster_role) {
        roles.push_back(grant.role);
      } else if (grant.namespace_.empty() || grant.namespace_ == request_namespace) {
        cluster_roles.push_back(grant.role);
      }
    }
  };
  collect(by_user_, subject.username);
  for (const std::string_view group : subject.groups) collect(by_group_, group);
  return {SortedUnique(roles, arena), SortedUnique(cluster_roles, arena)};
}

}  // namespace ephor::kube
