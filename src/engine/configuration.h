// The settings of the ConfigMap `kyverno` that bear on decisions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/request.h"
#include "image/reference.h"
#include "json/value.h"
#include "kube/kinds.h"

namespace ephor::engine {

// Immutable after it is read, safe from any thread.
class Configuration {
 public:
  Configuration() = default;  // without a ConfigMap: no filters, no exclusions, docker.io

  // What the Helm chart installs: system namespaces, nodes, reviews and their like are not evaluated.
  static Configuration ChartDefaults();

  // From the ConfigMap's `data`, an object of strings. A value that cannot be read leaves that key at its
  // default and is named in `warnings`; unknown keys belong to others and are ignored.
  static Configuration Read(const json::Value& data, std::vector<std::string>& warnings);

  // Whether the resource filters take the object out of evaluation.
  bool Filters(const kube::GroupVersionKind& kind, std::string_view subresource, std::string_view namespace_,
               std::string_view name) const;
  // Whether the requester is excluded: by name, group, role or cluster role, and not included by a "!" entry.
  bool Excludes(const Requester& requester) const;

  // How image references without a registry are read. A view.
  image::RegistryDefaults registry_defaults() const { return {default_registry_, mutates_default_registry_}; }
  // Of the context entries of one evaluation, in bytes; 0 is no limit.
  std::int64_t max_context_bytes() const { return max_context_bytes_; }
  // For the webhook configurations: JSON texts, "" where not set.
  const std::string& webhooks() const { return webhooks_; }

 private:
  struct Filter {
    kube::KindSelector kind;
    std::string namespace_;
    std::string name;
  };
  // Patterns of a comma list; those with "!" apart.
  struct Exclusions {
    std::vector<std::string> exclude;
    std::vector<std::string> include;
  };

  static std::vector<Filter> ParseFilters(std::string_view text, std::vector<std::string>& warnings);
  static Exclusions ParseExclusions(std::string_view text);

  std::vector<Filter> filters_;
  Exclusions usernames_, groups_, roles_, cluster_roles_;
  std::string default_registry_ = "docker.io";
  bool mutates_default_registry_ = true;
  std::int64_t max_context_bytes_ = 2 << 20;
  std::string webhooks_;
};

}  // namespace ephor::engine
