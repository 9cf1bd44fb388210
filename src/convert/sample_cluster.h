// A cluster that holds the objects of a sample.
#pragma once

#include <span>

#include "convert/known_kinds.h"
#include "ports/cluster.h"

namespace ephor::convert {

// Finds objects by the plural of their kinds. The objects and the kinds must outlive it. It answers no calls
// of paths, knows no roles and creates nothing.
class SampleCluster final : public ports::Cluster {
 public:
  SampleCluster(std::span<const json::Value> objects, const KnownKinds& kinds)
      : objects_(objects), kinds_(kinds) {}

  json::Value NamespaceLabels(std::string_view name, Arena& arena) const override;
  ports::Roles RolesOf(const ports::Subject& subject, std::string_view namespace_,
                       Arena& arena) const override;
  Result<json::Value> Call(std::string_view method, std::string_view path, const json::Value& body,
                           Arena& arena) const override;
  Result<std::optional<json::Value>> Get(std::string_view api_version, std::string_view resource,
                                         std::string_view namespace_, std::string_view name,
                                         Arena& arena) const override;
  Result<json::Value> List(std::string_view api_version, std::string_view resource,
                           std::string_view namespace_,
                           std::span<const std::pair<std::string_view, std::string_view>> labels,
                           Arena& arena) const override;
  // By kinds and namespaces without wildcards.
  Result<std::span<const json::Value>> Find(const ports::ObjectQuery& query, Arena& arena) const override;

 private:
  bool IsOf(const json::Value& object, std::string_view api_version, std::string_view resource,
            std::string_view namespace_) const;

  std::span<const json::Value> objects_;
  const KnownKinds& kinds_;
};

}  // namespace ephor::convert
