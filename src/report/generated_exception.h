// PolicyExceptions that would let pass what failed.
#pragma once

#include <string>
#include <string_view>

#include "report/policy_report.h"

namespace ephor::report {

// Appends a kyverno.io/v2beta1 PolicyException for the failed rule and its subject, after a line "---" and
// with an empty line behind it. With a time to live it is labelled to be removed after it.
void WriteGeneratedException(const Result& result, std::string_view ttl, Format format, std::string& out);

}  // namespace ephor::report
