// Why a rule or an exception matches a request or does not, told to an observer.
#pragma once

#include <string_view>

#include "engine/exceptions.h"
#include "engine/match.h"
#include "engine/observe/observer.h"

namespace ephor::engine {

class Context;

// Tells of `match`, and where that matches of `exclude`: each filter with the first of its criteria that does
// not match. Asks the functions that decide; the details are in the arena.
void TellMatch(const Match& match, const Request& request, Arena& arena, Observer& observer);

// The same for an exception, within a step that the caller has begun.
void TellExceptionMatch(const CompiledException& exception, const Request& request, Arena& arena,
                        Observer& observer);

}  // namespace ephor::engine
