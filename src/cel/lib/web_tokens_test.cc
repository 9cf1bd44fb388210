#include <gtest/gtest.h>

#include "cel/lib/environments.h"
#include "cel/plan/program.h"
#include "json/write.h"
#include "ports/clock.h"
#include "ports/http_service.h"

namespace ephor::cel {
namespace {

// Public keys of pairs that were made for this test and forgotten.
constexpr std::string_view kKeys = R"({"keys": [
  {"kty": "RSA", "kid": "rsa", "n": "75XoFG1IhZ1rpfEeUBWljkELfkqkxb9abid43rIci74_F2rdnVqGls_D-DWPWx_Eiu8msHwBuEwpJsoxJWhzIN7QHIU0t6yPjW4dF2Tbsu6vuTjrNRz_VU9PEs_kpLaEXlWYNgpVTgf39VY9NdquOV2r5GtH7up5EC-mvqYJSpgQonPKx3XbRMhwVshyBk4rN_05DhVPSZzfJc1bSBgQT0Z8udl-yWLg4MeLrZqN_UHPB-MqAT1vDKnVIMTbU5Rnjau-WauCHyR8coBDYsgDwvfhvbJGLHYCMum8Et2ZlVELqVTXba9ikl0RqT5f45GngKQi6l-nLNc1e1VKrT3Etw", "e": "AQAB"},
  {"kty": "EC", "kid": "ec", "crv": "P-256", "x": "NORiCkmhNAcEGLjKv2geJv26CtuA0xxVnQqsEQRa0KE", "y": "U9fHgDv3GyXCnT5FE1SbhkAUXfMm7mej0yKdFEqqOnY"},
  {"kty": "EC", "kid": "ec5", "crv": "P-521", "x": "ALeblUDGHgDTD-SQlNIScnyw08-ANGzPcVyYksTIbQFi8UAVl5--Vi6WHCAi0iyT0aFrAL-fjoJ-d0HUCPRQsacQ", "y": "AJhtuHHBhFx3IRKOu9EVD4hhBwieIjIcoAdWXvisPEKmViVvET35Bj8zhVYKj4aM3lgLM8IbmoY-KwPpcetSpmjA"},
  {"kty": "OKP", "kid": "ed", "crv": "Ed25519", "x": "g6hEsdgnkNJgdop-QupRudAYSuWKm4c86Z24-0apf6s"}
]})";

class KeyServer : public ports::HttpService {
 public:
  Result<ports::HttpResponse> Send(const ports::HttpRequest& request) override {
    if (request.url == "https://a.io/keys") return ports::HttpResponse{200, std::string(kKeys)};
    if (request.url == "https://a.io/text") return ports::HttpResponse{200, "keys"};
    if (request.url == "https://a.io/list")
      return ports::HttpResponse{200, R"({"keys": [1, {"kty": "RSA"}]})"};
    return ports::HttpResponse{404, ""};
  }
};

class FixedClock : public ports::Clock {
 public:
  Time Now() const override { return Time::FromUnix(1'700'000'000); }
};

std::string Evaluate(const std::string& expression) {
  const auto program = Program::Compile(expression, lib::AuthorizationEnv(false));
  if (!program) return program.error().message();
  Arena arena;
  KeyServer http;
  const FixedClock clock;
  ports::World world;
  world.http = &http;
  world.clock = &clock;
  Context context{arena, world};
  std::vector<Value> slots(8);
  const auto value = program->Evaluate(slots, context);
  if (!value) return value.error().message();
  const auto plain = ToJson(*value, arena);
  return plain ? json::ToString(*plain) : plain.error().message();
}

std::string Decode(std::string_view token, std::string_view url = "https://a.io/keys") {
  return Evaluate("jwt.Decode('" + std::string(token) + "', jwks.Fetch('" + std::string(url) + "')).Claims");
}

// Each with "kid" and the claims {"sub": "ann"}.
struct Signed {
  std::string_view algorithm;
  std::string_view token;
} constexpr kTokens[] = {
    {"RS256",
     "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSJ9.eyJzdWIiOiJhbm4ifQ.ca4b1QCAd7Sy2H7GIyYIXX9zncdexXaGMk"
     "XWRLfq4_Vxf4nGfTY6bCEQeDXfVA-JkeCDyrU0ozidCe8cxk_T27YXj5xUcHG0A3ydL1aWs2CYUm0fvcbOWfhHsizS"
     "h4q_Cs4iEXq5F3LIh0uD-yoJkbWGN0ESmYU0_qmeC4ASdVYz7e5pzh32S1_w6tZ62d8ru-WPpzia6dGMrDo1yFUAwl"
     "nFDeaD2uH4RcsBtPbdh4EFKF8W9_a1pVjPtpfbpssi8mCuoIo0_AkpjpF6bgIrChhei_b31_OlaLpJYmanyaatwa2u"
     "tY6J8B1ACZ0kydRoXXb8UQdhyE0Tv8L9fTRikg"},
    {"RS512",
     "eyJhbGciOiJSUzUxMiIsImtpZCI6InJzYSJ9.eyJzdWIiOiJhbm4ifQ.uHGUd9twF9mB-1hnJXLobBPlfwlkiqSj8t"
     "Rg2uYHPxvp-fk_kW-EFx3Px33vguoi4BQWRweuIkcgkmyd9-4E071CGjT0jvVoM8_NMGCFi5KZOVFM_gZZImiJvTLR"
     "-4xPKp9_M2m1LIuE-iIP_DMNJasc1WBfm-5NUHyN2CzFdPg3vB1zXNLBg4nI09oNNf2lV3GxUw94BgS6ZRq8c1N6rb"
     "TqPQFLemyrIRichHsEQwJEEqLFsdnzl_EiqQl8cYYOKR46K0C-KJzbhxRxCuyNELoqOemSmXolFEdfA4C_XxZWDk2A"
     "BoGLAJN4FviwwFf8SrAHCMITX7cka3GLa8qfpQ"},
    {"PS256",
     "eyJhbGciOiJQUzI1NiIsImtpZCI6InJzYSJ9.eyJzdWIiOiJhbm4ifQ.We5NyQvsfT65jsoGoym-S5q2QB_wQwMYDd"
     "XtkPWSGiiWCjaR3uROJNkzI-Dinxf9pc6JdEpPZukCpPcS7WAelSSkK5Wtn5WvlGNYyl2KncoivWvYxV46w8Z8moNO"
     "tneRVbLM5217UjJLoUAIWdk86ozgGD-ipjni5EDCbhIzKa0E9NXL9FYbXlaiBUCp6djs6XRH1Cls8PX3zMteGQBveo"
     "oW7VEjYv2GU7N5pcjHnrAu3ctoRpKdPRcYv15x1Y59EP5eoeq5jOw-Hm6ycTkD3WGW0YUog_miMA1glneZMe4Zu7re"
     "9pefZTncVfyodZaGhYvT6koXVgjPlVeFFzEL3w"},
    {"ES256",
     "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIn0.eyJzdWIiOiJhbm4ifQ.H8yTO7Su0ci6_KqFJesOAmzP8tkzxX3u_6G"
     "HtMQYQ7AqlpUZPc_6zFgoip-ROP6BcB6_KOiuTtTp6KrN3cTaeA"},
    {"ES512",
     "eyJhbGciOiJFUzUxMiIsImtpZCI6ImVjNSJ9.eyJzdWIiOiJhbm4ifQ.AAKVx-wJNcjjTSy7SrX1gJ50qkfjfoJmSl"
     "9E5pBq_kXMIDQ4F6ZugEU75eMlUTvELN5JZbJ_YqB_EpZhazdiKRU5AVEUWZjVK8bOfFXeTpGqqiJ24LEmNcF6szG9"
     "DVdyseb-ZOhdg1S2FYuSfRsa-KfpUXYnD_flzHy7dKQBC20l9p4C"},
    {"EdDSA",
     "eyJhbGciOiJFZERTQSIsImtpZCI6ImVkIn0.eyJzdWIiOiJhbm4ifQ.8wUKhQ1gHfM6Y3hb3P_Aj303BIpaciP6Vqh"
     "Yy4S_ZGUvAE_EPoDF11VLwg-XXnd0XspPFJRViqSGt8tz-6IWAg"},
};

TEST(WebTokens, KeysOfEachKind) {
  for (const Signed& row : kTokens) {
    SCOPED_TRACE(row.algorithm);
    EXPECT_EQ(Decode(row.token), R"({"sub":"ann"})");
    EXPECT_EQ(
        Evaluate("jwt.Decode('" + std::string(row.token) + "', jwks.Fetch('https://a.io/keys')).Header.alg"),
        '"' + std::string(row.algorithm) + '"');
    // One bit of the signature is another.
    std::string forged(row.token);
    char& c = forged[forged.size() - 20];
    c = c == 'A' ? 'B' : 'A';
    EXPECT_EQ(Decode(forged),
              "failed to parse token: could not verify message using any of the signatures or keys");
  }
}

TEST(WebTokens, NothingIsVerifiedByTheWrongKey) {
  struct Row {
    const char* name;
    std::string_view token, url, error;
  } rows[] = {
      {"NoKeyNamedAndSeveralThere",
       "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.ca4b1QCAd7Sy2H7GIyYIXX9zncdexXaGMkXWRLfq4_"
       "Vxf4nGfTY6bCEQeDXfVA-JkeCDyrU0ozidCe8cxk_T27YXj5xUcHG0A3ydL1aWs2CYUm0fvcbOWfhHsizSh4q_"
       "Cs4iEXq5F3LIh0uD-yoJkbWGN0ESmYU0_qmeC4ASdVYz7e5pzh32S1_w6tZ62d8ru-"
       "WPpzia6dGMrDo1yFUAwlnFDeaD2uH4RcsBtPbdh4EFKF8W9_a1pVjPtpfbpssi8mCuoIo0_AkpjpF6bgIrChhei_b31_"
       "OlaLpJYmanyaatwa2utY6J8B1ACZ0kydRoXXb8UQdhyE0Tv8L9fTRikg",
       "https://a.io/keys", "could not verify message"},
      {"NoAlgorithm", "eyJhbGciOiJub25lIiwia2lkIjoicnNhIn0.e30.", "https://a.io/keys",
       "could not verify message"},
      {"PublicKeyIsNoSecret", "eyJhbGciOiJIUzI1NiIsImtpZCI6InJzYSJ9.e30.AAAA", "https://a.io/keys",
       "could not verify message"},
      {"NotThreeParts", "a.b", "https://a.io/keys", "it does not have three parts"},
      {"NoJson", "eA.eA.eA", "https://a.io/keys", "a part is no JSON object"},
      {"NoBase64", "!.eA.eA", "https://a.io/keys", "a part is not base64url"},
      {"KeysThatAreNone", kTokens[0].token, "https://a.io/list", "could not verify message"},
      {"NoKeys", kTokens[0].token, "https://a.io/text",
       "failed to fetch the keys of https://a.io/text: the answer is no JSON object"},
      {"NotFound", kTokens[0].token, "https://a.io/none",
       "failed to fetch the keys of https://a.io/none: the status is 404"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_NE(Decode(row.token, row.url).find(row.error), std::string::npos) << Decode(row.token, row.url);
  }
}

TEST(ModelContext, Requests) {
  struct Row {
    std::string_view expression, result;
  } rows[] = {
      {"mcp.Parse('{\"method\":\"ping\",\"id\":7}').Method == mcp.PingMethod", "true"},
      {"mcp.Parse('{\"method\":\"ping\",\"id\":7}').ID", "7"},
      {"mcp.Parse(b'{\"method\":\"resources/read\",\"params\":{\"uri\":\"file:///a\"}}').ResourceRead.URI",
       "\"file:///a\""},
      {"mcp.Parse('{\"method\":\"tools/list\"}').Paginated", "{\"Cursor\":\"\"}"},
      {"mcp.Parse('{\"method\":\"tools/list\"}').ToolCall", "null"},
      {"mcp.Parse('{\"method\":\"tools/call\",\"params\":{\"arguments\":{\"n\":1e30}}}').GetIntArgument('n', "
       "1)",
       "-9223372036854775808"},
      {"mcp.Parse('{\"method\":\"tools/"
       "call\",\"params\":{\"arguments\":{\"n\":[1,\"2\",true]}}}').GetIntSliceArgument('n', "
       "[])",
       "[1,2]"},
      {"mcp.Parse('{\"method\":\"tools/call\",\"params\":{\"arguments\":[]}}').GetBoolArgument('n', true)",
       "true"},
      {"mcp.Parse('{}').GetStringArgument('a', 'b')", "\"b\""},
      {"mcp.Parse('{\"method\":1}')", "the method is no string"},
      {"mcp.Parse('{\"method\":\"tools/call\",\"params\":[]}')", "the parameters are no object"},
      {"mcp.Parse('{\"method\":\"tools/call\",\"params\":{\"name\":1}}')", "the parameter name is no string"},
      {"mcp.Parse('[]')", "the request is no JSON object"},
      {"mcp.Parse(1)", "unsupported type conversion from 'int' to string"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.expression);
    EXPECT_EQ(Evaluate(std::string(row.expression)), row.result);
  }
}

}  // namespace
}  // namespace ephor::cel
