#include "cli/apply_cleanup.h"

#include <vector>

#include "cli/parallel.h"
#include "cli/session.h"
#include "engine/cleanup/cleanup_policy.h"
#include "engine/cleanup/shared_entries.h"
#include "engine/global_context_entry.h"

namespace ephor::cli {
namespace {

engine::RuleResponse ResultOf(const engine::CompiledCleanupPolicy& policy,
                              const engine::SharedEntries& entries, const json::Value& resource,
                              const Session& session, Arena& arena) {
  const source::NamespaceEntry* labels = session.values.LabelsOf(resource.StringAt("metadata", "namespace"));
  const engine::CleanupScene scene{
      .configuration = &session.configuration,
      .namespace_labels = labels != nullptr && labels->labels != nullptr ? *labels->labels : json::Value()};
  engine::Context context(arena, session.world);
  entries.AddTo(context);
  const auto verdict = policy.Decide(resource, scene, context);
  engine::RuleResponse result{.name = policy.name(), .type = engine::RuleType::kDeletion};
  if (!verdict) {
    result.status = engine::RuleStatus::kError;
    result.message = arena.Copy(verdict.error().message());
  } else if (*verdict == engine::CleanupVerdict::kDelete) {
    result.message = "resource matched";
  } else {
    result.status = engine::RuleStatus::kFail;
    result.message = "resource did not match";
  }
  return result;
}

}  // namespace

ApplyPart ApplyCleanupPolicies(const source::ResourceInput& input, const Session& session,
                               const ApplyPart::Style& style) {
  ApplyPart all(style);
  if (session.cleanup_policies.empty()) return all;
  std::vector<engine::SharedEntries> entries;
  for (const auto& policy : session.cleanup_policies) entries.emplace_back(policy->entries());
  const auto documents = input.documents();
  // For each chunk of the documents, a part for each policy.
  std::vector<std::vector<ApplyPart>> parts(ChunksFor(documents.size()));
  ForEachChunk(documents.size(), [&](std::size_t begin, std::size_t end, std::size_t chunk) {
    for (std::size_t p = 0; p < session.cleanup_policies.size(); ++p) parts[chunk].emplace_back(style);
    Arena arena;
    ApplyPart::Style own_style = style;
    for (std::size_t i = begin; i < end; ++i) {
      arena.Reset();
      const auto resources = source::DecodeResources(documents[i], arena);
      if (!resources) continue;
      own_style.document = &documents[i];
      for (own_style.item = 0; own_style.item < resources->size(); ++own_style.item) {
        const json::Value& resource = (*resources)[own_style.item];
        if (engine::IsGlobalContextEntry(resource)) continue;
        for (std::size_t p = 0; p < session.cleanup_policies.size(); ++p) {
          const engine::CompiledCleanupPolicy& policy = *session.cleanup_policies[p];
          const engine::RuleResponse result = ResultOf(policy, entries[p], resource, session, arena);
          parts[chunk][p].Add({.policy = &policy, .rules = {&result, 1}, .resource = resource}, own_style);
        }
      }
    }
  });
  for (std::size_t p = 0; p < session.cleanup_policies.size(); ++p) {
    for (std::vector<ApplyPart>& chunk : parts) {
      if (p < chunk.size()) all.Append(std::move(chunk[p]));
    }
  }
  return all;
}

}  // namespace ephor::cli
