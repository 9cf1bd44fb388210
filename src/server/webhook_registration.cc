#include "server/webhook_registration.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>
#include <memory>

#include "base/encoding.h"
#include "engine/compiled_policy.h"
#include "json/builder.h"
#include "json/parse.h"
#include "server/cel_webhooks.h"
#include "server/webhook_rules.h"
#include "source/small_file.h"
#include "yaml/emit.h"

namespace ephor::server {
namespace {

using json::Value;

constexpr std::string_view BaseName(WebhookKind kind) {
  return kind == WebhookKind::kValidating ? "validate.kyverno.svc" : "mutate.kyverno.svc";
}
constexpr std::string_view BasePath(WebhookKind kind) {
  return kind == WebhookKind::kValidating ? "/validate" : "/mutate";
}
constexpr std::int64_t kMaxTimeout = 30;
// What the Helm chart sets.
constexpr std::string_view kChartWebhooks =
    R"({"namespaceSelector":{"matchExpressions":[)"
    R"({"key":"kubernetes.io/metadata.name","operator":"NotIn","values":["kube-system"]}]}})";
constexpr std::string_view kChartAnnotations = R"({"admissions.enforcer/disabled":"true"})";

// The ConfigMap's keys on webhook configurations; null where not set.
struct Settings {
  Value namespace_selector, object_selector, annotations, labels, match_conditions;
};

Value ParseOrNull(std::string_view key, std::string_view text, Arena& arena,
                  std::vector<std::string>& warnings) {
  if (text.empty()) return {};
  const auto parsed = json::Parse(text, arena);
  if (parsed) return *parsed;
  warnings.push_back("the ConfigMap's " + std::string(key) + ": " + parsed.error().message());
  return {};
}

Value Member(const Value& object, std::string_view key) {
  const Value* const found = object.Find(json::Key(key));
  return found == nullptr ? Value() : *found;
}

Result<Settings> ReadSettings(const std::string& path, Arena& arena, std::vector<std::string>& warnings) {
  std::string_view webhooks = kChartWebhooks, annotations = kChartAnnotations, labels, conditions;
  if (!path.empty()) {
    EPHOR_ASSIGN(const source::SmallFile file, source::LoadSmallFile(path, arena));
    webhooks = file.root->StringAt("data", "webhooks");
    annotations = file.root->StringAt("data", "webhookAnnotations");
    labels = file.root->StringAt("data", "webhookLabels");
    conditions = file.root->StringAt("data", "matchConditions");
  }
  const Value selectors = ParseOrNull("webhooks", webhooks, arena, warnings);
  return Settings{.namespace_selector = Member(selectors, "namespaceSelector"),
                  .object_selector = Member(selectors, "objectSelector"),
                  .annotations = ParseOrNull("webhookAnnotations", annotations, arena, warnings),
                  .labels = ParseOrNull("webhookLabels", labels, arena, warnings),
                  .match_conditions = ParseOrNull("matchConditions", conditions, arena, warnings)};
}

// One webhook: the policies that share it.
struct Webhook {
  WebhookKind kind = WebhookKind::kValidating;
  std::string path;
  bool fails_closed = true;
  std::int64_t timeout = 0;
  WebhookRules rules;
  const policy::Policy* alone = nullptr;  // it has a webhook of its own
};

using Webhooks = std::map<std::string, Webhook>;  // by name

std::string SuffixOf(const engine::CompiledPolicy& policy, std::string_view separator) {
  std::string suffix;
  if (policy.source().is_namespaced()) suffix.append(policy.source().metadata.namespace_).append(separator);
  return suffix.append(policy.source().metadata.name);
}

void AddPolicy(const engine::CompiledPolicy& policy, WebhookKind kind, Webhooks& webhooks) {
  const std::string mode = policy.fails_closed() ? "fail" : "ignore";
  const policy::WebhookConfiguration* const own = policy.source().spec.webhook_configuration;
  const bool alone = own != nullptr && !own->match_conditions.empty();
  std::string name(BaseName(kind)), path(BasePath(kind));
  name.append("-").append(mode);
  path.append("/").append(mode);
  if (alone) {
    name.append("-finegrained-").append(SuffixOf(policy, "-"));
    path.append("/finegrained/").append(SuffixOf(policy, "/"));
  }
  Webhook& webhook = webhooks[name];
  webhook.kind = kind;
  webhook.path = path;
  webhook.fails_closed = policy.fails_closed();
  webhook.alone = alone ? &policy.source() : nullptr;
  webhook.rules.Add(policy.source(), kind);
  const std::int64_t wanted = own != nullptr && own->timeout_seconds
                                  ? *own->timeout_seconds
                                  : policy.source().spec.webhook_timeout_seconds.value_or(0);
  webhook.timeout = std::max(webhook.timeout, wanted);
}

// Writes the values of one configuration into one arena.
class Writer {
 public:
  Writer(const WebhookClient& client, const std::string& authority, const Settings& settings,
         std::int64_t default_timeout, Arena& arena)
      : client_(client),
        authority_(Base64Encode(authority)),
        settings_(settings),
        default_timeout_(default_timeout),
        arena_(arena) {}

  Value Validating(const Webhooks& webhooks, const std::vector<CelWebhook>& cel) {
    return Configuration("Validating", "validating", List(WebhookKind::kValidating, webhooks, cel));
  }

  // Null where nothing mutates.
  Value Mutating(const Webhooks& webhooks, const std::vector<CelWebhook>& cel) {
    const Value list = List(WebhookKind::kMutating, webhooks, cel);
    return list.size() == 0 ? Value() : Configuration("Mutating", "mutating", list);
  }

 private:
  Value List(WebhookKind kind, const Webhooks& webhooks, const std::vector<CelWebhook>& cel) {
    json::ArrayBuilder list(arena_);
    for (const auto& [name, webhook] : webhooks) {
      if (webhook.kind != kind) continue;
      const std::vector<WebhookRule> rules = webhook.rules.Compact();
      if (!rules.empty()) list.Add(One(name, webhook, rules));
    }
    for (const CelWebhook& webhook : cel) {
      if (webhook.mutates == (kind == WebhookKind::kMutating)) list.Add(One(webhook));
    }
    return list.Build();
  }

  Value Configuration(std::string_view kind, std::string_view name, const Value& webhooks) {
    json::ObjectBuilder labels = settings_.labels.is_object() ? json::ObjectBuilder(arena_, settings_.labels)
                                                              : json::ObjectBuilder(arena_);
    labels.Set("webhook.kyverno.io/managed-by", Value::String("kyverno"));
    json::ObjectBuilder metadata(arena_);
    metadata.Set("name", Text(std::string("kyverno-resource-").append(name).append("-webhook-cfg")));
    metadata.Set("labels", labels.Build());
    if (settings_.annotations.is_object()) metadata.Set("annotations", settings_.annotations);
    json::ObjectBuilder object(arena_);
    object.Set("apiVersion", Value::String("admissionregistration.k8s.io/v1"));
    object.Set("kind", Text(std::string(kind).append("WebhookConfiguration")));
    object.Set("metadata", metadata.Build());
    object.Set("webhooks", webhooks);
    return object.Build();
  }

  Value Text(std::string_view text) { return Value::String(arena_.Copy(text)); }
  Value Texts(const std::vector<std::string>& texts) {
    json::ArrayBuilder list(arena_, texts.size());
    for (const std::string& text : texts) list.Add(Text(text));
    return list.Build();
  }

  // What every webhook says.
  json::ObjectBuilder Begin(const std::string& name, const std::string& path, bool fails_closed,
                            const std::vector<WebhookRule>& rules) {
    json::ArrayBuilder rule_list(arena_, rules.size());
    for (const WebhookRule& rule : rules) rule_list.Add(Rule(rule));
    json::ArrayBuilder versions(arena_, 1);
    versions.Add(Value::String("v1"));
    json::ObjectBuilder object(arena_);
    object.Set("name", Text(name));
    object.Set("clientConfig", ClientConfig(path));
    object.Set("rules", rule_list.Build());
    object.Set("failurePolicy", Value::String(fails_closed ? "Fail" : "Ignore"));
    object.Set("admissionReviewVersions", versions.Build());
    return object;
  }

  static void SetSelectors(const Value& namespaces, const Value& objects, json::ObjectBuilder& webhook) {
    if (namespaces.is_object()) webhook.Set("namespaceSelector", namespaces);
    if (objects.is_object()) webhook.Set("objectSelector", objects);
  }

  Value One(const std::string& name, const Webhook& webhook, const std::vector<WebhookRule>& rules) {
    json::ObjectBuilder object = Begin(name, webhook.path, webhook.fails_closed, rules);
    object.Set("matchPolicy", Value::String("Equivalent"));
    const bool mutates = webhook.kind == WebhookKind::kMutating;
    object.Set("sideEffects", Value::String(mutates ? "NoneOnDryRun" : "None"));
    if (mutates) object.Set("reinvocationPolicy", Value::String("IfNeeded"));
    object.Set("timeoutSeconds", Value::Int(webhook.timeout));
    SetSelectors(settings_.namespace_selector, settings_.object_selector, object);
    const Value conditions = Conditions(webhook);
    if (conditions.size() > 0) object.Set("matchConditions", conditions);
    return object.Build();
  }

  Value One(const CelWebhook& webhook) {
    json::ObjectBuilder object = Begin(webhook.name, webhook.path, webhook.fails_closed, webhook.rules);
    object.Set("matchPolicy", Value::String(webhook.exact ? "Exact" : "Equivalent"));
    object.Set("sideEffects", Value::String("NoneOnDryRun"));
    object.Set("timeoutSeconds", Value::Int(webhook.timeout == 0 ? default_timeout_ : webhook.timeout));
    SetSelectors(webhook.namespace_selector, webhook.object_selector, object);
    if (webhook.mutates) object.Set("reinvocationPolicy", Value::String("Never"));
    if (!webhook.conditions.empty()) {
      json::ArrayBuilder conditions(arena_, webhook.conditions.size());
      for (const CelWebhook::Condition& condition : webhook.conditions) {
        conditions.Add(Condition(condition.name, condition.expression));
      }
      object.Set("matchConditions", conditions.Build());
    }
    return object.Build();
  }

  Value Condition(std::string_view name, std::string_view expression) {
    json::ObjectBuilder object(arena_);
    object.Set("name", Text(name));
    object.Set("expression", Text(expression));
    return object.Build();
  }

  Value Rule(const WebhookRule& rule) {
    json::ObjectBuilder object(arena_);
    object.Set("apiGroups", Texts(rule.groups));
    object.Set("apiVersions", Texts(rule.versions));
    object.Set("resources", Texts(rule.resources));
    object.Set("operations", Texts(rule.operations));
    object.Set("scope", Text(rule.scope));
    return object.Build();
  }

  Value ClientConfig(const std::string& path) {
    json::ObjectBuilder object(arena_);
    object.Set("caBundle", Text(authority_));
    if (!client_.url().empty()) {
      object.Set("url", Text(client_.url() + path));
      return object.Build();
    }
    json::ObjectBuilder service(arena_);
    service.Set("namespace", Text(client_.service_namespace()));
    service.Set("name", Text(client_.service_name()));
    service.Set("port", Value::Int(client_.service_port()));
    service.Set("path", Text(path));
    object.Set("service", service.Build());
    return object.Build();
  }

  // A policy's own conditions take the place of the ConfigMap's.
  Value Conditions(const Webhook& webhook) {
    if (webhook.alone == nullptr) {
      return settings_.match_conditions.is_array() ? settings_.match_conditions : Value::Array({});
    }
    json::ArrayBuilder list(arena_);
    for (const policy::MatchCondition& condition :
         webhook.alone->spec.webhook_configuration->match_conditions) {
      list.Add(Condition(condition.name, condition.expression));
    }
    return list.Build();
  }

  const WebhookClient& client_;
  std::string authority_;
  const Settings& settings_;
  std::int64_t default_timeout_;
  Arena& arena_;
};

}  // namespace

Result<WebhookClient> WebhookClient::OfUrl(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  if (!url.starts_with("https://") || url.size() == 8 || url.find('/', 8) != std::string_view::npos) {
    return InvalidInput("'" + std::string(url) + "' is not of the form https://host:port");
  }
  WebhookClient client;
  client.url_ = url;
  return client;
}

Result<WebhookClient> WebhookClient::OfService(std::string_view service) {
  const auto malformed = [service] {
    return InvalidInput("'" + std::string(service) +
                        "' is not of the form namespace/name or namespace/name:port");
  };
  const std::size_t slash = service.find('/');
  if (slash == std::string_view::npos) return malformed();
  WebhookClient client;
  client.service_namespace_ = service.substr(0, slash);
  std::string_view name = service.substr(slash + 1);
  if (const std::size_t colon = name.find(':'); colon != std::string_view::npos) {
    const char* const end = name.data() + name.size();
    const auto [rest, error] = std::from_chars(name.data() + colon + 1, end, client.service_port_);
    if (error != std::errc() || rest != end) return malformed();
    if (client.service_port_ < 1 || client.service_port_ > 65535) return malformed();
    name = name.substr(0, colon);
  }
  client.service_name_ = name;
  if (client.service_namespace_.empty() || name.empty()) return malformed();
  return client;
}

std::vector<std::string> WebhookClient::host_names() const {
  if (url_.empty()) {
    const std::string in_namespace = service_name_ + "." + service_namespace_;
    return {service_name_, in_namespace, in_namespace + ".svc"};
  }
  std::string host = url_.substr(std::string_view("https://").size());
  if (host.starts_with('[')) return {host.substr(1, host.find(']') - 1)};
  return {host.substr(0, host.find(':'))};
}

Result<Registration> RegistrationOf(const PolicyPaths& paths, const CertificateOptions& certificate,
                                    const WebhookClient& client, int timeout_seconds) {
  Registration registration;
  Arena arena;
  EPHOR_ASSIGN(const Settings settings, ReadSettings(paths.configuration, arena, registration.warnings));
  EPHOR_ASSIGN(const auto serving, ServingCertificate::Load(certificate));
  if (certificate.certificate_file.empty() && certificate.directory.empty()) {
    registration.warnings.push_back(
        "the printed authority is made anew at every start; keep it with --tls-dir, or give a certificate");
  }

  const source::LoadedPolicies loaded = source::LoadPolicies(paths.policies, stdin);
  for (const source::PolicyProblem& problem : loaded.problems) {
    registration.warnings.push_back(problem.Description());
  }
  Webhooks webhooks;
  std::vector<std::unique_ptr<engine::CompiledPolicy>> compiled;
  for (const auto& policy : loaded.policies) {
    if (!policy->spec.admission_enabled()) continue;
    compiled.push_back(std::make_unique<engine::CompiledPolicy>(policy));
    for (const WebhookKind kind : {WebhookKind::kValidating, WebhookKind::kMutating}) {
      const auto takes_part = [kind](const policy::Rule& rule) { return TakesPart(rule, kind); };
      if (std::ranges::any_of(policy->effective_rules, takes_part)) {
        AddPolicy(*compiled.back(), kind, webhooks);
      }
    }
    if (std::ranges::any_of(policy->effective_rules, &policy::Rule::has_verify_images)) {
      registration.warnings.push_back("policy " + std::string(policy->metadata.name) +
                                      ": images are not verified by this version");
    }
  }
  for (auto& [name, webhook] : webhooks) {
    webhook.timeout =
        std::clamp<std::int64_t>(std::max<std::int64_t>(webhook.timeout, timeout_seconds), 1, kMaxTimeout);
    for (const std::string& kind : webhook.rules.unknown_kinds()) {
      registration.warnings.push_back("kind " + kind +
                                      " is none of Kubernetes' own: add a rule for it to webhook " + name);
    }
  }
  const std::vector<CelWebhook> cel =
      CelWebhooksOf(loaded, settings.namespace_selector, settings.object_selector, arena);
  Writer writer(client, serving->authority(), settings,
                std::clamp<std::int64_t>(timeout_seconds, 1, kMaxTimeout), arena);
  yaml::Emit(writer.Validating(webhooks, cel), registration.yaml);
  if (const Value mutating = writer.Mutating(webhooks, cel); mutating.is_object()) {
    registration.yaml += "---\n";
    yaml::Emit(mutating, registration.yaml);
  }
  return registration;
}

}  // namespace ephor::server
