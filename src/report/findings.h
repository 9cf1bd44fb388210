// Results with the places they speak of, in formats that code hosts and CI systems show: SARIF and JUnit.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "report/sink.h"

namespace ephor::report {

struct Place {
  std::string file;  // "" where there is none
  SourcePosition position;
};

// One result.
struct Finding {
  std::string policy;       // name, or namespace/name
  std::string rule;         // "" for policies without named rules
  std::string description;  // of the policy
  std::string category;
  std::string severity;
  std::string status;  // pass, fail, warn, error or skip
  std::string message;
  std::string resource;  // "namespace/Kind/name"
  Place manifest;        // the field at fault, or the object
  Place rule_place;      // the rule in its policy
};

// SARIF 2.1.0 (OASIS), one log with one run: what failed, what only warns, and errors. A rule's place is a
// related location of each of its results. `version` is the program's.
void WriteSarif(std::span<const Finding> findings, std::string_view version, const Sink& sink);

// JUnit as Ant's task writes it, with the attributes file and line that most readers know: a suite for each
// policy in the order of their first results, a case for each result.
void WriteJunit(std::span<const Finding> findings, const Sink& sink);

}  // namespace ephor::report
