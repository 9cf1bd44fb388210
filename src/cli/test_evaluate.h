// One test of `ephor test`: its input loaded and judged.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "cli/cel_context.h"
#include "cli/recorded_calls.h"
#include "cli/recorded_global_context.h"
#include "cli/session.h"
#include "cli/system_world.h"
#include "engine/observe/coverage.h"
#include "engine/response.h"
#include "ports/cluster.h"
#include "source/test_case.h"

namespace ephor::cli {

struct Context;

// The responses of one run over all resources: entry i belongs to resource i.
using RunResponses = std::vector<std::vector<engine::PolicyResponse>>;

// What rows know an object by: "apiVersion,kind,namespace,name".
std::string KeyOf(const json::Value& resource);

// What a test's rows are compared with. Owns everything that the responses point into.
struct TestResponses {
  std::unique_ptr<SystemWorld> world;
  std::unique_ptr<RecordedCalls> calls;                   // null where the test gives none
  std::unique_ptr<RecordedGlobalContext> global_context;  // the same
  std::unique_ptr<CelContext> cel_context;
  std::unique_ptr<Session> session;
  std::vector<std::unique_ptr<Arena>> arenas;
  std::unique_ptr<ports::Cluster> cluster;
  std::vector<std::string> keys;         // of each resource, in load order; then the paths of payloads
  std::vector<std::string> target_keys;  // of each object that is only there to be changed
  RunResponses by_default;
  std::map<std::string, RunResponses> by_operation;  // for rows that name an operation
  std::vector<InvalidPolicy> invalid;

  // The run that a row is compared with.
  const RunResponses* RunOf(const std::string& operation) const;
};

// Prints the steps as it takes them. Rules may ask image registries where that is said. What the test
// exercises of its policies is added to `coverage`, where that is not null.
Result<TestResponses> EvaluateTest(const source::TestCase& test, const Context& context,
                                   bool asks_registries = false, engine::CoverageReport* coverage = nullptr);

}  // namespace ephor::cli
