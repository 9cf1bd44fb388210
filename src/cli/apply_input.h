// What `apply` reads before it judges: its arguments' sense, and the files that they name.
#pragma once

#include <initializer_list>
#include <memory>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "cli/apply_options.h"
#include "json/value.h"
#include "policy/types.h"
#include "source/policies.h"
#include "source/resources.h"

namespace ephor::cli {

struct Context;
struct Session;

// Whether the options go together, and ask for nothing that is not there yet.
Result<void> CheckArguments(const ApplyOptions& options);

// Sets the session's user and values. Warnings about old schemas are printed.
Result<void> LoadUser(const ApplyOptions& options, const Context& context, Session& session);
Result<void> LoadValues(const ApplyOptions& options, const Context& context, Session& session);

// The resources to be judged. Files that cannot be read are told of and left out.
Result<source::ResourceInput> LoadResources(const ApplyOptions& options, const Context& context);
// Targets and parameters: not judged, but there.
Result<source::ResourceInput> LoadBeside(const ApplyOptions& options);
// The parameters alone.
Result<source::ResourceInput> LoadParameters(const ApplyOptions& options);

// All objects of inputs, in the arena. Those that cannot be decoded are left out: who judges them reports
// them.
std::vector<json::Value> AllObjects(std::initializer_list<const source::ResourceInput*> inputs, Arena& arena);

// The exceptions among the resources. Documents that name the kind are read once more for it.
Result<source::LoadedExceptions> ExceptionsAmong(const source::ResourceInput& input);

}  // namespace ephor::cli
