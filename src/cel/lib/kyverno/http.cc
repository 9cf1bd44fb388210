// HTTP services: http.get, post, client.
#include <vector>

#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/kyverno/kyverno.h"
#include "json/builder.h"
#include "json/parse.h"
#include "json/write.h"
#include "ports/http_service.h"

namespace ephor::cel::lib::kyverno {
namespace {

// The data of a client is the PEM text of its authorities; the system's where there is none.
constexpr OpaqueType kContextType{"http.Context"};
constexpr Value::OpaqueBox kContext{&kContextType, nullptr};

// What the reference makes of a response: an object gets the status as a member, anything else is wrapped,
// and so is what a test has recorded. A body that cannot be read is null.
Value ResponseValue(const ports::HttpResponse& response, bool recorded, Arena& arena) {
  const Result<json::Value> parsed = json::Parse(response.body, arena);
  const json::Value body = parsed ? WithDoubles(*parsed, arena) : json::Value();
  const json::Value status = json::Value::Int(response.status);
  if (body.is_object() && !recorded) return Value::Json(json::WithMember(body, "statusCode", status, arena));
  json::ObjectBuilder object(arena, 2);
  object.Set("body", body);
  object.Set("statusCode", status);
  return Value::Json(object.Build());
}

Value Send(Call& call, std::string_view method, const Value& client, const Value& url, std::string_view body,
           const Value* headers) {
  ports::HttpService* const http = call.context.world.http;
  const bool recorded = http != nullptr && http->IsRecorded(method, url.text());
  // Whoever may write policies in a namespace shall not thereby reach what the controller reaches.
  if (!recorded && !call.context.own_namespace.empty()) {
    return call.Fail(
        "request failed: http calls are not allowed in namespaced policies: set "
        "--allowHTTPInNamespacedPolicies to enable");
  }
  if (http == nullptr) return call.Fail("there is no HTTP service", ErrorCode::kUnavailable);
  std::vector<std::pair<std::string_view, std::string_view>> pairs;
  if (headers != nullptr) {
    ForEachMember(*headers, [&](const Value& key, const Value& value) {
      if (key.is_string() && value.is_string()) pairs.emplace_back(key.text(), value.text());
      return true;
    });
  }
  ports::HttpRequest request{method, url.text(), pairs, body, {}};
  if (client.opaque_data() != nullptr) request.ca_bundle = client.opaque<std::string_view>();
  const Result<ports::HttpResponse> response = http->Send(request);
  if (!response) return call.Fail("request failed: " + response.error().message(), response.error().code());
  return ResponseValue(*response, recorded, call.arena());
}

Value Get(Call& call, std::span<const Value> args) {
  return Send(call, "GET", args[0], args[1], {}, args.size() == 3 ? &args[2] : nullptr);
}

Value Post(Call& call, std::span<const Value> args) {
  const Result<json::Value> data = ToJson(args[2], call.arena());
  if (!data) return call.Fail(data.error());
  const std::string body = json::ToString(*data, {.escape_html = true}) + "\n";
  return Send(call, "POST", args[0], args[1], body, args.size() == 4 ? &args[3] : nullptr);
}

Value Client(Call& call, std::span<const Value> args) {
  if (args[1].text().empty()) return args[0];
  if (args[1].text().find("-----BEGIN CERTIFICATE-----") == std::string_view::npos) {
    return call.Fail("request failed: failed to parse PEM CA bundle for APICall");
  }
  const auto* bundle = call.arena().New<std::string_view>(args[1].text());
  return Value::Opaque(&kContextType, bundle, call.arena());
}

#define EPHOR_BOTH(lower, upper, signature, function, rest)                 \
  Impure({lower, "http.Context." signature, function, "http." lower rest}), \
      Impure({upper, "http.Context." signature, function, "http." upper rest})

constexpr FunctionRow kFunctions[] = {
    EPHOR_BOTH("get", "Get", "(string) -> any", Get, "('https://a.io').statusCode == 200"),
    EPHOR_BOTH("get", "Get", "(string, map(string, string)) -> any", Get,
               "('https://a.io', {'Accept': 'application/json'}).ok"),
    EPHOR_BOTH("post", "Post", "(string, any) -> any", Post, "('https://a.io', {'name': 'a'}).ok"),
    EPHOR_BOTH("post", "Post", "(string, any, map(string, string)) -> any", Post,
               "('https://a.io', {'name': 'a'}, {'X-Team': 'a'}).ok"),
    EPHOR_BOTH("client", "Client", "(string) -> http.Context", Client, "('').get('https://a.io').ok"),
};

#undef EPHOR_BOTH

constexpr TypeRow kTypes[] = {{"http.Context", &kContextType}};
constexpr ConstantRow kConstants[] = {{"http", "http.Context", Value::Opaque(&kContext)}};

}  // namespace

const Library& Http() {
  static const Library library{"kyverno http", kFunctions, {}, kTypes, kConstants};
  return library;
}

}  // namespace ephor::cel::lib::kyverno
