// Objects from YAML, for the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "policy/decode.h"
#include "yaml/load.h"

namespace ephor::policy {

// The first document of a text that is valid YAML.
inline SourceDocument ParseForTest(std::string_view text) {
  auto source = std::make_shared<SourceText>();
  source->name = "policy.yaml";
  source->bytes = text;
  SourceDocument document;
  yaml::LoadAll(
      source->bytes, source->arena,
      [&](Result<yaml::Document> read) {
        EXPECT_TRUE(read) << (read ? "" : read.error().message());
        if (read) {
          document.root = read->root;
          document.line = read->line;
        }
        return false;
      },
      &source->positions);
  document.text = source;
  return document;
}

// A ClusterPolicy of kyverno.io/v1 with this spec, which is indented by two.
inline std::string ClusterPolicyYaml(std::string_view spec) {
  return std::string("apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: p\nspec:\n")
      .append(spec);
}

inline std::shared_ptr<const Policy> DecodeForTest(std::string_view yaml) {
  Result<std::shared_ptr<const Policy>> policy = Decode<Policy>(ParseForTest(yaml));
  EXPECT_TRUE(policy) << (policy ? "" : policy.error().message());
  return policy ? *policy : nullptr;
}

}  // namespace ephor::policy
