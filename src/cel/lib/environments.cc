#include "cel/lib/environments.h"

#include <map>
#include <mutex>

#include "cel/lib/authorization.h"
#include "cel/lib/kyverno/kyverno.h"
#include "cel/lib/libraries.h"
#include "cel/lib/model_context.h"
#include "cel/lib/mutation.h"

namespace ephor::cel::lib {
namespace {

void AddAll(Env::Builder& builder, std::initializer_list<const Library*> libraries) {
  for (const Library* library : libraries) builder.Add(*library);
}

// What both Kubernetes and Kyverno have.
void AddCommon(Env::Builder& builder) {
  AddAll(builder, {&Standard(), &MixedComparison(), &Optionals(), &Strings(), &ClassicFormat(), &Lists(),
                   &Sets(), &Urls(), &FindRegexes(), &KubernetesLists(), &Quantities(), &Network(),
                   &NamedFormats(), &Semvers()});
}

std::shared_ptr<const Env> BuildKyverno(const KyvernoDialect& dialect) {
  Env::Builder builder;
  builder.options().homogeneous_literals = dialect.homogeneous_literals;
  builder.options().fold_conversions = dialect.fold_and_validate;
  builder.options().validate_literals = dialect.fold_and_validate;
  AddCommon(builder);
  AddAll(builder, {&Bindings(), &Encoders(), &Math(), &Regexes(), &kyverno::Images(), &kyverno::Hashes(),
                   &kyverno::Math(), &kyverno::Json(), &kyverno::Yaml(), &kyverno::Randoms(),
                   &kyverno::Times(), &kyverno::Transforms(), &kyverno::Gzips(), &kyverno::Http(),
                   &kyverno::GlobalContexts(), &kyverno::ImageData(),
                   dialect.namespaced ? &kyverno::NamespacedResources() : &kyverno::Resources()});
  if (dialect.two_variable_loops) builder.Add(TwoVariableLoops());
  if (dialect.authorizers) builder.Add(Authorizers());
  if (dialect.lenient_or_value) builder.Add(kyverno::LenientOrValue());
  if (dialect.certificates) builder.Add(kyverno::Certificates());
  if (dialect.users) builder.Add(kyverno::Users());
  if (dialect.mutation_types) builder.Add(MutationTypes());
  if (dialect.json_patches) builder.Add(JsonPatches());
  if (dialect.generators) {
    builder.Add(dialect.namespaced ? kyverno::NamespacedGenerators() : kyverno::Generators());
  }
  return builder.Build();
}

std::shared_ptr<const Env> BuildPolicy(const KyvernoDialect& dialect) {
  Env::Builder builder(KyvernoEnv(dialect));
  builder.Add(AdmissionTypesWithObjects());
  const Type* strings = builder.ParseType("list(string)");
  const std::pair<std::string_view, const Type*> fields[] = {{"allowedImages", strings},
                                                             {"allowedValues", strings}};
  builder.AddVariable("object", &types::kDyn);
  builder.AddVariable("oldObject", &types::kDyn);
  builder.AddVariable("request", builder.ParseType("kubernetes.AdmissionRequest"));
  builder.AddVariable("namespaceObject", builder.ParseType("kubernetes.Namespace"));
  if (dialect.exceptions) builder.AddVariable("exceptions", builder.AddStruct("libs.Exception", fields));
  builder.AddVariable("variables", builder.AddStruct("kyverno.variables", {}));
  return builder.Build();
}

// The environments in use are few; each is kept under the bits of its dialect.
class KeptEnvs {
 public:
  std::shared_ptr<const Env> Of(const KyvernoDialect& dialect,
                                std::shared_ptr<const Env> (*build)(const KyvernoDialect&)) {
    unsigned bits = 0;
    for (const bool bit : {dialect.two_variable_loops, dialect.homogeneous_literals,
                           dialect.fold_and_validate, dialect.authorizers, dialect.lenient_or_value,
                           dialect.certificates, dialect.users, dialect.mutation_types, dialect.json_patches,
                           dialect.generators, dialect.namespaced, dialect.exceptions}) {
      bits = bits << 1 | (bit ? 1u : 0u);
    }
    const std::lock_guard lock(mutex_);
    std::shared_ptr<const Env>& env = environments_[bits];
    if (env == nullptr) env = build(dialect);
    return env;
  }

 private:
  std::mutex mutex_;
  std::map<unsigned, std::shared_ptr<const Env>> environments_;
};

}  // namespace

std::shared_ptr<const Env> ConformanceEnv() {
  static const std::shared_ptr<const Env> env = [] {
    Env::Builder builder;
    builder.options().strict_maps = true;
    builder.options().strict_presence = true;
    AddAll(builder, {&Standard(), &MixedComparison(), &Optionals(), &Bindings(), &Blocks(),
                     &TwoVariableLoops(), &Strings(), &NewerStrings(), &Math(), &Lists(), &Sets(),
                     &Encoders(), &Regexes(), &SpecifiedNetwork(), &Specification()});
    return builder.Build();
  }();
  return env;
}

std::shared_ptr<const Env> KubernetesEnv() {
  static const std::shared_ptr<const Env> env = [] {
    Env::Builder builder;
    builder.options().homogeneous_literals = true;
    builder.options().fold_conversions = true;
    builder.options().validate_literals = true;
    AddCommon(builder);
    AddAll(builder, {&TwoVariableLoops(), &Authorizers()});
    return builder.Build();
  }();
  return env;
}

std::shared_ptr<const Env> KyvernoEnv(const KyvernoDialect& dialect) {
  static auto* const kept = new KeptEnvs;
  return kept->Of(dialect, BuildKyverno);
}

std::shared_ptr<const Env> PolicyEnv(const KyvernoDialect& dialect) {
  static auto* const kept = new KeptEnvs;
  return kept->Of(dialect, BuildPolicy);
}

std::shared_ptr<const Env> ValidatingPolicyEnv(bool namespaced) {
  return PolicyEnv({.namespaced = namespaced});
}

std::shared_ptr<const Env> MutatingPolicyEnv(bool namespaced) {
  return PolicyEnv({.mutation_types = true, .json_patches = true, .namespaced = namespaced});
}

std::shared_ptr<const Env> GeneratingPolicyEnv(bool namespaced) {
  return PolicyEnv({.two_variable_loops = false,
                    .homogeneous_literals = false,
                    .fold_and_validate = false,
                    .authorizers = false,
                    .users = false,
                    .generators = true,
                    .namespaced = namespaced});
}

std::shared_ptr<const Env> DeletingPolicyEnv(bool namespaced) {
  return PolicyEnv({.two_variable_loops = false,
                    .fold_and_validate = false,
                    .authorizers = false,
                    .users = false,
                    .mutation_types = true,
                    .namespaced = namespaced});
}

std::shared_ptr<const Env> ImagePolicyEnv(bool namespaced) {
  const auto build = [](bool in_namespace) {
    KyvernoDialect dialect;
    dialect.lenient_or_value = dialect.certificates = dialect.exceptions = false;
    dialect.namespaced = in_namespace;
    Env::Builder builder(PolicyEnv(dialect));
    builder.Add(kyverno::ImageVerification());
    builder.AddVariable("images", builder.ParseType("map(string, list(string))"));
    builder.AddVariable("attestors", builder.ParseType("map(string, dyn)"));
    builder.AddVariable("attestations", builder.ParseType("map(string, string)"));
    return builder.Build();
  };
  static const std::shared_ptr<const Env> cluster_wide = build(false), of_namespace = build(true);
  return namespaced ? of_namespace : cluster_wide;
}

std::shared_ptr<const Env> AdmissionPolicyEnv() {
  static const std::shared_ptr<const Env> env = [] {
    Env::Builder builder(KubernetesEnv());
    builder.Add(AdmissionTypes());
    for (const std::string_view name : {"object", "oldObject", "params", "request", "namespaceObject"}) {
      builder.AddVariable(name, &types::kDyn);
    }
    return builder.Build();
  }();
  return env;
}

std::shared_ptr<const Env> NativePolicyEnv(bool has_params, bool mutates) {
  const auto build = [](bool params, bool mutation_types) {
    Env::Builder builder(KubernetesEnv());
    builder.Add(AdmissionTypes());
    builder.Add(kyverno::LenientOrValue());
    if (mutation_types) {
      builder.Add(MutationTypes());
      builder.Add(JsonPatches());
    }
    builder.AddVariable("object", &types::kDyn);
    builder.AddVariable("oldObject", &types::kDyn);
    builder.AddVariable("request", builder.ParseType("kubernetes.AdmissionRequest"));
    builder.AddVariable("namespaceObject", builder.ParseType("kubernetes.Namespace"));
    if (params) builder.AddVariable("params", &types::kDyn);
    return builder.Build();
  };
  static const std::shared_ptr<const Env> envs[2][2] = {{build(false, false), build(false, true)},
                                                        {build(true, false), build(true, true)}};
  return envs[has_params ? 1 : 0][mutates ? 1 : 0];
}

std::shared_ptr<const Env> WebhookConditionEnv(bool with_namespace) {
  const auto build = [](bool with) {
    Env::Builder builder(KubernetesEnv());
    builder.Add(AdmissionTypes());
    for (const std::string_view name : {"object", "oldObject", "request", "authorizer"}) {
      builder.AddVariable(name, &types::kDyn);
    }
    if (with) builder.AddVariable("namespaceObject", &types::kDyn);
    return builder.Build();
  };
  static const std::shared_ptr<const Env> with_it = build(true), without = build(false);
  return with_namespace ? with_it : without;
}

std::shared_ptr<const Env> AuthorizationEnv(bool envoy) {
  const auto build = [](bool for_envoy) {
    Env::Builder builder;
    builder.options().homogeneous_literals = true;
    AddAll(builder, {&Standard(),
                     &MixedComparison(),
                     &Optionals(),
                     &Bindings(),
                     &Strings(),
                     &NewerStrings(),
                     &Math(),
                     &Lists(),
                     &Sets(),
                     &Encoders(),
                     &Urls(),
                     &FindRegexes(),
                     &KubernetesLists(),
                     &Quantities(),
                     &Network(),
                     &NamedFormats(),
                     &Semvers(),
                     &WebTokens(),
                     &ModelContext(),
                     &kyverno::Http(),
                     &kyverno::Json(),
                     &kyverno::Images(),
                     &kyverno::ImageData(),
                     &kyverno::Resources()});
    builder.Add(for_envoy ? EnvoyAuthorization() : HttpAuthorization());
    builder.AddVariable("object", builder.ParseType(for_envoy ? kEnvoyCheckRequest : kHttpCheckRequest));
    builder.AddVariable("variables", builder.AddStruct("kyverno.variables", {}));
    return builder.Build();
  };
  static const std::shared_ptr<const Env> of_envoy = build(true), of_http = build(false);
  return envoy ? of_envoy : of_http;
}

}  // namespace ephor::cel::lib
