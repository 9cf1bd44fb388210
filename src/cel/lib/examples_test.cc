// Every function has an example for the manual, and the examples are true.
#include <gtest/gtest.h>

#include <set>

#include "cel/lib/authorization.h"
#include "cel/lib/libraries.h"
#include "cel/lib/manual.h"
#include "cel/testing.h"
#include "json/builder.h"
#include "ports/authorizer.h"
#include "ports/clock.h"
#include "ports/cluster.h"
#include "ports/generator.h"
#include "ports/global_context.h"
#include "ports/http_service.h"
#include "ports/random.h"
#include "ports/registry.h"

namespace ephor::cel {
namespace {

Result<json::Value> Document(std::string_view text, Arena& arena) {
  return json::Parse(arena.Copy(text), arena);
}

class FixedClock : public ports::Clock {
 public:
  Time Now() const override { return Time::FromUnix(1'700'000'000); }
};

class CountingRandom : public ports::Random {
 public:
  std::uint64_t Next() override { return ++count_; }

 private:
  std::uint64_t count_ = 0;
};

// A Pod of a namespace.
class SmallCluster : public ports::Cluster {
 public:
  json::Value NamespaceLabels(std::string_view, Arena&) const override { return {}; }
  ports::Roles RolesOf(const ports::Subject&, std::string_view, Arena&) const override { return {}; }
  Result<json::Value> Call(std::string_view, std::string_view, const json::Value&, Arena&) const override {
    return Fail(ErrorCode::kNotFound, "not found");
  }
  Result<std::optional<json::Value>> Get(std::string_view, std::string_view resource, std::string_view ns,
                                         std::string_view name, Arena& arena) const override {
    if (resource != "pods" || ns != "ns" || name != "a") return std::nullopt;
    return Document(R"({"kind": "Pod"})", arena);
  }
  Result<json::Value> List(std::string_view, std::string_view resource, std::string_view ns,
                           std::span<const std::pair<std::string_view, std::string_view>>,
                           Arena& arena) const override {
    return Document(resource == "pods" && ns == "ns" ? R"({"items": [{"kind": "Pod"}]})" : R"({"items": []})",
                    arena);
  }
  Result<json::Value> Create(std::string_view, std::string_view, std::string_view, const json::Value& object,
                             Arena&) const override {
    return object;
  }
  Result<std::string_view> ResourceOf(std::string_view, std::string_view, Arena&) const override {
    return "pods";
  }
};

class SmallServer : public ports::HttpService {
 public:
  Result<ports::HttpResponse> Send(const ports::HttpRequest& request) override {
    if (request.url == "https://a.io/keys") {
      return ports::HttpResponse{200, R"({"keys": [{"kty": "oct", "k": "c2VjcmV0"}]})"};
    }
    return ports::HttpResponse{200, R"({"ok": true})"};
  }
  bool IsRecorded(std::string_view, std::string_view) const override { return false; }
};

class SmallRegistry : public ports::Registry {
 public:
  Result<json::Value> ImageData(std::string_view, const ports::RegistryAccess&, Arena& arena) override {
    return Document(R"({"tag": "1.25"})", arena);
  }
};

class SmallGlobalContext : public ports::GlobalContext {
 public:
  Result<std::optional<json::Value>> Entry(std::string_view, std::string_view projection,
                                           Arena& arena) const override {
    return Document(projection.empty() ? R"({"a": {"lead": "ann"}})" : R"(["ann"])", arena);
  }
};

class Anything : public ports::Generator {
 public:
  Result<void> Apply(std::string_view, std::span<const json::Value>) override { return {}; }
};

class OnlyGet : public ports::Authorizer {
 public:
  Result<ports::AccessDecision> Check(const ports::AccessQuestion& question) const override {
    return ports::AccessDecision{question.verb == "get", "only get"};
  }
};

std::string RunExample(std::string_view expression, const lib::NamedEnv& known) {
  Env::Builder builder(known.env());
  const std::shared_ptr<const Env> base = known.env();
  const bool authorizes =
      base->FindVariable("authorizer") == nullptr && expression.find("authorizer") != std::string_view::npos;
  if (authorizes) builder.AddVariable("authorizer", builder.ParseType("kubernetes.authorization.Authorizer"));
  const std::shared_ptr<const Env> env = builder.Build();
  const Result<Program> program = Program::Compile(expression, env);
  if (!program) return program.error().message();
  Arena arena;
  const FixedClock clock;
  CountingRandom random;
  const SmallCluster cluster;
  SmallServer http;
  SmallRegistry registry;
  Anything generator;
  const SmallGlobalContext global_context;
  const OnlyGet authorizer;
  ports::World world;
  world.clock = &clock;
  world.random = &random;
  world.cluster = &cluster;
  world.http = &http;
  world.registry = &registry;
  world.generator = &generator;
  world.global_context = &global_context;
  world.authorizer = &authorizer;
  Context context{arena, world};
  // Policies in a namespace make no HTTP calls.
  if (known.name.starts_with("n") && expression.find("http.") == std::string_view::npos)
    context.own_namespace = "ns";
  context.cost_limit = ~std::uint64_t{0};
  std::vector<Value> slots(env->slots());
  if (const VariableDecl* object = env->FindVariable("object")) {
    const auto request =
        Document(R"({"attributes": {"header": {"X-Team": ["a"]}, "query": {"page": ["2"]}}})", arena);
    if (known.name == "http") slots[object->slot] = *lib::HttpCheckRequest(*request, arena);
  }
  if (authorizes) slots[env->FindVariable("authorizer")->slot] = lib::AuthorizerOfRequester(arena);
  const Result<Value> value = program->Evaluate(slots, context);
  if (!value) return value.error().message();
  return value->is_true() ? "true" : "not true";
}

TEST(CelLibraries, ExamplesAreTrue) {
  std::set<std::pair<std::string_view, std::string_view>> without;
  for (const lib::NamedEnv& known : lib::NamedEnvs()) {
    SCOPED_TRACE(known.name);
    std::size_t examples = 0;
    known.env()->EachFunction([&](const FunctionDecl& function) {
      for (const OverloadDecl* overload : function.overloads) {
        const FunctionRow* row = overload->row;
        if (row == nullptr || row->function == nullptr || row->name.find('@') != std::string_view::npos)
          continue;
        if (row->example.empty()) {
          without.emplace(row->name, row->signature);
          continue;
        }
        EXPECT_EQ(RunExample(row->example, known), "true") << row->example;
        ++examples;
      }
    });
    EXPECT_GT(examples, 100u);
  }
  // Nothing can be said of signatures without a registry that has some.
  const std::set<std::pair<std::string_view, std::string_view>> expected = {
      {"extractPayload", "(string, string) -> dyn"},
      {"verifyAttestationSignatures", "(string, string, list(dyn)) -> int"},
      {"verifyImageSignatures", "(string, list(dyn)) -> int"},
  };
  EXPECT_EQ(without, expected);
}

}  // namespace
}  // namespace ephor::cel
