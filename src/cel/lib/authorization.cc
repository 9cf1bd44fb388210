// Answers of external authorizers: http.Allowed, envoy.Denied and what changes them. A message is a map of
// its fields; changing it makes another.
#include "cel/lib/authorization.h"

#include "cel/eval/context.h"
#include "cel/lib/model_context.h"

namespace ephor::cel::lib {
namespace {

Value Text(std::string_view text) {
  return Value::String(text);
}

Value Message(Call& call, std::initializer_list<std::pair<std::string_view, Value>> fields) {
  MapBuilder message(call.arena(), fields.size());
  for (const auto& [name, value] : fields) message.Set(Text(name), value);
  return message.Build();
}

Value With(Call& call, const Value& message, std::string_view field, const Value& value) {
  MapBuilder changed(call.arena(), message.size() + 1);
  ForEachMember(message, [&](const Value& key, const Value& old) {
    changed.Set(key, old);
    return true;
  });
  changed.Set(Text(field), value);
  return changed.Build();
}

// The message with one more item in a list of its.
Value Append(Call& call, const Value& message, std::string_view field, const Value& item) {
  Value list;
  const std::uint32_t size = FindMember(message, Text(field), list) ? list.size() : 0;
  const std::span<Value> items = call.arena().NewArray<Value>(size + 1);
  for (std::uint32_t i = 0; i < size; ++i) items[i] = list.At(i);
  items[size] = item;
  return With(call, message, field, Value::List(items));
}

// ---- HTTP ----

Value HttpAllowed(Call& call, std::span<const Value>) {
  return Message(call, {});
}

Value HttpDenied(Call& call, std::span<const Value> args) {
  return Message(call, {{"reason", args[0]}});
}

// http.CheckResponseOk has no field, http.CheckResponseDenied has one.
Value HttpResponse(Call& call, std::span<const Value> args) {
  return Message(call, {{args[0].size() == 0 ? "ok" : "denied", args[0]}});
}

// Names of headers are kept as Go's net/http writes them: "X-Request-Id".
std::string_view Canonical(std::string_view name, Arena& arena) {
  const std::span<char> text = arena.NewArray<char>(name.size());
  bool first = true;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool lower = c >= 'a' && c <= 'z', upper = c >= 'A' && c <= 'Z';
    text[i] = first && lower    ? static_cast<char>(c - 'a' + 'A')
              : !first && upper ? static_cast<char>(c - 'A' + 'a')
                                : c;
    first = c == '-';
  }
  return {text.data(), text.size()};
}

Value ValuesOf(const Value& attributes, std::string_view field, std::string_view key) {
  Value all, values;
  if (FindMember(attributes, Text(field), all) && FindMember(all, Text(key), values)) return values;
  return Value::List({});
}

Value HttpHeader(Call& call, std::span<const Value> args) {
  return ValuesOf(args[0], "header", Canonical(args[1].text(), call.arena()));
}

Value HttpQueryParameter(Call&, std::span<const Value> args) {
  return ValuesOf(args[0], "query", args[1].text());
}

// ---- Envoy ----

Value Pair(Call& call, const Value& key, const Value& value) {
  return Message(call, {{"key", key}, {"value", value}});
}

Value HeaderOf(Call& call, std::span<const Value> args) {
  return Message(call, {{"header", Pair(call, args[0], args[1])}});
}

Value ParameterOf(Call& call, std::span<const Value> args) {
  return Pair(call, args[0], args[1]);
}

Value EnvoyAllowed(Call& call, std::span<const Value>) {
  return Message(call, {});
}

Value EnvoyDenied(Call& call, std::span<const Value> args) {
  return Message(call, {{"status", Message(call, {{"code", args[0]}})}});
}

// (message, header) or (message, name, value).
template <const char* field>
Value WithHeader(Call& call, std::span<const Value> args) {
  return Append(call, args[0], field, args.size() == 2 ? args[1] : HeaderOf(call, args.subspan(1)));
}
constexpr char kHeaders[] = "headers", kResponseHeaders[] = "response_headers_to_add";

Value WithoutHeader(Call& call, std::span<const Value> args) {
  return Append(call, args[0], "headers_to_remove", args[1]);
}

Value WithQueryParameter(Call& call, std::span<const Value> args) {
  return Append(call, args[0], "query_parameters_to_set",
                args.size() == 2 ? args[1] : ParameterOf(call, args.subspan(1)));
}

Value WithoutQueryParameter(Call& call, std::span<const Value> args) {
  return Append(call, args[0], "query_parameters_to_remove", args[1]);
}

Value WithBody(Call& call, std::span<const Value> args) {
  return With(call, args[0], "body", args[1]);
}

Value KeepEmptyValue(Call& call, std::span<const Value> args) {
  return With(call, args[0], "keep_empty_value", args.size() == 2 ? args[1] : Value::Bool(true));
}

// gRPC's codes of the whole answer.
constexpr std::int64_t kOk = 0, kPermissionDenied = 7;

// The two kinds of answers are told apart by what they are made with: a denial has a status.
Value EnvoyResponse(Call& call, std::span<const Value> args) {
  Value status;
  const bool denied = FindMember(args[0], Text("status"), status);
  const Value code = Value::Int(denied ? kPermissionDenied : kOk);
  return Message(call, {{"status", Message(call, {{"code", code}})},
                        {denied ? "denied_response" : "ok_response", args[0]}});
}

Value WithMessage(Call& call, std::span<const Value> args) {
  Value status;
  FindMember(args[0], Text("status"), status);
  return With(call, args[0], "status", With(call, status, "message", args[1]));
}

Value WithMetadata(Call& call, std::span<const Value> args) {
  return With(call, args[0], "dynamic_metadata", args[1]);
}

constexpr FunctionRow kHttpFunctions[] = {
    {"http.Allowed", "() -> http.CheckResponseOk", HttpAllowed, "has(http.Allowed().Response().ok)"},
    {"http.Denied", "(string) -> http.CheckResponseDenied", HttpDenied,
     "http.Denied('no token').reason == 'no token'"},
    {"Response", "http.CheckResponseOk.() -> http.CheckResponse", HttpResponse,
     "has(http.Allowed().Response().ok)"},
    {"Response", "http.CheckResponseDenied.() -> http.CheckResponse", HttpResponse,
     "http.Denied('no').Response().denied.reason == 'no'"},
    {"Header", "http.CheckRequestAttributes.(string) -> list(string)", HttpHeader,
     "object.attributes.Header('x-team') == ['a']"},
    {"QueryParam", "http.CheckRequestAttributes.(string) -> list(string)", HttpQueryParameter,
     "object.attributes.QueryParam('page') == ['2']"},
};

constexpr FieldRow kHttpAttributes[] = {
    {"method", "string"},
    {"header", "map(string, list(string))"},
    {"host", "string"},
    {"protocol", "string"},
    {"contentLength", "int"},
    {"body", "bytes"},
    {"scheme", "string"},
    {"path", "string"},
    {"query", "map(string, list(string))"},
    {"fragment", "string"},
};
constexpr FieldRow kHttpContext[] = {{"request", kModelContextRequest}};
constexpr FieldRow kHttpRequest[] = {{"attributes", "http.CheckRequestAttributes"},
                                     {"mcp", "http.MCPCheckData"}};
constexpr FieldRow kHttpResponse[] = {{"ok", "http.CheckResponseOk"}, {"denied", "http.CheckResponseDenied"}};
constexpr FieldRow kHttpDenied[] = {{"reason", "string"}};
// A struct has fields; this one has none that can be named.
constexpr FieldRow kHttpOk[] = {{"", "null"}};

constexpr TypeRow kHttpTypes[] = {
    {"http.CheckResponseOk", nullptr, kHttpOk},     {"http.CheckResponseDenied", nullptr, kHttpDenied},
    {"http.CheckResponse", nullptr, kHttpResponse}, {"http.CheckRequestAttributes", nullptr, kHttpAttributes},
    {"http.MCPCheckData", nullptr, kHttpContext},   {"http.CheckRequest", nullptr, kHttpRequest},
};

#define EPHOR_OK "envoy.service.auth.v3.OkHttpResponse"
#define EPHOR_DENIED "envoy.service.auth.v3.DeniedHttpResponse"
#define EPHOR_HEADER "envoy.config.core.v3.HeaderValueOption"
#define EPHOR_PARAMETER "envoy.config.core.v3.QueryParameter"
#define EPHOR_RESPONSE "envoy.service.auth.v3.CheckResponse"

constexpr FunctionRow kEnvoyFunctions[] = {
    {"envoy.Allowed", "() -> " EPHOR_OK, EnvoyAllowed, "has(envoy.Allowed().Response().ok_response)"},
    {"envoy.Denied", "(int) -> " EPHOR_DENIED, EnvoyDenied,
     "envoy.Denied(403).Response().denied_response.status.code == 403"},
    {"envoy.Header", "(string, string) -> " EPHOR_HEADER, HeaderOf,
     "envoy.Header('x-a', 'b').header.value == 'b'"},
    {"envoy.QueryParam", "(string, string) -> " EPHOR_PARAMETER, ParameterOf,
     "envoy.QueryParam('a', 'b').key == 'a'"},
    {"WithBody", EPHOR_DENIED ".(string) -> " EPHOR_DENIED, WithBody,
     "envoy.Denied(403).WithBody('no').body == 'no'"},
    {"WithHeader", EPHOR_OK ".(" EPHOR_HEADER ") -> " EPHOR_OK, WithHeader<kHeaders>,
     "envoy.Allowed().WithHeader(envoy.Header('x-a', 'b')).headers[0].header.key == 'x-a'"},
    {"WithHeader", EPHOR_OK ".(string, string) -> " EPHOR_OK, WithHeader<kHeaders>,
     "envoy.Allowed().WithHeader('x-a', 'b').headers[0].header.key == 'x-a'"},
    {"WithHeader", EPHOR_DENIED ".(" EPHOR_HEADER ") -> " EPHOR_DENIED, WithHeader<kHeaders>,
     "envoy.Denied(403).WithHeader(envoy.Header('x-a', 'b')).headers[0].header.key == 'x-a'"},
    {"WithHeader", EPHOR_DENIED ".(string, string) -> " EPHOR_DENIED, WithHeader<kHeaders>,
     "envoy.Denied(403).WithHeader('x-a', 'b').headers[0].header.key == 'x-a'"},
    {"WithoutHeader", EPHOR_OK ".(string) -> " EPHOR_OK, WithoutHeader,
     "envoy.Allowed().WithoutHeader('x-a').headers_to_remove == ['x-a']"},
    {"WithResponseHeader", EPHOR_OK ".(" EPHOR_HEADER ") -> " EPHOR_OK, WithHeader<kResponseHeaders>,
     "envoy.Allowed().WithResponseHeader(envoy.Header('x-a', 'b')).response_headers_to_add[0].header.key == "
     "'x-a'"},
    {"WithResponseHeader", EPHOR_OK ".(string, string) -> " EPHOR_OK, WithHeader<kResponseHeaders>,
     "envoy.Allowed().WithResponseHeader('x-a', 'b').response_headers_to_add[0].header.key == 'x-a'"},
    {"WithQueryParam", EPHOR_OK ".(" EPHOR_PARAMETER ") -> " EPHOR_OK, WithQueryParameter,
     "envoy.Allowed().WithQueryParam(envoy.QueryParam('a', 'b')).query_parameters_to_set[0].value == 'b'"},
    {"WithQueryParam", EPHOR_OK ".(string, string) -> " EPHOR_OK, WithQueryParameter,
     "envoy.Allowed().WithQueryParam('a', 'b').query_parameters_to_set[0].value == 'b'"},
    {"WithoutQueryParam", EPHOR_OK ".(string) -> " EPHOR_OK, WithoutQueryParameter,
     "envoy.Allowed().WithoutQueryParam('a').query_parameters_to_remove == ['a']"},
    {"KeepEmptyValue", EPHOR_HEADER ".() -> " EPHOR_HEADER, KeepEmptyValue,
     "envoy.Header('x-a', '').KeepEmptyValue().keep_empty_value"},
    {"KeepEmptyValue", EPHOR_HEADER ".(bool) -> " EPHOR_HEADER, KeepEmptyValue,
     "envoy.Header('x-a', '').KeepEmptyValue(true).keep_empty_value"},
    {"Response", EPHOR_OK ".() -> " EPHOR_RESPONSE, EnvoyResponse,
     "envoy.Allowed().Response().status.code == 0"},
    {"Response", EPHOR_DENIED ".() -> " EPHOR_RESPONSE, EnvoyResponse,
     "envoy.Denied(403).Response().status.code == 7"},
    {"WithMessage", EPHOR_RESPONSE ".(string) -> " EPHOR_RESPONSE, WithMessage,
     "envoy.Allowed().Response().WithMessage('fine').status.message == 'fine'"},
    {"WithMetadata", EPHOR_RESPONSE ".(map(string, dyn)) -> " EPHOR_RESPONSE, WithMetadata,
     "envoy.Allowed().Response().WithMetadata({'a': 'b'}).dynamic_metadata.a == 'b'"},
};

constexpr FieldRow kHttpRequestOfEnvoy[] = {
    {"id", "string"},       {"method", "string"},   {"headers", "map(string, string)"},
    {"path", "string"},     {"host", "string"},     {"scheme", "string"},
    {"query", "string"},    {"fragment", "string"}, {"size", "int"},
    {"protocol", "string"}, {"body", "string"},     {"raw_body", "bytes"},
    {"header_map", "dyn"},
};
constexpr FieldRow kRequestOfEnvoy[] = {{"time", "dyn"},
                                        {"http", "envoy.service.auth.v3.AttributeContext.HttpRequest"}};
constexpr FieldRow kAttributesOfEnvoy[] = {
    {"source", "dyn"},
    {"destination", "dyn"},
    {"request", "envoy.service.auth.v3.AttributeContext.Request"},
    {"context_extensions", "map(string, string)"},
    {"metadata_context", "dyn"},
    {"route_metadata_context", "dyn"},
    {"tls_session", "dyn"},
};
constexpr FieldRow kCheckOfEnvoy[] = {{"attributes", "envoy.service.auth.v3.AttributeContext"}};
constexpr FieldRow kStatus[] = {{"code", "int"}, {"message", "string"}};
constexpr FieldRow kOkFields[] = {{"headers", "dyn"},
                                  {"headers_to_remove", "list(string)"},
                                  {"response_headers_to_add", "dyn"},
                                  {"query_parameters_to_set", "dyn"},
                                  {"query_parameters_to_remove", "list(string)"}};
constexpr FieldRow kDeniedFields[] = {
    {"status", "google.rpc.Status"}, {"headers", "dyn"}, {"body", "string"}};
constexpr FieldRow kHeaderFields[] = {{"header", "dyn"}, {"keep_empty_value", "bool"}};
constexpr FieldRow kParameterFields[] = {{"key", "string"}, {"value", "string"}};
constexpr FieldRow kResponseFields[] = {{"status", "google.rpc.Status"},
                                        {"ok_response", EPHOR_OK},
                                        {"denied_response", EPHOR_DENIED},
                                        {"dynamic_metadata", "map(string, dyn)"}};

constexpr TypeRow kEnvoyTypes[] = {
    {"envoy.service.auth.v3.AttributeContext.HttpRequest", nullptr, kHttpRequestOfEnvoy},
    {"envoy.service.auth.v3.AttributeContext.Request", nullptr, kRequestOfEnvoy},
    {"envoy.service.auth.v3.AttributeContext", nullptr, kAttributesOfEnvoy},
    {"envoy.service.auth.v3.CheckRequest", nullptr, kCheckOfEnvoy},
    {"google.rpc.Status", nullptr, kStatus},
    {EPHOR_OK, nullptr, kOkFields},
    {EPHOR_DENIED, nullptr, kDeniedFields},
    {EPHOR_HEADER, nullptr, kHeaderFields},
    {EPHOR_PARAMETER, nullptr, kParameterFields},
    {EPHOR_RESPONSE, nullptr, kResponseFields},
};

#undef EPHOR_OK
#undef EPHOR_DENIED
#undef EPHOR_HEADER
#undef EPHOR_PARAMETER
#undef EPHOR_RESPONSE

}  // namespace

const Library& HttpAuthorization() {
  static const Library library{"authorization over HTTP", kHttpFunctions, {}, kHttpTypes};
  return library;
}

const Library& EnvoyAuthorization() {
  static const Library library{"authorization for Envoy", kEnvoyFunctions, {}, kEnvoyTypes};
  return library;
}

Authorization AuthorizationOf(const Value& response) {
  Authorization authorization;
  Value denied, detail;
  if (FindMember(response, Text("denied"), denied)) {
    if (FindMember(denied, Text("reason"), detail)) authorization.reason = detail.text();
  } else if (FindMember(response, Text("denied_response"), denied)) {
    Value code;
    if (FindMember(denied, Text("status"), detail) && FindMember(detail, Text("code"), code))
      authorization.status = code.as_int();
  } else {
    authorization.allowed = true;
  }
  return authorization;
}

}  // namespace ephor::cel::lib
