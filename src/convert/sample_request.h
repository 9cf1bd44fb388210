// A sample as the request that both sides judge.
#pragma once

#include "base/arena.h"
#include "convert/samples.h"
#include "engine/request.h"

namespace ephor::convert {

// In the arena and the sample.
engine::Request MakeRequest(const Sample& sample, Arena& arena);

// An object that is created or updated by somebody.
Sample GivenSample(const json::Value& object, const KnownKinds& kinds, std::string_view operation);

}  // namespace ephor::convert
