// Policies as an OCI image, in the reference's format: one layer a policy.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "policy/types.h"
#include "registry/client.h"

namespace ephor::source {

// A name of an image, complete: "ghcr.io/team/policies:v1".
struct ImageName {
  registry::Repository repository;
  std::string identifier;  // a tag or a digest

  // Fails with: could not parse reference: <text>
  static Result<ImageName> Parse(std::string_view text);
  std::string ToString() const;
};

// Makes an image of the policies and pushes it. Errors are the registry's.
Result<void> PushPolicies(registry::Client& client, const ImageName& image,
                          std::span<const std::shared_ptr<const policy::Policy>> policies);

// The YAML of the policies of an image, a text a layer; layers of other types are left out. At most 10,000
// layers of 64 MiB together.
Result<std::vector<std::string>> PullPolicies(registry::Client& client, const ImageName& image);

// A policy's document as YAML, with its keys sorted.
std::string PolicyYaml(const policy::Policy& policy);

}  // namespace ephor::source
