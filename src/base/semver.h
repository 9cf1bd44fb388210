// Semantic versions and version ranges, as the Go package blang/semver/v4 reads and orders them.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/comparison.h"
#include "base/result.h"

namespace ephor {

struct SemanticVersion {
  std::uint64_t major = 0, minor = 0, patch = 0;
  std::vector<std::string> prerelease;
  std::vector<std::string> build;

  // Strict: MAJOR.MINOR.PATCH[-pre][+build], no leading "v", no leading zeros.
  static Result<SemanticVersion> Parse(std::string_view text);
  // Precedence of SemVer 2; build metadata is ignored.
  std::weak_ordering operator<=>(const SemanticVersion& other) const;
  bool operator==(const SemanticVersion& other) const { return (*this <=> other) == 0; }
  std::string ToString() const;
};

// ">=1.0.0 <2.0.0 || 3.x": space is AND, "||" is OR, x is a wildcard of minor or patch.
class VersionRange {
 public:
  static Result<VersionRange> Parse(std::string_view text);
  bool Contains(const SemanticVersion& version) const;

 private:
  struct Bound {
    Comparison comparison;
    SemanticVersion version;
  };
  std::vector<std::vector<Bound>> alternatives_;  // OR of ANDs
};

}  // namespace ephor
