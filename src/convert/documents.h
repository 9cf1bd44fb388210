// The documents of the policies that rules become.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "convert/rule_cel.h"
#include "json/value.h"
#include "policy/types.h"

namespace ephor::convert {

struct DocumentOptions {
  std::string name;
  std::vector<std::string_view> actions;                // Deny, Audit, Warn
  std::optional<std::vector<std::string>> controllers;  // autogen; none is all
  bool for_ephemeral_containers = false;                // the subresource of Pods, instead of Pods
};

// A ValidatingPolicy, MutatingPolicy or GeneratingPolicy with the parts of one rule, or of several that are
// about the same. In the arena.
json::Value MakeDocument(const policy::Policy& policy, std::span<const ConvertedRule* const> rules,
                         const DocumentOptions& options, Arena& arena);

// The namespace that a policy is in; "" where it is in none.
std::string_view NamespaceOf(const policy::Policy& policy);

}  // namespace ephor::convert
