// One test of `ephor test`: its input loaded and judged.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "cli/session.h"
#include "cli/system_world.h"
#include "engine/response.h"
#include "source/test_case.h"

namespace ephor::cli {

struct Context;

// The responses of one run over all resources: entry i belongs to resource i.
using RunResponses = std::vector<std::vector<engine::PolicyResponse>>;

// What a test's rows are compared with. Owns everything that the responses point into.
struct TestResponses {
  std::unique_ptr<SystemWorld> world;
  std::unique_ptr<Session> session;
  std::vector<std::unique_ptr<Arena>> arenas;
  std::vector<std::string> keys;  // "apiVersion,kind,namespace,name" of each resource, in load order
  RunResponses by_default;
  std::map<std::string, RunResponses> by_operation;  // for rows that name an operation
  std::vector<InvalidPolicy> invalid;

  // The run that a row is compared with.
  const RunResponses* RunOf(const std::string& operation) const;
};

// Prints the steps as it takes them.
Result<TestResponses> EvaluateTest(const source::TestCase& test, const Context& context);

}  // namespace ephor::cli
