#include "engine/cel/image_policy.h"

#include <algorithm>

#include "cel/lib/environments.h"
#include "engine/cel/policy_conditions.h"
#include "engine/image_data.h"
#include "engine/observe/observer.h"
#include "engine/run.h"
#include "json/builder.h"

namespace ephor::engine {
namespace {

MatchConstraints ConstraintsOf(const policy::ImageValidatingPolicy& policy) {
  static const policy::MatchConstraints kNone;
  return MatchConstraints(policy.match_constraints == nullptr ? kNone : *policy.match_constraints);
}

Error NotStrings(std::string_view name) {
  return Error(ErrorCode::kEvaluation, "images of " + std::string(name) + " are no list of strings");
}

std::span<const std::string_view> StringsAt(const json::Value& object, const json::Key& key, Arena& arena) {
  ArenaVector<std::string_view> strings(arena);
  const json::Value* list = object.Find(key);
  if (list == nullptr || !list->is_array()) return {};
  for (const json::Value& item : list->items()) {
    if (item.is_string()) strings.push_back(item.as_string());
  }
  return strings.span();
}

// Views into the policy.
policy::ImageRegistryCredentials CredentialsOf(const json::Value* credentials, Arena& arena) {
  if (credentials == nullptr || !credentials->is_object()) return {};
  const json::Value* insecure = credentials->Find("allowInsecureRegistry");
  return {.allow_insecure_registry = insecure != nullptr && insecure->is_bool() && insecure->as_bool(),
          .providers = StringsAt(*credentials, "providers", arena),
          .secrets = StringsAt(*credentials, "secrets", arena)};
}

// A digest is everything behind an '@'.
bool HasDigest(std::string_view image) {
  return image.find('@') != std::string_view::npos;
}

}  // namespace

CompiledImagePolicy::CompiledImagePolicy(std::shared_ptr<const policy::ImageValidatingPolicy> source,
                                         CelExceptionList exceptions, CelExceptionList exceptions_of_variants)
    : PolicyIdentity(*source, source->is_namespaced()),
      source_(std::move(source)),
      constraints_(ConstraintsOf(*source_)),
      scope_(cel::lib::ImagePolicyEnv(source_->is_namespaced())) {
  SpecCompiler compiler("");
  if (!CompileSpec(exceptions, compiler)) error_ = compiler.Failure(&errors_).message();
  for (const auto& variant : source_->variants)
    variants_.push_back(std::make_unique<const CompiledImagePolicy>(variant, exceptions_of_variants));
}

bool CompiledImagePolicy::CompileSpec(CelExceptionList exceptions, SpecCompiler& compiler) {
  const policy::ImageValidatingPolicy& spec = *source_;
  json::ObjectBuilder attestors(arena_), attestations(arena_);
  const auto each = [](const json::Value* list, auto add) {
    if (list == nullptr || !list->is_array()) return;
    for (const json::Value& item : list->items()) add(item.StringAt("name"), item);
  };
  each(spec.attestors,
       [&](std::string_view name, const json::Value& item) { attestors.Set(json::Key(name), item); });
  each(spec.attestations, [&](std::string_view name, const json::Value&) {
    attestations.Set(json::Key(name), json::Value::String(name));
  });
  attestors_ = attestors.Build();
  attestations_ = attestations.Build();
  credentials_ = CredentialsOf(spec.credentials, arena_);
  return compiler.Conditions("spec.matchConditions", spec.match_conditions, scope_.env(), conditions_) &&
         references_.Compile(spec.match_image_references, compiler) &&
         CompileExtractors("spec", of_pods_, compiler) &&
         CompileExtractors("spec.template.spec", of_controllers_, compiler) &&
         CompileExtractors("spec.jobTemplate.spec.template.spec", of_cron_jobs_, compiler) &&
         CompileExtractors("", of_others_, compiler) && compiler.Variables(spec.variables, scope_) &&
         validations_.Compile(spec.validations, scope_.env(), compiler) &&
         validations_.CompileAnnotations(spec.audit_annotations, scope_.env(), compiler) &&
         exceptions_.Add(exceptions, spec, scope_.env(), compiler);
}

// Those of the well-known lists of containers below the path, "" for none, and the policy's own, which come
// before them.
bool CompiledImagePolicy::CompileExtractors(std::string_view pod_spec, Extractors& extractors,
                                            SpecCompiler& compiler) {
  for (std::size_t i = 0; i < source_->images.size(); ++i) {
    const policy::ImageExpression& own = source_->images[i];
    auto program = compiler.Compile("spec.images[" + std::to_string(i) + "].expression", own.expression,
                                    scope_.env(), CelOutput::kList, own.name);
    if (!program) return false;
    extractors.push_back({std::string(own.name), *std::move(program)});
  }
  if (pod_spec.empty()) return true;
  for (const std::string_view name : {"containers", "initContainers", "ephemeralContainers"}) {
    const bool replaced = std::any_of(extractors.begin(), extractors.end(),
                                      [&](const Extractor& extractor) { return extractor.name == name; });
    if (replaced) continue;
    const std::string_view text =
        Concat(arena_, {"object.", pod_spec, ".?", name, ".orValue([]).map(container, container.image)"});
    auto program = compiler.Compile("spec.images", text, scope_.env(), CelOutput::kList);
    if (!program) return false;
    extractors.push_back({std::string(name), *std::move(program)});
  }
  return true;
}

const CompiledImagePolicy::Extractors& CompiledImagePolicy::ExtractorsFor(
    const kube::GroupVersionResource& resource) const {
  if (resource.version != "v1") return of_others_;
  if (resource.group.empty() && resource.resource == "pods") return of_pods_;
  if (resource.group == "batch" && resource.resource == "jobs") return of_controllers_;
  if (resource.group == "batch" && resource.resource == "cronjobs") return of_cron_jobs_;
  if (resource.group != "apps") return of_others_;
  for (const std::string_view name : {"deployments", "statefulsets", "daemonsets", "replicasets"}) {
    if (resource.resource == name) return of_controllers_;
  }
  return of_others_;
}

bool CompiledImagePolicy::Enforces(std::string_view, const json::Value&) const {
  const policy::StringList actions = source_->validation_actions;
  return actions.empty() || std::find(actions.begin(), actions.end(), "Deny") != actions.end();
}

// The conditions come before the exceptions here, and any exception that applies exempts from all.
Result<std::optional<CelExemption>> CompiledImagePolicy::Concerns(CelActivation& activation) const {
  if (source_->is_namespaced()) activation.SetOwnNamespace(namespace_());
  activation.HideVariables();
  EPHOR_ASSIGN(const bool hold, HoldAll(conditions_, source_->fails_closed(), activation));
  if (!hold) return std::nullopt;
  CelExemption exemption;
  if (!exceptions_.empty()) {
    EPHOR_ASSIGN(exemption, exceptions_.Evaluate(source_->fails_closed(), activation));
  }
  activation.ShowVariables();
  return exemption;
}

Result<bool> CompiledImagePolicy::Applies(const Request& request, const ports::World& world,
                                          Arena& arena) const {
  EPHOR_ASSIGN(const bool matches, constraints_.Matches(request));
  if (!matches || !error_.empty()) return false;
  CelActivation activation(scope_, MakePolicyInput(request, true, world, arena), world, arena);
  EPHOR_ASSIGN(const auto concerns, Concerns(activation));
  return concerns && concerns->matched.empty();
}

std::optional<RuleResponse> CompiledImagePolicy::Judge(CelActivation& activation,
                                                       const Extractors& extractors,
                                                       const ports::World& world) const {
  Arena& arena = activation.arena();
  const auto decided = [&](std::string_view rule, RuleStatus status, std::string_view message) {
    return RuleResponse{.name = rule, .type = RuleType::kImageVerify, .status = status, .message = message};
  };
  const auto failed = [&](const Error& error) {
    return decided("evaluation", RuleStatus::kError,
                   Concat(arena, {"failed to evaluate policy: ", error.message()}));
  };
  auto concerns = Concerns(activation);
  if (!concerns) return failed(concerns.error());
  if (!*concerns) return std::nullopt;
  if (CelExemption& exemption = **concerns; !exemption.matched.empty()) {
    exemption.passes = false;
    return ExemptedResponse(exemption, RuleType::kValidation, arena);
  }

  cel::MapBuilder by_name(arena, extractors.size());
  ArenaVector<std::string_view> all(arena);
  for (const Extractor& extractor : extractors) {
    const auto images = activation.Evaluate(extractor.images);
    if (!images) return failed(images.error());
    if (!images->in(cel::kListKinds)) return failed(NotStrings(extractor.name));
    ArenaVector<cel::Value> matched(arena);
    for (std::uint32_t i = 0; i < images->size(); ++i) {
      const cel::Value image = images->At(i);
      if (!image.is_string()) return failed(NotStrings(extractor.name));
      Watched watched(activation.observer(), {.kind = StepKind::kImage, .name = image.text()});
      const auto matches = references_.Match(image.text(), world, arena, activation.observer());
      watched.Conclude(!matches ? Verdict::kError : *matches ? Verdict::kTrue : Verdict::kFalse);
      if (!matches) return failed(matches.error());
      if (!*matches) continue;
      matched.push_back(image);
      all.push_back(image.text());
    }
    by_name.Set(cel::Value::String(extractor.name), cel::Value::List(matched.span()));
  }
  if (source_->validation_configurations.verify_digest) {
    const auto found = std::find_if_not(all.begin(), all.end(), HasDigest);
    if (found != all.end()) {
      return decided(name(), RuleStatus::kFail, Concat(arena, {"image ", *found, " does not have a digest"}));
    }
  }
  for (const std::string_view image : all.span()) {
    const auto data = ImageDataOf(image, &credentials_, world, arena);
    if (!data) return failed(data.error());
  }
  activation.Set("images", by_name.Build());
  activation.Set("attestors", cel::Value::Json(attestors_));
  activation.Set("attestations", cel::Value::Json(attestations_));
  auto judged = validations_.Evaluate(activation);
  if (!judged) return failed(judged.error());
  judged->name = name();
  judged->type = RuleType::kImageVerify;
  // No expression has verified a signature: those that ask for it have failed.
  if (judged->status == RuleStatus::kPass && source_->validation_configurations.required && !all.empty()) {
    judged->status = RuleStatus::kFail;
    judged->message = Concat(arena, {"image ", all[0],
                                     " is not verified: no policy performed a signature or attestation check "
                                     "on it"});
  }
  return *judged;
}

std::optional<RuleResponse> CompiledImagePolicy::Evaluate(const Request& request, const ports::World& world,
                                                          Arena& arena) const {
  const auto matches = constraints_.Matches(request);
  const auto error = [&](std::string_view rule, std::string_view text, std::string_view detail) {
    return RuleResponse{.name = rule,
                        .type = RuleType::kImageVerify,
                        .status = RuleStatus::kError,
                        .message = Concat(arena, {text, detail})};
  };
  if (!matches) return error("match", "failed to execute matching: ", matches.error().message());
  if (!*matches) return std::nullopt;
  if (!error_.empty()) return error("evaluation", "failed to compile policy: ", error_);
  CelActivation activation(scope_, MakePolicyInput(request, true, world, arena), world, arena);
  return Judge(activation, ExtractorsFor(request.resource), world);
}

PolicyResponse Validate(const CompiledImagePolicy& policy, const Request& request, const ports::World& world,
                        Arena& arena) {
  PolicyResponse response{.policy = &policy, .rules = {}, .resource = request.subject().object};
  if (const auto judged = policy.Evaluate(request, world, arena)) {
    response.rules = std::span(arena.New<RuleResponse>(*judged), 1);
  }
  return response;
}

PolicyResponse CompiledImagePolicy::ValidateJson(const json::Value& payload, const ports::World& world,
                                                 Arena& arena, Observer* observer) const {
  PolicyResponse response{.policy = this, .rules = {}, .resource = payload};
  std::optional<RuleResponse> judged;
  if (error_.empty()) {
    CelActivation activation(scope_, {.object = payload, .observer = observer}, world, arena);
    judged = Judge(activation, of_others_, world);
  } else {
    judged = RuleResponse{.name = "evaluation",
                          .type = RuleType::kImageVerify,
                          .status = RuleStatus::kError,
                          .message = Concat(arena, {"failed to compile policy: ", error_})};
  }
  if (judged) response.rules = std::span(arena.New<RuleResponse>(*judged), 1);
  return response;
}

}  // namespace ephor::engine
