// The context entry `configMap`.
#pragma once

#include <optional>
#include <string>

#include "engine/context.h"
#include "engine/template.h"
#include "policy/types.h"

namespace ephor::engine {

// {data, metadata} of a ConfigMap. Unset where there is no cluster to read it from.
class ConfigMapEntry final : public Loader {
 public:
  // `policy_namespace` is a Policy's own namespace, "" for a ClusterPolicy. It stands in for a namespace that
  // is not written, and another one is refused.
  ConfigMapEntry(std::string_view name, const policy::ConfigMapReference& source,
                 std::string_view policy_namespace);

  Result<std::optional<json::Value>> Load(Context& context) const override;
  bool merges() const override { return true; }
  std::string_view refusal() const override { return "failed to add config map for context entry "; }

 private:
  Result<std::string> Text(const Template& part, std::string_view field, Context& context) const;
  Result<json::Value> Read(Context& context) const;

  Template map_name_;
  Template map_namespace_;
  std::string policy_namespace_;
};

}  // namespace ephor::engine
