// JSON Web Tokens, signed with a shared secret or a key of a set: jwt.Decode, jwks.Fetch.
#include "base/hash.h"
#include "cel/eval/context.h"
#include "cel/lib/authorization.h"
#include "cel/lib/kyverno/kyverno.h"
#include "cel/lib/web_keys.h"
#include "json/parse.h"
#include "ports/clock.h"
#include "ports/http_service.h"

namespace ephor::cel::lib {
namespace {

// The parts of "header.claims.signature", as they are written.
struct Parts {
  std::string_view header, claims, signature;
};

Result<Parts> Split(std::string_view token) {
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return InvalidInput("failed to parse token: it does not have three parts");
  return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1)};
}

Result<std::string> DecodePart(std::string_view part) {
  auto decoded = DecodeBase64Url(part);
  if (!decoded) return InvalidInput("failed to parse token: a part is not base64url");
  return decoded;
}

Result<json::Value> ObjectOf(std::string_view part, Arena& arena) {
  EPHOR_ASSIGN(const std::string text, DecodePart(part));
  const auto object = json::Parse(text, arena);
  if (!object || !object->is_object()) return InvalidInput("failed to parse token: a part is no JSON object");
  return *object;
}

// The keys of a set, from its JSON: an object with a list of keys, or one key alone.
constexpr OpaqueType kSetType{"jwk.Set"};

std::span<const json::Value> KeysOf(const json::Value& set) {
  const json::Value* keys = set.Find("keys");
  return keys != nullptr && keys->is_array() ? keys->items() : std::span(&set, 1);
}

// A token that names no key is that of the only one there is.
bool VerifiesWithAny(const json::Value& set, const json::Value& header, std::string_view bytes,
                     std::string_view signature) {
  const std::span<const json::Value> keys = KeysOf(set);
  const json::Value* id = header.Find("kid");
  if (id == nullptr && keys.size() != 1) return false;
  for (const json::Value& key : keys) {
    if (!key.is_object() || (id != nullptr && key.StringAt("kid") != header.StringAt("kid"))) continue;
    if (VerifiesWith(key, header.StringAt("alg"), bytes, signature)) return true;
  }
  return false;
}

// `key` is a secret or a set.
Result<void> Verify(std::string_view token, const Parts& parts, const json::Value& header, const Value& key) {
  EPHOR_ASSIGN(const std::string signature, DecodePart(parts.signature));
  const std::string_view bytes = token.substr(0, parts.header.size() + 1 + parts.claims.size());
  bool verified = false;
  if (key.is_string()) {
    const std::string_view algorithm = header.StringAt("alg");
    const std::string expected = HmacOf(algorithm, key.text(), bytes);
    if (expected.empty()) {
      return InvalidInput("failed to parse token: a secret does not verify the algorithm \"" +
                          std::string(algorithm) + "\"");
    }
    verified = EqualInConstantTime(signature, expected);
  } else {
    verified = VerifiesWithAny(key.opaque<json::Value>(), header, bytes, signature);
  }
  if (verified) return {};
  return InvalidInput("failed to parse token: could not verify message using any of the signatures or keys");
}

// Whether now is within the times that the claims give, to the second.
bool IsCurrent(const json::Value& claims, std::int64_t now) {
  const auto time = [&](std::string_view name, double absent) {
    const json::Value* value = claims.Find(json::Key(name));
    if (value == nullptr) return absent;
    return value->kind() == json::Kind::kInt ? static_cast<double>(value->as_int()) : value->as_double();
  };
  const auto seconds = static_cast<double>(now);
  return seconds < time("exp", seconds + 1) && seconds >= time("nbf", seconds) &&
         seconds >= time("iat", seconds);
}

Result<void> CheckTimes(const json::Value& claims) {
  for (const std::string_view name : {"exp", "nbf", "iat"}) {
    const json::Value* value = claims.Find(json::Key(name));
    if (value != nullptr && value->kind() != json::Kind::kInt && value->kind() != json::Kind::kDouble)
      return InvalidInput("failed to parse token: the claim \"" + std::string(name) + "\" is no time");
  }
  return {};
}

Value Decode(Call& call, std::span<const Value> args) {
  const std::string_view token = args[0].text();
  const auto parts = Split(token);
  if (!parts) return call.Fail(parts.error());
  const auto header = ObjectOf(parts->header, call.arena());
  if (!header) return call.Fail(header.error());
  if (const auto verified = Verify(token, *parts, *header, args[1]); !verified)
    return call.Fail(verified.error());
  const auto claims = ObjectOf(parts->claims, call.arena());
  if (!claims) return call.Fail(claims.error());
  if (const auto times = CheckTimes(*claims); !times) return call.Fail(times.error());
  if (call.context.world.clock == nullptr) return call.Fail("there is no clock", ErrorCode::kUnavailable);
  const bool valid = IsCurrent(*claims, call.context.world.clock->Now().unix_seconds);
  MapBuilder fields(call.arena(), 3);
  fields.Set(Value::String("Header"), Value::Json(kyverno::WithDoubles(*header, call.arena())));
  fields.Set(Value::String("Claims"), Value::Json(kyverno::WithDoubles(*claims, call.arena())));
  fields.Set(Value::String("Valid"), Value::Bool(valid));
  return fields.Build();
}

Value Fetch(Call& call, std::span<const Value> args) {
  ports::HttpService* const http = call.context.world.http;
  if (http == nullptr) return call.Fail("there is no HTTP service", ErrorCode::kUnavailable);
  const std::string place = "failed to fetch the keys of " + std::string(args[0].text()) + ": ";
  const Result<ports::HttpResponse> response =
      http->Send({.method = "GET", .url = args[0].text(), .headers = {}, .body = {}, .ca_bundle = {}});
  if (!response) return call.Fail(place + response.error().message(), response.error().code());
  if (response->status != 200) {
    return call.Fail(place + "the status is " + std::to_string(response->status), ErrorCode::kUnavailable);
  }
  const Result<json::Value> set = json::Parse(call.arena().Copy(response->body), call.arena());
  if (!set || !set->is_object()) return call.Fail(place + "the answer is no JSON object");
  return Value::Opaque(&kSetType, call.arena().New<json::Value>(*set), call.arena());
}

// Signed with "secret", of no claims.
#define EPHOR_TOKEN "eyJhbGciOiJIUzI1NiJ9.e30.XmNK3GpH3Ys_7wsYBfq4C3M6goz71I7dTgUkuIa5lyQ"

constexpr FunctionRow kFunctions[] = {
    Impure({"jwt.Decode", "(string, string) -> jwt.Token", Decode,
            "jwt.Decode('" EPHOR_TOKEN "', 'secret').Valid"}),
    Impure({"jwt.Decode", "(string, jwk.Set) -> jwt.Token", Decode,
            "jwt.Decode('" EPHOR_TOKEN "', jwks.Fetch('https://a.io/keys')).Valid"}),
    Impure({"jwks.Fetch", "(string) -> jwk.Set", Fetch,
            "jwt.Decode('" EPHOR_TOKEN "', jwks.Fetch('https://a.io/keys')).Claims == {}"}),
};

#undef EPHOR_TOKEN

constexpr FieldRow kFields[] = {
    {"Claims", "map(string, dyn)"}, {"Header", "map(string, dyn)"}, {"Valid", "bool"}};
constexpr TypeRow kTypes[] = {{"jwt.Token", nullptr, kFields}, {"jwk.Set", &kSetType}};

}  // namespace

const Library& WebTokens() {
  static const Library library{"web tokens", kFunctions, {}, kTypes};
  return library;
}

}  // namespace ephor::cel::lib
