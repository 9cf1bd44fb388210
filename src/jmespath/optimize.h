// Makes a program faster without changing what it gives.
#pragma once

#include "jmespath/program.h"

namespace ephor::jmespath {

// Joins chains of fields into one step and a flattening with the projection over it. Printing still shows the
// tree as it was written.
void Optimize(Program& program);

// How many times a value of the input can stand in the result of a program, at most; saturates.
std::uint64_t FanOut(const Program& program);

}  // namespace ephor::jmespath
