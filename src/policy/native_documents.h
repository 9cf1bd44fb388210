// The documents of a native policy around its spec. Internal to this library: callers use native_policies.h.
#pragma once

#include <string_view>

#include "policy/native_policies.h"

namespace ephor::policy {

struct NativeKind {
  std::string_view kind;     // of the policy; its binding's has "Binding" after it
  std::string_view prefix;   // of names
  std::string_view version;  // of the group
};

struct NativeBinding {
  json::Value actions;  // validationActions; null for none
  json::Value params;   // paramRef; null for none
};

NativeObjects NativeDocuments(const NativeKind& kind, const Object& policy, const json::Value& spec,
                              const NativeBinding& binding, Arena& arena);

}  // namespace ephor::policy
