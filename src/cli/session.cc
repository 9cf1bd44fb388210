#include "cli/session.h"

#include <algorithm>

#include "engine/compiled_policy.h"
#include "engine/context.h"
#include "engine/evaluate.h"
#include "engine/exceptions.h"
#include "engine/images.h"
#include "json/builder.h"
#include "kube/gvk.h"
#include "policy/validate.h"
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

bool IsEvaluated(const policy::Rule& rule) {
  return rule.has_validate() && !rule.has_verify_manifests() && !rule.has_validate_cel();
}

// A prepared request with the variables that its rules see.
class Scene {
 public:
  Scene(const Session& session, const Prepared& prepared, Arena& arena)
      : request_(prepared.request),
        images_(request_.object.object, session.configuration),
        context_(arena, session.world) {
    engine::SetRequestVariables(request_, context_);
    for (const json::Member& member : prepared.variables.members()) {
      if (member.key() != "request") context_.Set(json::Key(member.key()), member.value);
    }
    context_.Add(images_);
  }

  engine::PolicyResponse Judge(const SessionPolicy& policy, const Session& session) {
    engine::PolicyResponse response = Validate(*policy.compiled, session);
    if (policy.has_other_rules) AddOtherRules(response);
    return response;
  }

 private:
  engine::PolicyResponse Validate(const engine::CompiledPolicy& policy, const Session& session) {
    const source::PolicyValues* values = session.values.OfPolicy(policy.source().metadata.name);
    if (values == nullptr || values->rules.empty()) {
      return engine::Validate(policy, request_, context_, *session.set);
    }
    const ValuesOfRules rule_values(*values);
    context_.set_rule_variables(&rule_values);
    const engine::PolicyResponse response = engine::Validate(policy, request_, context_, *session.set);
    context_.set_rule_variables(nullptr);
    return response;
  }

  // Nobody shall take for fine what was never looked at.
  void AddOtherRules(engine::PolicyResponse& response) {
    if (!response.policy->Concerns(request_)) return;
    ArenaVector<engine::RuleResponse> rules(context_.arena());
    for (const engine::RuleResponse& rule : response.rules) rules.push_back(rule);
    for (const engine::CompiledRule& rule : response.policy->rules()) {
      if (IsEvaluated(*rule.source) || !rule.match.Matches(request_)) continue;
      rules.push_back({.rule = &rule,
                       .status = engine::RuleStatus::kError,
                       .message = "rules of this kind are not evaluated in this version"});
    }
    response.rules = rules.span();
  }

  engine::Request request_;
  engine::ImagesLoader images_;
  engine::Context context_;
};

}  // namespace

std::vector<InvalidPolicy> SetPolicies(std::vector<std::shared_ptr<const policy::Policy>> policies,
                                       std::vector<std::shared_ptr<const policy::PolicyException>> exceptions,
                                       Session& session) {
  std::vector<InvalidPolicy> invalid;
  std::vector<std::shared_ptr<const engine::CompiledPolicy>> compiled_policies;
  for (std::shared_ptr<const policy::Policy>& source : policies) {
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
  for (std::shared_ptr<const policy::PolicyException>& source : exceptions) {
    compiled.push_back(std::make_shared<const engine::CompiledException>(std::move(source)));
  }
  session.set.emplace(std::move(compiled_policies), std::move(compiled));
  return invalid;
}

Result<std::span<const engine::PolicyResponse>> Judge(const Session& session, const Value& resource,
                                                      std::string_view operation, Arena& arena) {
  ArenaVector<engine::PolicyResponse> responses(arena, session.policies.size());
  std::optional<Scene> shared;  // for the policies without values of their own
  const std::string_view name = resource.StringAt("metadata", "name");
  for (const SessionPolicy& policy : session.policies) {
    if (!policy.compiled->has_validate() && !policy.has_other_rules) continue;
    const std::string_view policy_name = policy.compiled->source().metadata.name;
    if (session.values.HasResourceValues(policy_name, name)) {
      EPHOR_ASSIGN(const Prepared own, Prepare(session, resource, policy_name, operation, arena));
      responses.push_back(Scene(session, own, arena).Judge(policy, session));
      continue;
    }
    if (!shared) {
      EPHOR_ASSIGN(const Prepared common, Prepare(session, resource, "", operation, arena));
      shared.emplace(session, common, arena);
    }
    responses.push_back(shared->Judge(policy, session));
  }
  return std::span<const engine::PolicyResponse>(responses.span());
}

}  // namespace ephor::cli
