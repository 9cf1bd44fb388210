// A cluster made of given objects, for commands that run without one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/arena.h"
#include "json/value.h"
#include "kube/custom_kinds.h"
#include "kube/rbac.h"
#include "ports/cluster.h"

namespace ephor::source {

// Reads the objects when it is first asked something, so that a run that asks nothing does not pay for it.
// Immutable after that; all methods may be called from any thread.
class LocalCluster final : public ports::Cluster {
 public:
  // Called at most once. The objects may be in the arena, which the cluster keeps, or must outlive the
  // cluster. Of several objects with the same kind, namespace and name the last counts.
  using Reader = std::function<std::vector<json::Value>(Arena& arena)>;
  // The reference's command line answers API calls from the resources at hand, but no ConfigMap entries, and
  // no path of a single namespace. Its tests only have the objects that rules change beside the one judged.
  enum class Answers { kAll, kAsReferenceOffline, kOnlyTargets };
  // `custom_kinds`, which say the plurals of kinds that Kubernetes itself does not have, may be null.
  explicit LocalCluster(Reader reader, Answers answers = Answers::kAll,
                        const kube::CustomKinds* custom_kinds = nullptr);
  ~LocalCluster() override;

  // A namespace that is not among the objects has just the label that Kubernetes gives every one,
  // kubernetes.io/metadata.name.
  json::Value NamespaceLabels(std::string_view name, Arena& arena) const override;

  bool answers_calls() const override { return answers_ != Answers::kOnlyTargets; }
  bool resolves_config_maps() const override { return answers_ == Answers::kAll; }

  ports::Roles RolesOf(const ports::Subject& subject, std::string_view request_namespace,
                       Arena& arena) const override;

  // GET of a list or of one object: /api/v1/[namespaces/NS/]RESOURCE[/NAME] and /apis/GROUP/VERSION/.... A
  // list of what is not there is empty. Queries and subresources are refused.
  Result<json::Value> Call(std::string_view method, std::string_view path, const json::Value& body,
                           Arena& arena) const override;

  Result<std::optional<json::Value>> Get(std::string_view api_version, std::string_view resource,
                                         std::string_view object_namespace, std::string_view name,
                                         Arena& arena) const override;

  Result<json::Value> List(std::string_view api_version, std::string_view resource,
                           std::string_view object_namespace,
                           std::span<const std::pair<std::string_view, std::string_view>> labels,
                           Arena& arena) const override;
  Result<std::string_view> ResourceOf(std::string_view api_version, std::string_view kind,
                                      Arena& arena) const override;

  // Subresources have no objects of their own here.
  Result<std::span<const json::Value>> Find(const ports::ObjectQuery& query, Arena& arena) const override;

 private:
  struct Contents;
  const Contents& contents() const;
  std::string PluralOf(const kube::GroupVersionKind& gvk) const;

  mutable std::unique_ptr<Contents> contents_;
  struct Once;
  std::unique_ptr<Once> once_;
  mutable Reader reader_;
  Answers answers_;
  const kube::CustomKinds* custom_kinds_;
};

}  // namespace ephor::source
