// JSON Web Tokens that are signed with a shared secret: jwt.Decode.
#include "base/encoding.h"
#include "base/hash.h"
#include "cel/eval/context.h"
#include "cel/lib/authorization.h"
#include "cel/lib/kyverno/kyverno.h"
#include "json/parse.h"
#include "ports/clock.h"

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

// Of base64url without padding.
Result<std::string> DecodePart(std::string_view part) {
  std::string text(part);
  for (char& c : text) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  while (text.size() % 4 != 0) text += '=';
  auto decoded = Base64Decode(text);
  if (!decoded) return InvalidInput("failed to parse token: a part is not base64url");
  return decoded;
}

Result<json::Value> ObjectOf(std::string_view part, Arena& arena) {
  EPHOR_ASSIGN(const std::string text, DecodePart(part));
  const auto object = json::Parse(text, arena);
  if (!object || !object->is_object()) return InvalidInput("failed to parse token: a part is no JSON object");
  return *object;
}

Result<void> Verify(std::string_view token, const Parts& parts, std::string_view secret, Arena& arena) {
  EPHOR_ASSIGN(const json::Value header, ObjectOf(parts.header, arena));
  const std::string_view algorithm = header.StringAt("alg");
  const std::string_view bytes = token.substr(0, parts.header.size() + 1 + parts.claims.size());
  std::string expected;
  if (algorithm == "HS256") expected = HmacSha256(secret, bytes);
  if (algorithm == "HS384") expected = HmacSha384(secret, bytes);
  if (algorithm == "HS512") expected = HmacSha512(secret, bytes);
  if (expected.empty()) {
    return InvalidInput("failed to parse token: a secret does not verify the algorithm \"" +
                        std::string(algorithm) + "\"");
  }
  EPHOR_ASSIGN(const std::string signature, DecodePart(parts.signature));
  if (!EqualInConstantTime(signature, expected))
    return InvalidInput(
        "failed to parse token: could not verify message using any of the signatures or keys");
  return {};
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
  if (const auto verified = Verify(token, *parts, args[1].text(), call.arena()); !verified)
    return call.Fail(verified.error());
  const auto claims = ObjectOf(parts->claims, call.arena());
  if (!claims) return call.Fail(claims.error());
  if (const auto times = CheckTimes(*claims); !times) return call.Fail(times.error());
  if (call.context.world.clock == nullptr) return call.Fail("there is no clock", ErrorCode::kUnavailable);
  const bool valid = IsCurrent(*claims, call.context.world.clock->Now().unix_seconds);
  MapBuilder fields(call.arena(), 2);
  fields.Set(Value::String("Claims"), Value::Json(kyverno::WithDoubles(*claims, call.arena())));
  fields.Set(Value::String("Valid"), Value::Bool(valid));
  return fields.Build();
}

constexpr FunctionRow kFunctions[] = {
    {"jwt.Decode", "(string, string) -> jwt.Token", Decode, "", nullptr, nullptr, kImpure},
};
constexpr FieldRow kFields[] = {{"Claims", "map(string, dyn)"}, {"Valid", "bool"}};
constexpr TypeRow kTypes[] = {{"jwt.Token", nullptr, kFields}};

}  // namespace

const Library& WebTokens() {
  static const Library library{"web tokens", kFunctions, {}, kTypes};
  return library;
}

}  // namespace ephor::cel::lib
