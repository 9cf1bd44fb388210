#include "engine/cleanup/cleanup_policy.h"

#include <utility>

#include "engine/images.h"
#include "engine/request.h"

namespace ephor::engine {

CompiledCleanupPolicy::CompiledCleanupPolicy(std::shared_ptr<const policy::CleanupPolicy> source)
    : PolicyIdentity(*source, source->is_namespaced()),
      source_(std::move(source)),
      schedule_(CronSchedule::Parse(source_->schedule)),
      entries_(source_->context,
               source_->is_namespaced() ? source_->metadata.namespace_ : std::string_view()),
      match_(source_->match) {
  if (source_->exclude != nullptr) exclude_.emplace(*source_->exclude);
  if (source_->conditions != nullptr) conditions_.emplace(*source_->conditions);
}

Result<CleanupVerdict> CompiledCleanupPolicy::Decide(const json::Value& object, const CleanupScene& scene,
                                                     Context& context) const {
  Request request;
  request.object = Resource(object);
  request.kind = kube::ParseGroupVersionKind(object.StringAt("apiVersion"), object.StringAt("kind"));
  request.namespace_labels = scene.namespace_labels;
  const Resource& resource = request.object;
  if (scene.filters && scene.configuration->Filters(request.kind, "", resource.namespace_, resource.name)) {
    return CleanupVerdict::kFiltered;
  }
  if (scene.protects_managed &&
      object.StringAt("metadata", "labels", "app.kubernetes.io/managed-by") == "kyverno") {
    return CleanupVerdict::kProtected;
  }
  if (source_->is_namespaced() && resource.namespace_ != source_->metadata.namespace_) {
    return CleanupVerdict::kOtherNamespace;
  }
  // Filters are read as those of exceptions are: nobody makes a request here.
  if (!match_.MatchesAsException(request, resource)) return CleanupVerdict::kNotMatched;
  if (exclude_ && exclude_->MatchesAsException(request, resource)) return CleanupVerdict::kExcluded;
  if (!conditions_) return CleanupVerdict::kDelete;

  const ImagesLoader images(object, *scene.configuration);
  const Context::Scope scope(context);
  context.Set("target", object);
  context.SetInRequest("namespace", json::Value::String(resource.namespace_));
  context.Add(images);
  EPHOR_ASSIGN(const bool hold, conditions_->EvaluateAllThenAny(context));
  return hold ? CleanupVerdict::kDelete : CleanupVerdict::kConditionsFalse;
}

Result<std::optional<Time>> CompiledCleanupPolicy::NextRun(const std::optional<Time>& last_run,
                                                           const Time& created) const {
  if (!schedule_) return std::unexpected(schedule_.error());
  return schedule_->Next(last_run ? *last_run : created);
}

}  // namespace ephor::engine
