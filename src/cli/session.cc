#include "cli/session.h"

#include <algorithm>

#include "engine/cleanup/cleanup_policy.h"
#include "engine/compiled_policy.h"
#include "engine/exceptions.h"
#include "policy/validate.h"

namespace ephor::cli {

bool IsEvaluated(const policy::Rule& rule) {
  if (rule.has_validate()) return !rule.has_verify_manifests();
  return rule.has_mutate() || rule.has_generate();
}

std::vector<InvalidPolicy> SetPolicies(source::LoadedPolicies policies, source::LoadedExceptions exceptions,
                                       Session& session) {
  session.cel = CompileCelPolicies(policies, exceptions.cel_exceptions);
  for (std::shared_ptr<const policy::CleanupPolicy>& source : policies.cleanup_policies) {
    session.cleanup_policies.push_back(
        std::make_shared<const engine::CompiledCleanupPolicy>(std::move(source)));
  }
  std::vector<InvalidPolicy> invalid;
  std::vector<std::shared_ptr<const engine::CompiledPolicy>> compiled_policies;
  for (std::shared_ptr<const policy::Policy>& source : policies.policies) {
    if (const policy::ValidationReport report = policy::ValidatePolicy(*source); report.error) {
      invalid.push_back({std::string(source->metadata.name), report.error->message()});
    } else {
      const bool has_other_rules =
          !std::all_of(source->effective_rules.begin(), source->effective_rules.end(), IsEvaluated);
      compiled_policies.push_back(std::make_shared<const engine::CompiledPolicy>(std::move(source)));
      session.policies.push_back({compiled_policies.back(), has_other_rules});
    }
  }
  std::vector<std::shared_ptr<const engine::CompiledException>> compiled;
  for (std::shared_ptr<const policy::PolicyException>& source : exceptions.exceptions) {
    compiled.push_back(std::make_shared<const engine::CompiledException>(std::move(source)));
  }
  session.set.emplace(std::move(compiled_policies), std::move(compiled));
  return invalid;
}

}  // namespace ephor::cli
