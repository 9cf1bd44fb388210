// What the commands that judge are given: a session with the resources that it judges.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "cli/apply_options.h"
#include "cli/cel_context.h"
#include "cli/local_global_context.h"
#include "cli/session.h"
#include "cli/system_world.h"
#include "source/local_cluster.h"
#include "source/policies.h"
#include "source/resources.h"

namespace ephor::cli {

struct Context;

// Read once for all that judge them.
struct GivenResources {
  source::ResourceInput input;       // what is judged
  source::ResourceInput beside;      // what is there besides
  source::ResourceInput parameters;  // of admission policies

  static Result<std::shared_ptr<const GivenResources>> Load(const ApplyOptions& options,
                                                            const Context& context);
};

// Read once; the session may then be used from any thread. Stays where it is: the parts refer to each other.
struct Workspace {
  explicit Workspace(net::HttpServiceOptions http) : world(std::move(http)) {}

  SystemWorld world;
  Session session;
  std::shared_ptr<const GivenResources> resources;
  std::unique_ptr<source::LocalCluster> cluster;
  Arena arena;  // of what follows
  LocalGlobalContext global_context;
  std::unique_ptr<CelContext> cel_context;
  std::vector<InvalidPolicy> invalid;
  std::vector<source::PolicyProblem> problems;  // of policy files
  // As they were given: of all policies, one for each that is not of kyverno.io; and of both groups.
  std::size_t rules = 0, exceptions = 0;

  // From the policies, exceptions, values and user that the options name, and the resources: those given, or
  // else those that the options name. Fails with the first thing without which no result would mean anything;
  // a policy that cannot be had is told of in `problems`, and what else is there is judged.
  static Result<std::unique_ptr<Workspace>> Load(const ApplyOptions& options,
                                                 std::shared_ptr<const GivenResources> resources,
                                                 const Context& context);

  // A line for each policy that is left out.
  std::string Complaints() const;
};

}  // namespace ephor::cli
