#include "cli/judge.h"

#include <optional>

#include "cli/judge_cel.h"
#include "cli/judge_mutating.h"
#include "cli/session.h"
#include "cli/watch.h"
#include "engine/admission_request.h"
#include "engine/compiled_policy.h"
#include "engine/context.h"
#include "engine/evaluate.h"
#include "engine/generate/generate.h"
#include "engine/images.h"
#include "json/builder.h"
#include "kube/admission_review.h"
#include "kube/gvk.h"
#include "ports/cluster.h"
#include "source/request_variables.h"

namespace ephor::cli {
namespace {

using json::Value;

engine::Requester RequesterOf(const std::optional<source::UserInfo>& user) {
  if (!user) return {};
  return {.username = user->username,
          .groups = user->groups,
          .roles = user->roles,
          .cluster_roles = user->cluster_roles};
}

Value StringArray(const std::vector<std::string_view>& strings, Arena& arena) {
  json::ArrayBuilder array(arena, strings.size());
  for (const std::string_view text : strings) array.Add(Value::String(text));
  return array.Build();
}

// The variable `request` before the values are applied: what the reference's policy context holds.
Value BaseRequest(const Session& session, std::string_view operation, const Value& resource, Arena& arena) {
  const bool is_delete = operation == "DELETE";
  json::ObjectBuilder request(arena);
  request.Set("operation", Value::String(operation));
  // A DELETE has no new object, and the reference takes the namespace from the new one.
  request.Set("namespace",
              Value::String(is_delete ? std::string_view() : resource.StringAt("metadata", "namespace")));
  if (!is_delete) request.Set("object", resource);
  if (operation != "CREATE") request.Set("oldObject", resource);
  if (session.user) {
    if (!session.user->roles.empty()) request.Set("roles", StringArray(session.user->roles, arena));
    if (!session.user->cluster_roles.empty()) {
      request.Set("clusterRoles", StringArray(session.user->cluster_roles, arena));
    }
    request.Set("userInfo", session.user->user == nullptr ? Value::Object({}) : *session.user->user);
  }
  return request.Build();
}

// The kind that rules are matched with: the parent's where the values map the resource to a subresource.
void SetKind(const Session& session, const Value& resource, engine::Request& request) {
  request.kind = kube::ParseGroupVersionKind(resource.StringAt("apiVersion"), resource.StringAt("kind"));
  if (session.in_cluster) return;
  for (const source::SubresourceMapping& mapping : session.values.subresources()) {
    if (mapping.kind == request.kind) {
      request.kind = mapping.parent;
      request.subresource = mapping.subresource;
      return;
    }
  }
}

Result<engine::Resource> ObjectOf(const Value& request, const json::Key& key) {
  const Value* object = request.Find(key);
  if (object == nullptr || object->is_null()) return engine::Resource();
  if (!object->is_object()) return InvalidInput("the object retrieved from the json context is not valid");
  return engine::Resource(*object);
}

// The labels of the resource's namespace where the values do not say them: then the namespace must be among
// the objects of the cluster.
Result<Value> LabelsInCluster(const Session& session, const Value& resource, Arena& arena) {
  const std::string_view name = resource.StringAt("metadata", "namespace");
  if (name.empty() || resource.StringAt("kind") == "Namespace") return Value();
  EPHOR_ASSIGN(const auto found, session.world.cluster->Get("v1", "namespaces", "", name, arena));
  if (!found) {
    return InvalidInput("failed to get the resource's namespace (namespaces \"" + std::string(name) +
                        "\" not found)");
  }
  const Value* labels = found->Find("metadata", "labels");
  return labels == nullptr ? Value() : *labels;
}

// One request with its variables.
struct Prepared {
  engine::Request request;
  Value variables;  // all of them, with `request`
};

Result<Prepared> Prepare(const Session& session, const Value& resource, std::string_view policy,
                         std::string_view operation, Arena& arena) {
  auto values = session.values.Variables(policy, resource.StringAt("metadata", "name"));
  std::string_view shape = "CREATE";
  for (auto& [key, value] : values) {
    if (key != "request.operation") continue;
    if (!operation.empty()) value = Value::String(operation);
    const std::string_view given = value.string_or("");
    if (given == "UPDATE" || given == "DELETE") shape = given;
  }
  json::ObjectBuilder root(arena);
  root.Set("request", BaseRequest(session, shape, resource, arena));
  Prepared prepared;
  prepared.variables = root.Build();
  for (const auto& [key, value] : values) {
    EPHOR_ASSIGN(prepared.variables, source::WithVariable(prepared.variables, key, value, arena));
  }
  static constexpr json::Key kRequest("request");
  const Value* request = prepared.variables.Find(kRequest);
  prepared.request.variables = request == nullptr ? Value::Object({}) : *request;
  prepared.request.operation = shape;
  SetKind(session, resource, prepared.request);
  if (shape != "DELETE") {
    EPHOR_ASSIGN(prepared.request.object, ObjectOf(prepared.request.variables, "object"));
  }
  if (shape != "CREATE") {
    EPHOR_ASSIGN(prepared.request.old_object, ObjectOf(prepared.request.variables, "oldObject"));
  }
  prepared.request.requester = RequesterOf(session.user);
  const source::NamespaceEntry* labels = session.values.LabelsOf(resource.StringAt("metadata", "namespace"));
  if (labels != nullptr && labels->labels != nullptr) prepared.request.namespace_labels = *labels->labels;
  if (session.in_cluster && prepared.request.namespace_labels.size() == 0) {
    EPHOR_ASSIGN(prepared.request.namespace_labels, LabelsInCluster(session, resource, arena));
  }
  return prepared;
}

// The values that the values file gives to a policy's rules, also to those made from them for pod
// controllers.
class ValuesOfRules final : public engine::RuleVariables {
 public:
  explicit ValuesOfRules(const source::PolicyValues& values) : values_(values) {}

  Result<void> Set(std::string_view rule, engine::Context& context) const override {
    for (const source::RuleValues& values : values_.rules) {
      if (!IsRule(values.name, rule)) continue;
      if (values.values != nullptr) {
        for (const json::Member& member : values.values->members()) {
          EPHOR_TRY(SetOne(member.key(), member.value, context));
        }
      }
      // The reference never goes on to the next element of a loop: the first value counts for all of them.
      if (values.foreach_values != nullptr) {
        for (const json::Member& member : values.foreach_values->members()) {
          if (!member.value.is_array() || member.value.size() == 0) continue;
          EPHOR_TRY(SetOne(member.key(), member.value.items()[0], context));
        }
      }
      break;
    }
    return {};
  }

 private:
  static bool IsRule(std::string_view written, std::string_view rule) {
    if (rule == written) return true;
    for (const std::string_view prefix : {"autogen-", "autogen-cronjob-"}) {
      if (rule.starts_with(prefix) && rule.substr(prefix.size()) == written) return true;
    }
    return false;
  }

  static Result<void> SetOne(std::string_view path, const Value& value, engine::Context& context) {
    EPHOR_ASSIGN(const Value root, source::WithVariable(context.root(), path, value, context.arena()));
    context.Set(root.members());
    return {};
  }

  const source::PolicyValues& values_;
};

// A prepared request with the variables that its rules see.
class Scene {
 public:
  Scene(const Session& session, const Prepared& prepared, Arena& arena)
      : request_(prepared.request),
        images_(request_.object.object, session.configuration),
        context_(arena, session.world) {
    request_.observer = session.observer;
    context_.set_observer(session.observer);
    engine::SetRequestVariables(request_, context_);
    for (const json::Member& member : prepared.variables.members()) {
      if (member.key() != "request") context_.Set(json::Key(member.key()), member.value);
    }
    context_.Add(images_);
  }

  engine::PolicyResponse Mutate(const SessionPolicy& policy, const Session& session) {
    return WithValues(*policy.compiled, session,
                      [&] { return engine::Mutate(*policy.compiled, request_, context_, *session.set); });
  }

  engine::PolicyResponse Generate(const SessionPolicy& policy, const Session& session) {
    const auto found = session.clone_sources.find(policy.compiled->key());
    const auto sources = found == session.clone_sources.end() ? std::span<const Value>()
                                                              : std::span<const Value>(found->second);
    return WithValues(*policy.compiled, session, [&] {
      return engine::Generate(*policy.compiled, request_, sources, context_, *session.set);
    });
  }

  engine::PolicyResponse Validate(const SessionPolicy& policy, const Session& session) {
    engine::PolicyResponse response = WithValues(*policy.compiled, session, [&] {
      return engine::Validate(*policy.compiled, request_, context_, *session.set);
    });
    if (policy.has_other_rules) AddOtherRules(*policy.compiled, response);
    return response;
  }

 private:
  // Evaluates with the values that the values file gives to the policy's rules.
  template <class Evaluate>
  engine::PolicyResponse WithValues(const engine::CompiledPolicy& policy, const Session& session,
                                    Evaluate evaluate) {
    const source::PolicyValues* values = session.values.OfPolicy(policy.source().metadata.name);
    if (values == nullptr || values->rules.empty()) return evaluate();
    const ValuesOfRules rule_values(*values);
    context_.set_rule_variables(&rule_values);
    const engine::PolicyResponse response = evaluate();
    context_.set_rule_variables(nullptr);
    return response;
  }

  // Nobody shall take for fine what was never looked at.
  void AddOtherRules(const engine::CompiledPolicy& policy, engine::PolicyResponse& response) {
    if (!policy.Concerns(request_)) return;
    ArenaVector<engine::RuleResponse> rules(context_.arena());
    for (const engine::RuleResponse& rule : response.rules) rules.push_back(rule);
    for (const engine::CompiledRule& rule : policy.rules()) {
      if (IsEvaluated(*rule.source) || !rule.match.Matches(request_)) continue;
      rules.push_back({.name = rule.name,
                       .rule = &rule,
                       .status = engine::RuleStatus::kError,
                       .message = "rules of this kind are not evaluated in this version"});
    }
    response.rules = rules.span();
  }

  engine::Request request_;
  engine::ImagesLoader images_;
  engine::Context context_;
};

// The scene of one object, made when it is first needed, for the policies without values of their own.
class SharedScene {
 public:
  SharedScene(const Session& session, const Value& resource, std::string_view operation, Arena& arena)
      : session_(session), resource_(resource), operation_(operation), arena_(arena) {}

  // Calls `evaluate` with the scene in which the policy sees the object.
  template <class Evaluate>
  Result<engine::PolicyResponse> For(const SessionPolicy& policy, Evaluate evaluate) {
    const std::string_view name = policy.compiled->source().metadata.name;
    if (session_.values.HasResourceValues(name, resource_.StringAt("metadata", "name"))) {
      EPHOR_ASSIGN(const Prepared own, Prepare(session_, resource_, name, operation_, arena_));
      Scene scene(session_, own, arena_);
      return evaluate(scene);
    }
    if (!scene_) {
      EPHOR_ASSIGN(const Prepared common, Prepare(session_, resource_, "", operation_, arena_));
      scene_.emplace(session_, common, arena_);
    }
    return evaluate(*scene_);
  }

 private:
  const Session& session_;
  const Value resource_;
  const std::string_view operation_;
  Arena& arena_;
  std::optional<Scene> scene_;
};

}  // namespace

Result<Judged> Judge(const Session& session, const Value& resource, std::string_view operation,
                     Arena& arena) {
  ArenaVector<engine::PolicyResponse> responses(arena, session.policies.size());
  Value current = resource;
  for (const SessionPolicy& policy : session.policies) {
    if (!policy.compiled->has_mutate()) continue;
    SharedScene scenes(session, current, operation, arena);
    EPHOR_ASSIGN(const engine::PolicyResponse response,
                 scenes.For(policy, [&](Scene& scene) { return scene.Mutate(policy, session); }));
    responses.push_back(response);
    current = response.resource;
  }
  ArenaVector<std::size_t> mutated(arena, responses.size());
  for (std::size_t i = 0; i < responses.size(); ++i) mutated.push_back(i);
  SharedScene scenes(session, current, operation, arena);
  for (const SessionPolicy& policy : session.policies) {
    if (!policy.compiled->has_validate() && !policy.has_other_rules) continue;
    EPHOR_ASSIGN(const engine::PolicyResponse response,
                 scenes.For(policy, [&](Scene& scene) { return scene.Validate(policy, session); }));
    responses.push_back(response);
  }
  const std::size_t judged = responses.size();
  EPHOR_TRY(JudgeMutatingAdmissionPolicies(session, current, arena, responses));
  EPHOR_TRY(JudgeMutatingPolicies(session, current, operation, arena, responses));
  for (std::size_t i = judged; i < responses.size(); ++i) mutated.push_back(i);
  // What they have made of the resource is what triggers.
  SharedScene changed(session, current, operation, arena);
  SharedScene& triggers = judged == responses.size() ? scenes : changed;
  EPHOR_TRY(JudgeTargets(session, current, operation, arena, responses));
  EPHOR_TRY(JudgeValidatingPolicies(session, current, operation, arena, responses));
  EPHOR_TRY(JudgeGeneratingPolicies(session, current, operation, arena, responses));
  for (const SessionPolicy& policy : session.policies) {
    if (!policy.compiled->has_generate()) continue;
    EPHOR_ASSIGN(const engine::PolicyResponse response,
                 triggers.For(policy, [&](Scene& scene) { return scene.Generate(policy, session); }));
    if (!response.rules.empty()) responses.push_back(response);
  }
  EPHOR_TRY(JudgeAdmissionPolicies(session, current, arena, responses));
  JudgeImagePolicies(session, resource, operation, arena, responses);
  if (operation.empty()) EPHOR_TRY(JudgeDeletingPolicies(session, resource, arena, responses));
  return Judged{responses.span(), mutated.span()};
}

Result<Judged> JudgePayload(const Session& session, const Value& payload, Arena& arena) {
  ArenaVector<engine::PolicyResponse> responses(arena);
  EPHOR_TRY(JudgeJsonPolicies(session, payload, arena, responses));
  JudgeImagesOfPayload(session, payload, arena, responses);
  EPHOR_TRY(JudgeDeletionOfPayload(session, payload, arena, responses));
  return Judged{responses.span(), {}};
}

Result<Judged> JudgeAuthorizerRequest(const Session& session, const Value& request, bool envoy,
                                      Arena& arena) {
  if (session.cel.authorization_error) return std::unexpected(*session.cel.authorization_error);
  ArenaVector<engine::PolicyResponse> responses(arena);
  for (const auto& policy : session.cel.authorization) {
    if (policy->is_for_envoy() != envoy) continue;
    WatchedPolicy watched(session, *policy);
    EPHOR_ASSIGN(const engine::PolicyResponse response,
                 policy->Judge(request, session.cel_world, arena, session.observer));
    watched.Decided(response.rules[0]);
    responses.push_back(response);
  }
  return Judged{responses.span(), {}};
}

Result<Judged> JudgeReview(const Session& session, const Value& review, Arena& arena) {
  EPHOR_ASSIGN(const kube::AdmissionReviewRequest decoded, kube::DecodeAdmissionReview(review, arena));
  Prepared prepared{.request = engine::MakeRequest(decoded.request, session.world, arena), .variables = {}};
  prepared.request.observer = session.observer;
  ArenaVector<engine::PolicyResponse> responses(arena, session.policies.size());
  ArenaVector<std::size_t> mutated(arena, session.policies.size());
  for (const SessionPolicy& policy : session.policies) {
    if (!policy.compiled->has_mutate()) continue;
    const engine::PolicyResponse response = Scene(session, prepared, arena).Mutate(policy, session);
    mutated.push_back(responses.size());
    responses.push_back(response);
    if (!prepared.request.object.present()) continue;
    prepared.request.object = engine::Resource(response.resource);
    prepared.request.variables =
        json::WithMember(prepared.request.variables, "object", response.resource, arena);
  }
  const std::size_t first = responses.size();
  EPHOR_TRY(MutateRequest(session, prepared.request, arena, responses));
  for (std::size_t i = first; i < responses.size(); ++i) mutated.push_back(i);
  if (prepared.request.object.present()) {
    prepared.request.variables =
        json::WithMember(prepared.request.variables, "object", prepared.request.object.object, arena);
  }
  Scene scene(session, prepared, arena);
  for (const SessionPolicy& policy : session.policies) {
    if (policy.compiled->has_validate() || policy.has_other_rules)
      responses.push_back(scene.Validate(policy, session));
  }
  EPHOR_TRY(JudgeRequest(session, prepared.request, arena, responses));
  for (const SessionPolicy& policy : session.policies) {
    if (!policy.compiled->has_generate()) continue;
    const engine::PolicyResponse response = scene.Generate(policy, session);
    if (!response.rules.empty()) responses.push_back(response);
  }
  return Judged{responses.span(), mutated.span()};
}

}  // namespace ephor::cli
