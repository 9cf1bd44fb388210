// What the expressions of policies must give.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cel/check/type.h"

namespace ephor::engine {

// By the checked type: dyn is none of them but kAny.
enum class CelOutput : std::uint8_t { kAny, kBool, kString, kStringOrNull, kList, kMap, kObject, kPatches };

bool Gives(const cel::Type& type, CelOutput output);
// What is wrong with an expression of another type, in Kyverno's words: "output is expected to be of type
// bool".
std::string ExpectedOutput(CelOutput output);
// In Kubernetes': "must evaluate to bool but got dyn".
std::string MustEvaluateTo(CelOutput output, const cel::Type& type);

}  // namespace ephor::engine
