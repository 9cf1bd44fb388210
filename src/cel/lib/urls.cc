// Kubernetes' URL library.
#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/libraries.h"
#include "cel/lib/request_uri.h"

namespace ephor::cel::lib {
namespace {

// The parts that have functions, in the arena.
struct UrlValue {
  std::string_view text, scheme, host, hostname, port, escaped_path;
  Value query;
};

bool SameUrl(const void* a, const void* b) {
  return static_cast<const UrlValue*>(a)->text == static_cast<const UrlValue*>(b)->text;
}
constexpr OpaqueType kUrlType{"kubernetes.URL", SameUrl};

Value QueryOf(const Url& url, Arena& arena) {
  struct Parameter {
    std::string_view key;
    ArenaVector<Value> values;
  };
  std::vector<Parameter> parameters;
  for (const auto& [key, value] : url.Query()) {
    Parameter* parameter = nullptr;
    for (Parameter& other : parameters) {
      if (other.key == key) parameter = &other;
    }
    if (parameter == nullptr) {
      parameters.push_back({arena.Copy(key), ArenaVector<Value>(arena)});
      parameter = &parameters.back();
    }
    parameter->values.push_back(Value::String(arena.Copy(value)));
  }
  MapBuilder map(arena, parameters.size());
  for (const Parameter& parameter : parameters) {
    map.Set(Value::String(parameter.key), Value::List(parameter.values.span()));
  }
  return map.Build();
}

Value MakeUrl(Call& call, std::span<const Value> args) {
  const Result<Url> url = ParseRequestUri(args[0].text());
  if (!url) return call.Fail("URL parse error during conversion from string: " + url.error().message());
  Arena& arena = call.arena();
  const auto* value = arena.New<UrlValue>(UrlValue{arena.Copy(url->ToString()), arena.Copy(url->scheme),
                                                   arena.Copy(url->host), arena.Copy(url->hostname()),
                                                   arena.Copy(url->port()), arena.Copy(url->escaped_path),
                                                   QueryOf(*url, arena)});
  return Value::Opaque(&kUrlType, value, arena);
}

Value IsUrl(Call&, std::span<const Value> args) {
  return Value::Bool(ParseRequestUri(args[0].text()).has_value());
}

template <std::string_view UrlValue::* part>
Value PartOf(Call&, std::span<const Value> args) {
  return Value::String(args[0].opaque<UrlValue>().*part);
}
Value GetQuery(Call&, std::span<const Value> args) {
  return args[0].opaque<UrlValue>().query;
}

constexpr FunctionRow kFunctions[] = {
    {"url", "(string) -> kubernetes.URL", MakeUrl, "url('https://a.io:8443/x').getPort() == '8443'",
     kTransform},
    {"isURL", "(string) -> bool", IsUrl, "isURL('https://a.io')"},
    {"getScheme", "kubernetes.URL.() -> string", PartOf<&UrlValue::scheme>,
     "url('https://a.io').getScheme() == 'https'"},
    {"getHost", "kubernetes.URL.() -> string", PartOf<&UrlValue::host>,
     "url('https://a.io:80/').getHost() == 'a.io:80'"},
    {"getHostname", "kubernetes.URL.() -> string", PartOf<&UrlValue::hostname>,
     "url('https://[::1]:80/').getHostname() == '::1'"},
    {"getPort", "kubernetes.URL.() -> string", PartOf<&UrlValue::port>,
     "url('https://a.io').getPort() == ''"},
    {"getEscapedPath", "kubernetes.URL.() -> string", PartOf<&UrlValue::escaped_path>,
     "url('https://a.io/a%20b').getEscapedPath() == '/a%20b'"},
    {"getQuery", "kubernetes.URL.() -> map(string, list(string))", GetQuery,
     "url('https://a.io/?k=1&k=2').getQuery() == {'k': ['1', '2']}"},
};
constexpr TypeRow kTypes[] = {{"kubernetes.URL", &kUrlType}};

}  // namespace

const Library& Urls() {
  static const Library library{"kubernetes url", kFunctions, {}, kTypes};
  return library;
}

}  // namespace ephor::cel::lib
