#include "cli/workspace.h"

#include "cli/apply_input.h"
#include "cli/context.h"
#include "cli/http_options.h"
#include "source/cluster_resources.h"

namespace ephor::cli {

Result<std::unique_ptr<Workspace>> Workspace::Load(const ApplyOptions& options, const Context& context) {
  EPHOR_ASSIGN(net::HttpServiceOptions http, HttpOptionsOf({}, {}));
  auto made = std::make_unique<Workspace>(std::move(http));
  Workspace& workspace = *made;
  Session& session = workspace.session;
  session.world = workspace.world.ports();
  EPHOR_TRY(LoadUser(options, context, session));
  EPHOR_TRY(LoadValues(options, context, session));
  source::LoadedPolicies loaded = source::LoadPolicies(options.policies, context.in);
  workspace.problems = std::move(loaded.problems);
  EPHOR_ASSIGN(workspace.input, LoadResources(options, context));
  for (const std::string& path : options.crd_paths) {
    EPHOR_TRY(source::LoadCustomKinds(path, session.custom_kinds));
  }
  session.world.custom_types = &session.custom_kinds;
  EPHOR_ASSIGN(workspace.beside, LoadBeside(options));
  workspace.cluster = std::make_unique<source::LocalCluster>(
      [&workspace](Arena& arena) { return AllObjects({&workspace.input, &workspace.beside}, arena); },
      source::LocalCluster::Answers::kAsReferenceOffline, &session.custom_kinds);
  if (!workspace.input.documents().empty() || !workspace.beside.documents().empty()) {
    session.world.cluster = workspace.cluster.get();
    EPHOR_ASSIGN(workspace.global_context,
                 LocalGlobalContext::Of(workspace.input, session.world, workspace.arena));
    if (!workspace.global_context.empty()) session.world.global_context = &workspace.global_context;
  }
  auto exceptions = options.exceptions_within_resources ? ExceptionsAmong(workspace.input)
                                                        : source::LoadExceptions(options.exceptions);
  if (!exceptions) return InvalidInput("failed to load exceptions (" + exceptions.error().message() + ")");
  if (options.exceptions_within_policies) {
    exceptions->exceptions.insert(exceptions->exceptions.end(), loaded.exceptions.begin(),
                                  loaded.exceptions.end());
    exceptions->cel_exceptions.insert(exceptions->cel_exceptions.end(), loaded.cel_exceptions.begin(),
                                      loaded.cel_exceptions.end());
  }
  EPHOR_ASSIGN(workspace.cel_context, CelContext::Load(options.context_file));
  session.cel_world = workspace.cel_context->In(session.world);
  workspace.invalid = SetPolicies(std::move(loaded), *std::move(exceptions), session);
  EPHOR_ASSIGN(workspace.parameters, LoadParameters(options));
  session.cel.parameters = AllObjects({&workspace.parameters}, workspace.arena);
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
