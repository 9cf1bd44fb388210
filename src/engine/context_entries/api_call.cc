#include "engine/context_entries/api_call.h"

#include <utility>
#include <vector>

#include "engine/expression.h"
#include "json/builder.h"
#include "json/parse.h"
#include "json/write.h"
#include "ports/cluster.h"
#include "ports/http_service.h"

namespace ephor::engine {
namespace {

json::Value DocumentOf(const policy::ContextEntry& entry) {
  const json::Value* call = entry.source->Find("apiCall");
  return call == nullptr ? json::Value() : *call;
}

// The segment after "/namespaces/" of a path below /api/ or /apis/, or nothing. Stricter than the reference,
// which looks for it in the query too: a path that could lead elsewhere ("..", "//", escapes) has no
// namespace.
std::optional<std::string_view> NamespaceIn(std::string_view path) {
  constexpr std::string_view kSegment = "/namespaces/";
  path = path.substr(0, path.find('?'));
  for (const std::string_view trick : {"/./", "/../", "//", "%"}) {
    if (path.find(trick) != std::string_view::npos) return std::nullopt;
  }
  if (path.ends_with("/..")) return std::nullopt;
  if (!path.starts_with("/api/") && !path.starts_with("/apis/")) return std::nullopt;
  const std::size_t root = path.find('/', 1);
  const std::size_t at = path.find(kSegment, root + 1);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = path.substr(at + kSegment.size());
  const std::string_view found = rest.substr(0, rest.find('/'));
  return found.empty() ? std::nullopt : std::optional(found);
}

json::Value RequestBody(const json::Value& call, Arena& arena) {
  json::ObjectBuilder body(arena);
  const json::Value* data = call.Find("data");
  if (data != nullptr && data->is_array()) {
    for (const json::Value& item : data->items()) {
      const json::Value* value = item.Find("value");
      body.Set(json::Key(item.StringAt("key")), value == nullptr ? json::Value() : *value);
    }
  }
  return body.Build();
}

// " from http://host/path", where somebody answered.
std::string From(const ports::HttpResponse& response) {
  return response.url.empty() ? std::string() : " from " + response.url;
}

}  // namespace

ApiCallEntry::ApiCallEntry(const policy::ContextEntry& entry, std::string_view policy_namespace)
    : Loader(entry.name),
      source_(*entry.api_call),
      call_(DocumentOf(entry)),
      path_(json::Value::String(source_.jmes_path)),
      policy_namespace_(policy_namespace) {}

Result<void> ApiCallEntry::CheckNamespace(std::string_view path) const {
  if (policy_namespace_.empty()) return {};
  const auto found = NamespaceIn(path);
  if (!found) {
    return Fail(ErrorCode::kEvaluation,
                "path " + std::string(path) +
                    " does not contain a namespace segment, which is required for namespaced policies");
  }
  if (*found == policy_namespace_) return {};
  return Fail(ErrorCode::kEvaluation,
              "path " + std::string(path) + " refers to namespace " + std::string(*found) +
                  ", which is different from the policy namespace " + policy_namespace_);
}

Result<json::Value> ApiCallEntry::Fetch(Context& context) const {
  const auto call = call_.Substitute(context);
  if (!call) {
    return Fail(call.error().code(), "failed to substitute variables in context entry " +
                                         std::string(name()) + " " + std::string(source_.call.url_path) +
                                         ": " + call.error().message());
  }
  const bool of_service = source_.call.service != nullptr;
  // A service has no path, and so no namespace: a Policy can call none, as in the reference.
  EPHOR_TRY(CheckNamespace(of_service ? "." : call->StringAt("urlPath")));
  const std::string_view written = call->StringAt("method");
  const std::string_view method = written.empty() ? std::string_view("GET") : written;
  if (!of_service) {
    auto answer = AskCluster(*call, method, context);
    return answer || source_.fallback == nullptr ? answer : Result<json::Value>(*source_.fallback);
  }
  const auto response = AskService(*call, method, context);
  if (!response && source_.fallback != nullptr) return *source_.fallback;
  if (!response) return std::unexpected(response.error());
  auto parsed = json::Parse(context.arena().Copy(response->body), context.arena());
  if (parsed) return parsed;
  return Fail(ErrorCode::kEvaluation,
              "failed to unmarshal JSON" + From(*response) + ": " + parsed.error().message());
}

Result<json::Value> ApiCallEntry::AskCluster(const json::Value& call, std::string_view method,
                                             Context& context) const {
  const std::string_view path = call.StringAt("urlPath");
  auto answer =
      context.world().cluster->Call(method, path, RequestBody(call, context.arena()), context.arena());
  if (answer) return answer;
  return Fail(answer.error().code(), "failed to " + std::string(method) + " resource with raw url: " +
                                         std::string(path) + ": " + answer.error().message());
}

Result<ports::HttpResponse> ApiCallEntry::AskService(const json::Value& call, std::string_view method,
                                                     Context& context) const {
  const std::string entry(name());
  if (context.world().http == nullptr) {
    return Fail(ErrorCode::kUnavailable, "there are no services to call for APICall " + entry);
  }
  if (method != "GET" && method != "POST") {
    return Fail(ErrorCode::kEvaluation, "failed to build HTTP request for APICall " + entry +
                                            ": invalid request type " + std::string(method) +
                                            " for APICall " + entry);
  }
  const std::string_view ca_bundle = call.StringAt("service", "caBundle");
  if (!ca_bundle.empty() && ca_bundle.find("-----BEGIN CERTIFICATE-----") == std::string_view::npos) {
    return Fail(ErrorCode::kEvaluation, "failed to parse PEM CA bundle for APICall " + entry);
  }
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  const json::Value* const list = call.Find("service", "headers");
  if (list != nullptr && list->is_array()) {
    for (const json::Value& header : list->items()) {
      headers.emplace_back(header.StringAt("key"), header.StringAt("value"));
    }
  }
  const std::string body =
      method == "POST" ? json::ToString(RequestBody(call, context.arena()), {.escape_html = true}) + "\n"
                       : "";
  auto response = context.world().http->Send({.method = method,
                                              .url = call.StringAt("service", "url"),
                                              .headers = headers,
                                              .body = body,
                                              .ca_bundle = ca_bundle,
                                              .wants_token = true,
                                              .deadline = context.world().deadline});
  if (!response && response.error().code() == ErrorCode::kInvalidInput) {
    return std::unexpected(std::move(response).error());
  }
  if (!response) {
    return Fail(response.error().code(),
                "failed to execute HTTP request for APICall " + entry + ": " + response.error().message());
  }
  if (response->status >= 200 && response->status < 300) return response;
  // The body is not for whoever reads the message: a policy must not become a way to read services.
  return Fail(ErrorCode::kEvaluation,
              "HTTP " + std::to_string(response->status) + From(*response) + " for APICall " + entry);
}

Result<std::optional<json::Value>> ApiCallEntry::Recorded(Context& context) const {
  ports::HttpService* const http = context.world().http;
  if (http == nullptr || !http->HasRecordings()) return std::optional<json::Value>();
  const auto call = call_.Substitute(context);
  if (!call) {
    return Fail(call.error().code(), "failed to substitute variables in apiCall context entry \"" +
                                         std::string(name()) + "\": " + call.error().message());
  }
  const bool of_service = source_.call.service != nullptr;
  const std::string_view url = of_service ? call->StringAt("service", "url") : call->StringAt("urlPath");
  const std::string_view written = call->StringAt("method");
  const std::string_view method = written.empty() ? std::string_view("GET") : written;
  if (url.empty() || !http->IsRecorded(method, url)) return std::optional<json::Value>();
  EPHOR_ASSIGN(const ports::HttpResponse response, http->Send({.method = method, .url = url}));
  if (response.status < 200 || response.status >= 300) {
    return Fail(ErrorCode::kEvaluation, "HTTP " + std::to_string(response.status) +
                                            " from apiCall mock for context entry \"" + std::string(name()) +
                                            "\" (v1 apiCall treats non-2xx as failure)");
  }
  EPHOR_ASSIGN(const json::Value body, json::Parse(response.body, context.arena()));
  EPHOR_ASSIGN(const json::Value value, Transformed(body, context));
  return std::optional<json::Value>(value);
}

Result<json::Value> ApiCallEntry::Transformed(const json::Value& answer, Context& context) const {
  if (source_.jmes_path.empty()) return answer;
  // The default is the result; the query is for answers.
  if (source_.fallback != nullptr && json::Equal(answer, *source_.fallback)) return answer;
  const auto text = path_.Substitute(context);
  if (!text || !text->is_string()) {
    return Fail(ErrorCode::kEvaluation, "failed to substitute variables in context entry " +
                                            std::string(name()) + " JMESPath " +
                                            std::string(source_.jmes_path) + ": " +
                                            (text ? "expected a string" : text.error().message()));
  }
  const Expression query(text->as_string());
  auto found = query.ApplyOnce(answer, context);
  if (found) return found;
  return Fail(found.error().code(), "failed to apply JMESPath " + query.text() + " for context entry " +
                                        std::string(name()) + ": " + found.error().message());
}

Result<std::optional<json::Value>> ApiCallEntry::Load(Context& context) const {
  EPHOR_ASSIGN(const auto recorded, Recorded(context));
  if (recorded) return recorded;
  const ports::Cluster* const cluster = context.world().cluster;
  if (cluster == nullptr || !cluster->answers_calls()) return std::optional<json::Value>();
  const auto answer = Fetch(context);
  if (!answer) {
    return Fail(answer.error().code(), "failed to fetch data for APICall: " + answer.error().message());
  }
  const auto value = Transformed(*answer, context);
  if (!value)
    return Fail(value.error().code(), "failed to store data for APICall: " + value.error().message());
  return std::optional<json::Value>(*value);
}

}  // namespace ephor::engine
