// ImageValidatingPolicy and NamespacedImageValidatingPolicy.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "engine/cel/exceptions.h"
#include "engine/cel/image_references.h"
#include "engine/cel/match_constraints.h"
#include "engine/cel/validations.h"
#include "engine/policy_identity.h"
#include "engine/request.h"
#include "engine/response.h"
#include "policy/cel_policy_types.h"
#include "policy/context_types.h"
#include "ports/world.h"

namespace ephor::engine {

// Immutable, safe from any thread. The policies that were made of it for pod controllers are compiled with
// it. A policy that does not compile says so in its results. Signatures are not verified: expressions that
// ask for it fail, and an image that a policy requires to be verified never is.
class CompiledImagePolicy : public PolicyIdentity {
 public:
  // In the reference's command line the exceptions do not reach what is made for pod controllers; at
  // admission they do.
  CompiledImagePolicy(std::shared_ptr<const policy::ImageValidatingPolicy> source,
                      CelExceptionList exceptions, CelExceptionList exceptions_of_variants = {});

  const policy::ImageValidatingPolicy& source() const { return *source_; }
  std::span<const std::unique_ptr<const CompiledImagePolicy>> variants() const { return variants_; }
  bool is_json() const { return source_->evaluation.mode == "JSON"; }
  // Why it does not compile; "" where it does. The same one by one.
  const std::string& error() const { return error_; }
  const SpecErrors& errors() const { return errors_; }
  // Which images it is about, and how their registries are to be asked.
  const ImageReferences& references() const { return references_; }
  const policy::ImageRegistryCredentials& credentials() const { return credentials_; }

  std::string_view report_source() const override { return "KyvernoImageValidatingPolicy"; }
  bool in_background() const override { return source_->evaluation.background.enabled.value_or(true); }
  bool in_admission() const override { return source_->evaluation.admission.enabled.value_or(true); }
  bool Enforces(std::string_view, const json::Value&) const override;

  // What the policy and those made of it say, each by judge(policy): as in the reference, the last that has a
  // result counts.
  template <class Judge>
  PolicyResponse LastOfVariants(Judge judge) const {
    PolicyResponse response = judge(*this);
    for (const auto& variant : variants_) {
      const PolicyResponse of_variant = judge(*variant);
      if (!of_variant.rules.empty()) response.rules = of_variant.rules;
    }
    return response;
  }
  // The same for any JSON, as policies in JSON mode see it.
  PolicyResponse ValidateJson(const json::Value& payload, const ports::World& world, Arena& arena,
                              Observer* observer = nullptr) const;

  // Whether the request is one of those whose images get their digests: the constraints match, the conditions
  // hold, and no exception exempts it. False for a policy that does not compile.
  Result<bool> Applies(const Request& request, const ports::World& world, Arena& arena) const;

 private:
  friend PolicyResponse Validate(const CompiledImagePolicy&, const Request&, const ports::World&, Arena&);

  struct Extractor {
    std::string name;
    CelExpression images;
  };
  using Extractors = std::vector<Extractor>;

  bool CompileSpec(CelExceptionList exceptions, SpecCompiler& compiler);
  bool CompileExtractors(std::string_view pod_spec, Extractors& extractors, SpecCompiler& compiler);
  const Extractors& ExtractorsFor(const kube::GroupVersionResource& resource) const;
  // The exceptions that exempt from the policy; nothing where its conditions do not hold.
  Result<std::optional<CelExemption>> Concerns(CelActivation& activation) const;
  std::optional<RuleResponse> Evaluate(const Request& request, const ports::World& world, Arena& arena) const;
  std::optional<RuleResponse> Judge(CelActivation& activation, const Extractors& extractors,
                                    const ports::World& world) const;

  std::shared_ptr<const policy::ImageValidatingPolicy> source_;
  MatchConstraints constraints_;  // without any, all matches
  CelScope scope_;
  std::vector<CelExpression> conditions_;
  ImageReferences references_;
  Extractors of_pods_, of_controllers_, of_cron_jobs_, of_others_;
  CelValidations validations_;
  CelExceptions exceptions_;
  Arena arena_{1 << 10};
  json::Value attestors_, attestations_;
  policy::ImageRegistryCredentials credentials_;
  std::string error_;
  SpecErrors errors_;
  std::vector<std::unique_ptr<const CompiledImagePolicy>> variants_;
};

// What one policy, without its variants, says of a request: no rule where it is not about it, or its
// conditions do not hold. Asks the registry for all images that the policy is about.
PolicyResponse Validate(const CompiledImagePolicy& policy, const Request& request, const ports::World& world,
                        Arena& arena);

}  // namespace ephor::engine
