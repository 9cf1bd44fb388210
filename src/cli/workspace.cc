#include "cli/workspace.h"

#include "cli/apply_input.h"
#include "cli/context.h"
#include "cli/http_options.h"
#include "source/cluster_resources.h"

namespace ephor::cli {

Result<std::shared_ptr<const GivenResources>> GivenResources::Load(const ApplyOptions& options,
                                                                   const Context& context) {
  auto resources = std::make_shared<GivenResources>();
  EPHOR_ASSIGN(resources->input, LoadResources(options, context));
  EPHOR_ASSIGN(resources->beside, LoadBeside(options));
  EPHOR_ASSIGN(resources->parameters, LoadParameters(options));
  return resources;
}

Result<std::unique_ptr<Workspace>> Workspace::Load(const ApplyOptions& options,
                                                   std::shared_ptr<const GivenResources> resources,
                                                   const Context& context) {
  EPHOR_ASSIGN(net::HttpServiceOptions http, HttpOptionsOf({}, {}));
  auto made = std::make_unique<Workspace>(std::move(http));
  Workspace& workspace = *made;
  Session& session = workspace.session;
  session.world = workspace.world.ports();
  if (options.registry) session.world.registry = &workspace.world.registry(/*keeps_tags=*/true);
  EPHOR_TRY(LoadUser(options, context, session));
  EPHOR_TRY(LoadValues(options, context, session));
  source::LoadedPolicies loaded = source::LoadPolicies(
      options.policies, context.in,
      {.git_branch = options.git_branch, .git_login = {options.username, options.password}});
  workspace.problems = std::move(loaded.problems);
  if (resources == nullptr) {
    EPHOR_ASSIGN(resources, GivenResources::Load(options, context));
  }
  workspace.resources = std::move(resources);
  const auto& [input, beside, parameters] = *workspace.resources;
  for (const std::string& path : options.crd_paths) {
    if (path.find_first_not_of(" \t\r\n") == std::string::npos) continue;
    EPHOR_TRY(source::LoadCustomKinds(path, session.custom_kinds));
  }
  session.world.custom_types = &session.custom_kinds;
  workspace.cluster = std::make_unique<source::LocalCluster>(
      [&workspace](Arena& arena) {
        return AllObjects({&workspace.resources->input, &workspace.resources->beside}, arena);
      },
      source::LocalCluster::Answers::kAsReferenceOffline, &session.custom_kinds);
  if (!input.documents().empty() || !beside.documents().empty()) {
    session.world.cluster = workspace.cluster.get();
    EPHOR_ASSIGN(workspace.global_context, LocalGlobalContext::Of(input, session.world, workspace.arena));
    if (!workspace.global_context.empty()) session.world.global_context = &workspace.global_context;
  }
  auto exceptions = options.exceptions_within_resources ? ExceptionsAmong(input)
                                                        : source::LoadExceptions(options.exceptions);
  if (!exceptions) {
    // "Error: " stands before it once more when it is printed, as in the reference.
    return InvalidInput("Error: failed to load exceptions (" + exceptions.error().message() + ")");
  }
  if (options.exceptions_within_policies) {
    exceptions->exceptions.insert(exceptions->exceptions.end(), loaded.exceptions.begin(),
                                  loaded.exceptions.end());
    exceptions->cel_exceptions.insert(exceptions->cel_exceptions.end(), loaded.cel_exceptions.begin(),
                                      loaded.cel_exceptions.end());
  }
  EPHOR_ASSIGN(workspace.cel_context, CelContext::Load(options.context_file));
  session.cel_world = workspace.cel_context->In(session.world);
  workspace.exceptions = exceptions->exceptions.size() + exceptions->cel_exceptions.size();
  workspace.rules = CountCelPolicies(loaded) + loaded.cleanup_policies.size();
  for (const auto& policy : loaded.policies) workspace.rules += policy->effective_rules.size();
  workspace.invalid = SetPolicies(std::move(loaded), *std::move(exceptions), session);
  session.cel.parameters = AllObjects({&parameters}, workspace.arena);
  return made;
}

std::string Workspace::Complaints() const {
  std::string text;
  for (const source::PolicyProblem& problem : problems) {
    text += "Error: failed to load policies (" + problem.Description() + ")\n";
  }
  for (const InvalidPolicy& policy : invalid) {
    text += "Error: invalid policy " + policy.name + ": " + policy.reason + "\n";
  }
  return text;
}

}  // namespace ephor::cli
