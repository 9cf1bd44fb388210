#include <gtest/gtest.h>

#include "engine/context_entries/api_call.h"
#include "engine/context_entries/config_map.h"
#include "json/parse.h"
#include "json/write.h"
#include "ports/cluster.h"
#include "ports/http_service.h"

namespace ephor::engine {
namespace {

// Answers every call with the path, and has one ConfigMap.
class FakeCluster final : public ports::Cluster {
 public:
  json::Value NamespaceLabels(std::string_view, Arena&) const override { return {}; }
  ports::Roles RolesOf(const ports::Subject&, std::string_view, Arena&) const override { return {}; }

  Result<json::Value> Call(std::string_view method, std::string_view path, const json::Value& body,
                           Arena& arena) const override {
    if (path.ends_with("/none")) return Fail(ErrorCode::kNotFound, "not there");
    const std::string answer = "{\"seen\": \"" + std::string(method) + " " + std::string(path) +
                               "\", \"body\": " + json::ToString(body) + "}";
    return json::Parse(answer, arena);
  }

  Result<std::optional<json::Value>> Get(std::string_view, std::string_view,
                                         std::string_view object_namespace, std::string_view name,
                                         Arena& arena) const override {
    if (object_namespace != "ns" || name != "settings") return std::optional<json::Value>();
    EPHOR_ASSIGN(const json::Value map,
                 json::Parse(R"({"data":{"k":"v"},"metadata":{"name":"settings"},"binaryData":{}})", arena));
    return std::optional<json::Value>(map);
  }
};

// What loading gives, as JSON; "unset", or the error.
std::string Loaded(const Loader& loader, const ports::Cluster* cluster, ports::HttpService* http = nullptr) {
  Arena arena;
  ports::World world;
  world.cluster = cluster;
  world.http = http;
  Context context(arena, world);
  context.Set("request", *json::Parse(R"({"namespace":"ns","object":{"kind":"Pod"}})", arena));
  const auto value = loader.Load(context);
  if (!value) return value.error().message();
  return *value ? json::ToString(**value) : "unset";
}

struct ApiCallCase {
  const char* name;
  const char* call;  // the entry's apiCall
  const char* policy_namespace;
  const char* result;
};

TEST(ApiCallEntry, AsksTheCluster) {
  const ApiCallCase cases[] = {
      {"Path", R"({"urlPath":"/api/v1/namespaces/{{request.namespace}}/pods"})", "",
       R"({"body":{},"seen":"GET /api/v1/namespaces/ns/pods"})"},
      {"Query", R"({"urlPath":"/api/v1/pods","jmesPath":"seen"})", "", R"("GET /api/v1/pods")"},
      {"ConstantOfTheQuery", R"({"urlPath":"/api/v1/pods","jmesPath":"['a constant of the query']"})", "",
       R"(["a constant of the query"])"},
      {"QueryWithVariable", R"({"urlPath":"/api/v1/pods","jmesPath":"{{ 'se' }}en"})", "",
       R"("GET /api/v1/pods")"},
      {"Body",
       R"({"urlPath":"/a","method":"POST","data":[{"key":"k","value":"{{request.object.kind}}"}],)"
       R"("jmesPath":"body"})",
       "", R"({"k":"Pod"})"},
      {"Missing", R"({"urlPath":"/api/v1/none"})", "",
       "failed to fetch data for APICall: failed to GET resource with raw url: /api/v1/none: not there"},
      {"Default", R"({"urlPath":"/api/v1/none","jmesPath":"x","default":[]})", "", "[]"},
      {"UnknownVariable", R"({"urlPath":"/{{nope}}"})", "",
       "failed to fetch data for APICall: failed to substitute variables in context entry e /{{nope}}: "
       "failed to resolve nope at path "
       "/urlPath: "
       "JMESPath query failed: Unknown key \"nope\" in path"},
      {"OwnNamespace", R"({"urlPath":"/api/v1/namespaces/own/pods","jmesPath":"seen"})", "own",
       R"("GET /api/v1/namespaces/own/pods")"},
      {"OtherNamespace", R"({"urlPath":"/api/v1/namespaces/other/pods"})", "own",
       "failed to fetch data for APICall: path /api/v1/namespaces/other/pods refers to namespace other, "
       "which is different from the policy "
       "namespace own"},
      {"NoNamespace", R"({"urlPath":"/api/v1/nodes"})", "own",
       "failed to fetch data for APICall: path /api/v1/nodes does not contain a namespace segment, which is "
       "required for namespaced policies"},
      {"NamespaceInTheQuery", R"({"urlPath":"/api/v1/nodes?x=/namespaces/own/"})", "own",
       "failed to fetch data for APICall: path /api/v1/nodes?x=/namespaces/own/ does not contain a namespace "
       "segment, which is required for "
       "namespaced policies"},
      {"LeadsElsewhere", R"({"urlPath":"/api/v1/namespaces/own/../other/pods"})", "own",
       "failed to fetch data for APICall: path /api/v1/namespaces/own/../other/pods does not contain a "
       "namespace segment, which is required "
       "for "
       "namespaced policies"},
  };
  const FakeCluster cluster;
  for (const ApiCallCase& c : cases) {
    SCOPED_TRACE(c.name);
    Arena arena;
    const json::Value source = *json::Parse(R"({"name":"e","apiCall":)" + std::string(c.call) + "}", arena);
    const json::Value& written = *source.Find("apiCall");
    policy::ContextApiCall call;
    call.call.url_path = written.StringAt("urlPath");
    call.jmes_path = written.StringAt("jmesPath");
    call.fallback = written.Find("default");
    policy::ContextEntry entry;
    entry.name = "e";
    entry.api_call = &call;
    entry.source = &source;
    const ApiCallEntry loader(entry, c.policy_namespace);
    EXPECT_EQ(Loaded(loader, &cluster), c.result);
    EXPECT_EQ(Loaded(loader, nullptr), "unset");
  }
}

struct ConfigMapCase {
  const char* name;
  policy::ConfigMapReference reference;
  const char* policy_namespace;
  const char* result;
};

TEST(ConfigMapEntry, ReadsDataAndMetadata) {
  const ConfigMapCase cases[] = {
      {"Found",
       {"settings", "{{request.namespace}}"},
       "",
       R"({"data":{"k":"v"},"metadata":{"name":"settings"}})"},
      {"OwnNamespace", {"settings", ""}, "ns", R"({"data":{"k":"v"},"metadata":{"name":"settings"}})"},
      {"DefaultNamespace",
       {"settings", ""},
       "",
       "failed to retrieve config map for context entry e: failed to get configmap default/settings : "
       "configmaps "
       "\"settings\" not found"},
      {"OtherNamespace",
       {"settings", "other"},
       "ns",
       "failed to retrieve config map for context entry e: context entry e: configMap namespace \"other\" is "
       "different from policy namespace \"ns\""},
      {"NoText",
       {"{{request.object}}", "ns"},
       "",
       "failed to retrieve config map for context entry e: failed to substitute variables in context e "
       "configMap.name {{request.object}}: expected string, got {\"kind\":\"Pod\"}"},
  };
  const FakeCluster cluster;
  for (const ConfigMapCase& c : cases) {
    SCOPED_TRACE(c.name);
    const ConfigMapEntry loader("e", c.reference, c.policy_namespace);
    EXPECT_EQ(Loaded(loader, &cluster), c.result);
    EXPECT_EQ(Loaded(loader, nullptr), "unset");
  }
}

// Answers GET /known and any call of http://service/ok, and refuses http://service/bad.
class Recording final : public ports::HttpService {
 public:
  bool HasRecordings() const override { return true; }
  bool IsRecorded(std::string_view method, std::string_view url) const override {
    return (method == "GET" && url == "/known") || url.starts_with("http://service/");
  }
  Result<ports::HttpResponse> Send(const ports::HttpRequest& request) override {
    return ports::HttpResponse{.status = request.url.ends_with("/bad") ? 503 : 200,
                               .body = R"({"from": {"x": "recording"}})"};
  }
};

TEST(ApiCallEntry, PrefersARecording) {
  const ApiCallCase cases[] = {
      {"Path", R"({"urlPath":"/known","jmesPath":"from.x"})", "", R"("recording")"},
      {"OtherMethod", R"({"urlPath":"/known","method":"POST"})", "", "unset"},
      {"OtherPath", R"({"urlPath":"/unknown"})", "", "unset"},
      {"Service", R"({"service":{"url":"http://service/{{ 'ok' }}"},"method":"POST","jmesPath":"from"})", "",
       R"({"x":"recording"})"},
      {"OtherService", R"({"service":{"url":"http://other/"}})", "", "unset"},
      {"Refused", R"({"service":{"url":"http://service/bad"}})", "",
       "HTTP 503 from apiCall mock for context entry \"e\" (v1 apiCall treats non-2xx as failure)"},
  };
  Recording recording;
  for (const ApiCallCase& c : cases) {
    SCOPED_TRACE(c.name);
    Arena arena;
    const json::Value source = *json::Parse(R"({"name":"e","apiCall":)" + std::string(c.call) + "}", arena);
    const json::Value& written = *source.Find("apiCall");
    const policy::ServiceCall service;
    policy::ContextApiCall call;
    call.call.url_path = written.StringAt("urlPath");
    call.call.service = written.Find("service") == nullptr ? nullptr : &service;
    call.jmes_path = written.StringAt("jmesPath");
    policy::ContextEntry entry;
    entry.name = "e";
    entry.api_call = &call;
    entry.source = &source;
    EXPECT_EQ(Loaded(ApiCallEntry(entry, ""), nullptr, &recording), c.result);
  }
}

// Answers by path, with what it was asked.
class Service final : public ports::HttpService {
 public:
  Result<ports::HttpResponse> Send(const ports::HttpRequest& request) override {
    if (request.url.ends_with("/gone"))
      return Fail(ErrorCode::kUnavailable, "Get \"http://s/gone\": no answer");
    if (request.url.ends_with("/large")) return InvalidInput("response length must be less than 10");
    if (request.url.ends_with("/garbage")) return ports::HttpResponse{200, "<html>"};
    if (request.url.ends_with("/503")) return ports::HttpResponse{503, "secret", "http://s/503"};
    std::string body = "{\"seen\": \"" + std::string(request.method) + " " + std::string(request.url) +
                       (request.wants_token ? " token" : "");
    for (const auto& [name, value] : request.headers) body.append(" ").append(name).append("=").append(value);
    body += "\", \"body\": " + (request.body.empty() ? "null" : std::string(request.body)) +
            ", \"ca\": " + std::to_string(request.ca_bundle.size()) + "}";
    return ports::HttpResponse{200, std::move(body)};
  }
};

TEST(ApiCallEntry, CallsServices) {
  constexpr std::string_view kFetch = "failed to fetch data for APICall: ";
  const struct {
    ApiCallCase row;
    bool prefixed = false;
  } cases[] = {
      {{"Get", R"({"service":{"url":"http://s/{{request.namespace}}"}})", "",
        R"({"body":null,"ca":0,"seen":"GET http://s/ns token"})"}},
      {{"Headers",
        R"({"service":{"url":"http://s/","headers":[{"key":"a","value":"{{request.namespace}}"}]},"jmesPath":"seen"})",
        "", R"("GET http://s/ token a=ns")"}},
      {{"Post",
        R"({"service":{"url":"http://s/"},"method":"POST","data":[{"key":"k","value":"{{request.object}}"}],)"
        R"("jmesPath":"body"})",
        "", R"({"k":{"kind":"Pod"}})"}},
      {{"CaBundle",
        R"({"service":{"url":"http://s/","caBundle":"-----BEGIN CERTIFICATE-----"},"jmesPath":"ca"})", "",
        "27"}},
      {{"NoCaBundle", R"({"service":{"url":"http://s/","caBundle":"x"}})", "",
        "failed to parse PEM CA bundle for APICall e"},
       true},
      {{"OtherMethod", R"({"service":{"url":"http://s/"},"method":"PUT"})", "",
        "failed to build HTTP request for APICall e: invalid request type PUT for APICall e"},
       true},
      {{"Gone", R"({"service":{"url":"http://s/gone"}})", "",
        "failed to execute HTTP request for APICall e: Get \"http://s/gone\": no answer"},
       true},
      {{"Large", R"({"service":{"url":"http://s/large"}})", "", "response length must be less than 10"},
       true},
      {{"Status", R"({"service":{"url":"http://s/503"}})", "", "HTTP 503 from http://s/503 for APICall e"},
       true},
      {{"StatusWithDefault", R"({"service":{"url":"http://s/503"},"default":{"a":1},"jmesPath":"a"})", "",
        R"({"a":1})"}},
      {{"Garbage", R"({"service":{"url":"http://s/garbage"},"default":1})", "",
        "failed to unmarshal JSON: invalid character '<' looking for beginning of value"},
       true},
      {{"Policy", R"({"service":{"url":"http://s/"}})", "own",
        "path . does not contain a namespace segment, which is required for namespaced policies"},
       true},
  };
  const FakeCluster cluster;
  Service http;
  for (const auto& [c, prefixed] : cases) {
    SCOPED_TRACE(c.name);
    Arena arena;
    const json::Value source = *json::Parse(R"({"name":"e","apiCall":)" + std::string(c.call) + "}", arena);
    const json::Value& written = *source.Find("apiCall");
    const policy::ServiceCall service;
    policy::ContextApiCall call;
    call.call.service = &service;
    call.jmes_path = written.StringAt("jmesPath");
    call.fallback = written.Find("default");
    policy::ContextEntry entry;
    entry.name = "e";
    entry.api_call = &call;
    entry.source = &source;
    const ApiCallEntry loader(entry, c.policy_namespace);
    EXPECT_EQ(Loaded(loader, &cluster, &http), (prefixed ? std::string(kFetch) : "") + c.result);
    EXPECT_EQ(Loaded(loader, nullptr, &http), "unset") << "without a cluster";
  }
}

}  // namespace
}  // namespace ephor::engine
