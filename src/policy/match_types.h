// What rules select by: resources, requesters, conditions. The conventions are those of types.h.
#pragma once

#include <span>
#include <string_view>

#include "json/value.h"

namespace ephor::policy {

struct StringPair {
  std::string_view key;
  std::string_view value;
};
using StringList = std::span<const std::string_view>;
using StringMap = std::span<const StringPair>;  // sorted by key, keys unique

// The value of a key, or nullptr.
const std::string_view* Find(StringMap map, std::string_view key);

// ---- selecting resources and requesters ----

struct LabelSelectorRequirement {
  std::string_view key;
  std::string_view op;  // In, NotIn, Exists, DoesNotExist
  StringList values;
};

struct LabelSelector {
  StringMap match_labels;
  std::span<const LabelSelectorRequirement> match_expressions;
};

struct Subject {
  std::string_view kind;  // User, Group, ServiceAccount
  std::string_view api_group;
  std::string_view name;
  std::string_view namespace_;
};

struct UserInfo {
  StringList roles;  // namespace:name
  StringList cluster_roles;
  std::span<const Subject> subjects;

  bool empty() const { return roles.empty() && cluster_roles.empty() && subjects.empty(); }
};

struct ResourceDescription {
  StringList kinds;
  std::string_view name;
  StringList names;
  StringList namespaces;
  StringMap annotations;
  const LabelSelector* selector = nullptr;
  const LabelSelector* namespace_selector = nullptr;
  StringList operations;  // CREATE, CONNECT, UPDATE, DELETE

  bool empty() const {
    return kinds.empty() && name.empty() && names.empty() && namespaces.empty() && annotations.empty() &&
           selector == nullptr && namespace_selector == nullptr && operations.empty();
  }
};

struct ResourceFilter {
  UserInfo user;
  ResourceDescription resources;
  const json::Value* source = nullptr;

  bool empty() const { return user.empty() && resources.empty(); }
};

struct MatchResources {
  std::span<const ResourceFilter> any;
  std::span<const ResourceFilter> all;
  UserInfo user;                  // the legacy form, v1 only
  ResourceDescription resources;  // the legacy form, v1 only
  const json::Value* source = nullptr;

  bool empty() const { return any.empty() && all.empty() && user.empty() && resources.empty(); }
};

// ---- conditions ----

struct Condition {
  const json::Value* key = nullptr;
  std::string_view op;
  const json::Value* value = nullptr;
  std::string_view message;
  const json::Value* source = nullptr;
};

// {any, all}, or the legacy list of conditions that must all hold: then `legacy` is set and `all` has them.
// A written empty `any: []` is never true; an absent one is. See the convention for spans above.
struct Conditions {
  std::span<const Condition> any;
  std::span<const Condition> all;
  bool legacy = false;
  const json::Value* source = nullptr;
};

// A CEL condition.
struct MatchCondition {
  std::string_view name;
  std::string_view expression;
  const json::Value* source = nullptr;
};

}  // namespace ephor::policy
