#include "engine/cel/params.h"

#include "engine/cel/match_constraints.h"
#include "kube/builtin_kinds.h"
#include "kube/metadata.h"
#include "ports/cluster.h"

namespace ephor::engine {

ParamQuery::ParamQuery(const policy::CelParamKind& kind, const policy::CelParamRef& reference,
                       std::string_view needs_namespace)
    : reference_(reference),
      needs_namespace_(needs_namespace),
      kind_(std::string(kind.api_version).append("/").append(kind.kind)) {
  if (const kube::BuiltinKind* known =
          kube::FindKind(kube::ParseGroupVersionKind(kind.api_version, kind.kind))) {
    namespaced_ = known->namespaced;
  }
  if (reference.name.empty() && reference.selector != nullptr)
    selector_ = StrictSelector(*reference.selector);
}

Result<std::span<const json::Value>> ParamQuery::Find(std::string_view namespace_, const ports::World& world,
                                                      Arena& arena) const {
  const bool cluster_wide = namespaced_ && !*namespaced_;
  if (cluster_wide && !reference_.namespace_.empty()) {
    return Fail(ErrorCode::kEvaluation,
                "paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
  }
  const std::string_view own = cluster_wide                    ? std::string_view()
                               : reference_.namespace_.empty() ? namespace_
                                                               : reference_.namespace_;
  if (namespaced_.value_or(false) && own.empty()) {
    return Fail(ErrorCode::kEvaluation, std::string(needs_namespace_));
  }
  if (world.cluster == nullptr)
    return Fail(ErrorCode::kUnavailable, "there is no cluster to ask for " + kind_);
  // Not the namespace: objects of a custom resource may have none.
  const auto found = world.cluster->Find({.kind = kind_, .namespace_ = {}, .name = reference_.name}, arena);
  if (!found) return std::unexpected(found.error());
  ArenaVector<json::Value> params(arena);
  for (const json::Value& object : *found) {
    const kube::Metadata metadata = kube::MetadataOf(object);
    if (!metadata.namespace_.empty() && metadata.namespace_ != own) continue;
    if (reference_.name.empty() && !selector_) continue;
    if (selector_ && !(selector_->valid() && selector_->Matches(metadata.labels))) continue;
    params.push_back(object);
  }
  return std::span<const json::Value>(params.span());
}

}  // namespace ephor::engine
