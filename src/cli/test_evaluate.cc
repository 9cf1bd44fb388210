#include "cli/test_evaluate.h"

#include <algorithm>
#include <set>

#include "cli/context.h"
#include "cli/http_options.h"
#include "cli/judge.h"
#include "cli/payload.h"
#include "engine/compiled_policy.h"
#include "source/cluster_resources.h"
#include "source/local_cluster.h"
#include "source/paths.h"
#include "source/policies.h"
#include "source/resources.h"

namespace ephor::cli {
namespace {

std::vector<std::string> PathsIn(const std::string& directory, const std::vector<std::string>& paths) {
  std::vector<std::string> joined;
  for (const std::string& path : paths) joined.push_back(source::JoinPath(directory, path));
  return joined;
}

std::string Counted(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

Result<void> CheckOperations(const source::TestCase& test) {
  for (const source::ExpectedResult& result : test.results) {
    const std::string& operation = result.operation;
    const std::string place = "invalid test result for policy " + result.policy + ": ";
    if (!operation.empty() && operation != "CREATE" && operation != "UPDATE" && operation != "DELETE") {
      return InvalidInput(place + "invalid operation \"" + operation +
                          "\", must be one of CREATE, UPDATE, DELETE");
    }
    if (!operation.empty() && result.is_deleting_policy) {
      return InvalidInput(place + "operation is not supported for deleting policies");
    }
  }
  return {};
}

Result<void> LoadValues(const source::TestCase& test, const std::string& directory, const Context& context,
                        Session& session) {
  if (test.values) {
    session.values = *test.values;
    return {};
  }
  if (test.variables.empty()) return {};
  auto values = source::Values::OfFile(source::JoinPath(directory, test.variables));
  if (!values) {
    return InvalidInput("failed to decode yaml (unable to load variable file: " + test.variables + " (" +
                        values.error().message() + "))");
  }
  if (values->deprecated_schema()) {
    context.Print("\nWARNING: values file (" + test.variables +
                  ") uses a deprecated schema that will be removed in 1.15\n");
    return InvalidInput("failed to decode yaml (values file " + test.variables +
                        " uses a deprecated schema — please migrate to the latest format)");
  }
  session.values = *std::move(values);
  return {};
}

Result<void> LoadUser(const source::TestCase& test, const std::string& directory, const Context& context,
                      Session& session) {
  if (test.userinfo.empty()) return {};
  context.Print("  Loading user infos ...\n");
  auto user = source::LoadUserInfo(source::JoinPath(directory, test.userinfo));
  if (!user) return InvalidInput("error: failed to load request info (" + user.error().message() + ")");
  if (user->deprecated_schema) {
    context.Print("\nWARNING: user infos file (" + test.userinfo +
                  ") uses a deprecated schema that will be removed in 1.15\n");
    return InvalidInput("userInfo file " + test.userinfo +
                        " uses a deprecated schema — please migrate to the latest format");
  }
  session.user = *std::move(user);
  return {};
}

// In a test, what is no policy, has an unknown field or cannot be read ends the run; other mistakes are only
// shown.
bool IsFatal(const source::PolicyProblem& problem) {
  return problem.line == 0 || problem.message.find("value provided for unknown field") != std::string::npos ||
         problem.message.find("not available") != std::string::npos;
}

Result<source::LoadedPolicies> LoadPolicies(const source::TestCase& test, const std::string& directory,
                                            const Context& context) {
  source::LoadedPolicies loaded = source::LoadPolicies(PathsIn(directory, test.policies), context.in);
  for (const source::PolicyProblem& problem : loaded.problems) {
    if (IsFatal(problem)) {
      return InvalidInput("error: failed to load policies (" + problem.Description() + ")");
    }
  }
  if (!loaded.others.empty()) {
    const source::PolicyProblem& other = loaded.others[0];
    return InvalidInput("error: failed to load policies (" + other.file + ": policy type not supported " +
                        other.message + ")");
  }
  for (const source::PolicyProblem& problem : loaded.problems) {
    context.Print("  ERROR: " + problem.file + ": " + problem.message + "\n");
  }
  return loaded;
}

Result<std::vector<json::Value>> LoadResources(const std::vector<std::string>& paths, const Context& context,
                                               Arena& arena) {
  source::ResourceInput input;
  EPHOR_ASSIGN(const auto unreadable, input.AddPaths(paths));
  const std::string divider(70, '-');
  for (const auto& [path, error] : unreadable) {
    context.Print("\n" + divider + "\nfailed to load resources: " + path + ". \nerror: " + error.message() +
                  "\n" + divider + "\n");
  }
  std::vector<json::Value> resources;
  for (const source::ResourceDocument& document : input.documents()) {
    EPHOR_ASSIGN(const auto objects, source::DecodeResources(document, arena));
    for (const json::Value& object : objects) resources.push_back(json::DeepCopy(object, arena));
  }
  return resources;
}

// The objects of the test's ClusterResource files and the definitions that they name. With them the objects
// at hand stand for a whole cluster.
Result<std::vector<json::Value>> LoadClusterResources(const source::TestCase& test,
                                                      const std::string& directory, const Context& context,
                                                      Session& session, Arena& arena) {
  std::vector<json::Value> resources, definitions;
  if (test.cluster_resources.empty()) return resources;
  context.Print("Loading Kubernetes resources ...\n");
  session.in_cluster = true;
  for (const std::string& path : PathsIn(directory, test.cluster_resources)) {
    const auto file = source::LoadClusterResources(path, arena);
    if (!file) {
      return InvalidInput("error: failed to load Kubernetes resources: " + file.error().message());
    }
    for (const std::string& crd : PathsIn(directory, file->crds)) {
      source::ResourceInput input;
      auto added = input.AddFile(crd);
      for (const source::ResourceDocument& document : input.documents()) {
        if (!added) break;
        const auto objects = source::DecodeResources(document, arena);
        if (!objects) added = std::unexpected(objects.error());
        for (const json::Value& object : objects ? *objects : std::span<const json::Value>()) {
          definitions.push_back(json::DeepCopy(object, arena));
          session.custom_kinds.Add(object);
        }
      }
      if (!added) {
        return InvalidInput("error: failed to load CRDs from path " + crd + ": " + added.error().message());
      }
    }
    resources.insert(resources.end(), file->resources.begin(), file->resources.end());
  }
  resources.insert(resources.end(), definitions.begin(), definitions.end());
  return resources;
}

// Keeps the first of each group, kind, namespace and name.
std::vector<json::Value> WithoutDuplicates(const std::vector<json::Value>& resources,
                                           const Context& context) {
  std::vector<json::Value> unique;
  std::set<std::string> seen, warned;
  for (const json::Value& resource : resources) {
    const std::string_view api_version = resource.StringAt("apiVersion");
    const std::size_t slash = api_version.find('/');
    std::string key(slash == std::string_view::npos ? std::string_view() : api_version.substr(0, slash));
    key += KeyOf(resource).substr(api_version.size());
    if (seen.insert(key).second) {
      unique.push_back(resource);
    } else if (warned.insert(key).second) {
      std::string line = "  warning: found duplicated resource ";
      line += resource.StringAt("kind");
      line += ' ';
      line += resource.StringAt("metadata", "name");
      line += ' ';
      line += resource.StringAt("metadata", "namespace");
      context.Print(line + "\n");
    }
  }
  return unique;
}

Result<RunResponses> Run(const Session& session, const std::vector<json::Value>& resources,
                         std::string_view operation, Arena& arena) {
  RunResponses run;
  for (const json::Value& resource : resources) {
    const auto judged = Judge(session, resource, operation, arena);
    if (!judged) {
      return InvalidInput("failed to apply policies on resource " +
                          std::string(resource.StringAt("metadata", "name")) + " (" +
                          judged.error().message() + ")");
    }
    run.emplace_back(judged->responses.begin(), judged->responses.end());
  }
  return run;
}

Result<std::vector<json::Value>> LoadPayloads(const source::TestCase& test, const std::string& directory,
                                              const Context& context, Arena& arena) {
  std::vector<json::Value> payloads;
  if (!test.json_payloads.empty()) context.Print("  Loading JSON payloads ...\n");
  for (const std::string& path : test.json_payloads) {
    auto payload = LoadPayload(source::JoinPath(directory, path), arena);
    if (!payload) {
      return InvalidInput("error: failed to load JSON payload " + path + " (" + payload.error().message() +
                          ")");
    }
    if (payload->is_null()) return InvalidInput("error: JSON payload " + path + " is empty or nil");
    if (!payload->is_object()) {
      return InvalidInput("error: JSON payload " + path + " must be a top-level object (map)");
    }
    payloads.push_back(*payload);
  }
  return payloads;
}

// Requests of external authorizers by their paths.
using AuthorizerRequests = std::vector<std::pair<std::string, json::Value>>;

Result<AuthorizerRequests> LoadAuthorizerRequests(const std::vector<std::string>& paths,
                                                  std::string_view what, const Context& context,
                                                  Arena& arena) {
  AuthorizerRequests requests;
  if (!paths.empty()) context.Print("  Loading " + std::string(what) + " payloads ...\n");
  for (const std::string& path : paths) {
    const auto request = LoadAuthorizerRequest(path, arena);
    if (!request) {
      return InvalidInput("error: failed to load " + std::string(what) + " payloads from path " + path +
                          " (" + request.error().message() + ")");
    }
    requests.emplace_back(path, *request);
  }
  return requests;
}

Result<void> JudgeAuthorizerRequests(const AuthorizerRequests& requests, bool envoy, Arena& arena,
                                     TestResponses& result) {
  for (const auto& [path, request] : requests) {
    const auto judged = JudgeAuthorizerRequest(*result.session, request, envoy, arena);
    if (!judged) {
      return InvalidInput("failed to apply policies on " + std::string(envoy ? "Envoy" : "HTTP") +
                          " payload (" + judged.error().message() + ")");
    }
    result.keys.push_back(path);
    result.by_default.emplace_back(judged->responses.begin(), judged->responses.end());
  }
  return {};
}

// Whether a row is about a rule that copies, and so names where it copies from.
bool Copies(const policy::Rule& rule) {
  if (!rule.has_generate()) return false;
  const policy::GeneratePattern& pattern = rule.generate->generate;
  return pattern.clone_list.kinds.size() > 0 || !pattern.clone.name.empty() ||
         !pattern.clone.namespace_.empty();
}

// The objects of the files that rows name as sources. The first row of a rule counts; a file that cannot be
// read has none.
void LoadCloneSources(const source::TestCase& test, const std::string& directory, Session& session,
                      Arena& arena) {
  for (const SessionPolicy& policy : session.policies) {
    const std::string key(policy.compiled->key());
    for (const policy::Rule& rule : policy.compiled->source().effective_rules) {
      if (!Copies(rule)) continue;
      const auto row =
          std::find_if(test.results.begin(), test.results.end(), [&](const source::ExpectedResult& result) {
            return result.policy == key && result.rule == rule.name;
          });
      if (row == test.results.end() || row->clone_source_resource.empty()) continue;
      source::ResourceInput input;
      if (!input.AddFile(source::JoinPath(directory, row->clone_source_resource))) continue;
      for (const source::ResourceDocument& document : input.documents()) {
        const auto objects = source::DecodeResources(document, arena);
        if (!objects) continue;
        for (const json::Value& object : *objects) {
          session.clone_sources[key].push_back(json::DeepCopy(object, arena));
        }
      }
    }
  }
}

}  // namespace

std::string KeyOf(const json::Value& resource) {
  std::string key(resource.StringAt("apiVersion"));
  for (const std::string_view part : {resource.StringAt("kind"), resource.StringAt("metadata", "namespace"),
                                      resource.StringAt("metadata", "name")}) {
    key += ',';
    key += part;
  }
  return key;
}

const RunResponses* TestResponses::RunOf(const std::string& operation) const {
  if (operation.empty()) return &by_default;
  const auto found = by_operation.find(operation);
  return found == by_operation.end() ? nullptr : &found->second;
}

Result<TestResponses> EvaluateTest(const source::TestCase& test, const Context& context, bool asks_registries,
                                   engine::CoverageReport* coverage) {
  const std::string directory = source::DirectoryOf(test.path);
  TestResponses result;
  result.session = std::make_unique<Session>();
  EPHOR_ASSIGN(net::HttpServiceOptions http, HttpOptionsOf({}, {}));
  result.world = std::make_unique<SystemWorld>(std::move(http));
  Session& session = *result.session;
  session.world = result.world->ports();
  if (asks_registries) session.world.registry = &result.world->registry(/*keeps_tags=*/true);
  Arena& arena = *result.arenas.emplace_back(std::make_unique<Arena>());

  context.Print("Loading test  ( " + std::string(test.shown_path()) + " ) ...\n");
  context.Print("  Loading values/variables ...\n");
  EPHOR_TRY(LoadValues(test, directory, context, session));
  EPHOR_TRY(LoadUser(test, directory, context, session));
  context.Print("  Loading policies ...\n");
  EPHOR_ASSIGN(source::LoadedPolicies policies, LoadPolicies(test, directory, context));
  context.Print("  Loading resources ...\n");
  const auto loaded = LoadResources(PathsIn(directory, test.resources), context, arena);
  if (!loaded) return InvalidInput("error: failed to load resources (" + loaded.error().message() + ")");
  const std::vector<json::Value> resources = WithoutDuplicates(*loaded, context);
  EPHOR_ASSIGN(const std::vector<json::Value> payloads, LoadPayloads(test, directory, context, arena));
  EPHOR_ASSIGN(const AuthorizerRequests http_requests,
               LoadAuthorizerRequests(PathsIn(directory, test.http_payloads), "HTTP", context, arena));
  EPHOR_ASSIGN(const AuthorizerRequests envoy_requests,
               LoadAuthorizerRequests(PathsIn(directory, test.envoy_payloads), "Envoy", context, arena));
  const auto targets = LoadResources(PathsIn(directory, test.target_resources), context, arena);
  if (!targets) {
    return InvalidInput("error: failed to load target resources (" + targets.error().message() + ")");
  }
  const auto parameters = LoadResources(PathsIn(directory, test.param_resources), context, arena);
  if (!parameters) {
    return InvalidInput("error: failed to load parameter resources (" + parameters.error().message() + ")");
  }
  EPHOR_ASSIGN(const std::vector<json::Value> cluster_resources,
               LoadClusterResources(test, directory, context, session, arena));
  const auto objects = [&](Arena&) {
    std::vector<json::Value> all = resources;
    all.insert(all.end(), targets->begin(), targets->end());
    all.insert(all.end(), parameters->begin(), parameters->end());
    all.insert(all.end(), cluster_resources.begin(), cluster_resources.end());
    return all;
  };
  result.cluster = std::make_unique<source::LocalCluster>(
      objects,
      session.in_cluster ? source::LocalCluster::Answers::kAll : source::LocalCluster::Answers::kOnlyTargets,
      &session.custom_kinds);
  session.world.cluster = result.cluster.get();
  session.world.custom_types = &session.custom_kinds;
  context.Print("  Loading exceptions ...\n");
  auto exceptions = source::LoadExceptions(PathsIn(directory, test.exceptions));
  if (!exceptions) {
    return InvalidInput("error: failed to load exceptions (" + exceptions.error().message() + ")");
  }
  if (test.api_call_responses != nullptr) {
    EPHOR_ASSIGN(RecordedCalls calls, RecordedCalls::Of(*test.api_call_responses));
    result.calls = std::make_unique<RecordedCalls>(std::move(calls));
    result.calls->set_behind(session.world.http);
    session.world.http = result.calls.get();
  }
  if (test.global_context_entries != nullptr) {
    EPHOR_ASSIGN(RecordedGlobalContext entries,
                 RecordedGlobalContext::Of(*test.global_context_entries, directory, session.world, arena));
    result.global_context = std::make_unique<RecordedGlobalContext>(std::move(entries));
    session.world.global_context = result.global_context.get();
  }
  const std::string context_path = test.context.empty() ? "" : source::JoinPath(directory, test.context);
  EPHOR_ASSIGN(result.cel_context, CelContext::Load(context_path, *targets));
  session.targets = *targets;
  session.cel_world = result.cel_context->In(session.world);
  // A whole cluster is more than the objects of a context file.
  if (session.in_cluster) session.cel_world.cluster = session.world.cluster;
  context.Print(
      "  Applying " + Counted(policies.policies.size() + CountCelPolicies(policies), "policy", "policies") +
      " to " + Counted(resources.size(), "resource", "resources") + " with " +
      Counted(exceptions->exceptions.size() + exceptions->cel_exceptions.size(), "exception", "exceptions") +
      " ...\n");
  result.invalid = SetPolicies(std::move(policies), *std::move(exceptions), session);
  session.cel.parameters = *parameters;

  LoadCloneSources(test, directory, session, arena);
  engine::Coverage exercised;
  if (coverage != nullptr) {
    for (const SessionPolicy& policy : session.policies) exercised.AddPolicy(policy.compiled->source());
    ForEachCelPolicy(session.cel, [&](const auto& policy) {
      exercised.AddCelPolicy(policy.source());
      if constexpr (requires { policy.source().variants; }) {
        for (const auto& variant : policy.source().variants) exercised.AddVariant(*variant, policy.source());
      }
    });
    session.observer = &exercised;
  }

  EPHOR_TRY(session.values.CheckOperation());
  EPHOR_TRY(CheckOperations(test));
  for (const json::Value& resource : resources) result.keys.push_back(KeyOf(resource));
  for (const json::Value& target : *targets) result.target_keys.push_back(KeyOf(target));
  EPHOR_ASSIGN(result.by_default, Run(session, resources, "", arena));
  // Payloads are known by their paths.
  for (std::size_t i = 0; i < payloads.size(); ++i) {
    EPHOR_ASSIGN(const Judged judged, JudgePayload(session, payloads[i], arena));
    result.keys.push_back(test.json_payloads[i]);
    result.by_default.emplace_back(judged.responses.begin(), judged.responses.end());
  }
  EPHOR_TRY(JudgeAuthorizerRequests(http_requests, false, arena, result));
  EPHOR_TRY(JudgeAuthorizerRequests(envoy_requests, true, arena, result));
  for (const source::ExpectedResult& row : test.results) {
    if (row.operation.empty() || result.by_operation.contains(row.operation)) continue;
    EPHOR_ASSIGN(result.by_operation[row.operation], Run(session, resources, row.operation, arena));
    result.by_operation[row.operation].resize(result.keys.size());
  }
  session.observer = nullptr;
  if (coverage != nullptr) exercised.AddTo(*coverage);
  return result;
}

}  // namespace ephor::cli
