// The manifest of a test (kind Test of cli.kyverno.io): what `ephor test` is to do, and what must come out.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"
#include "source/values.h"

namespace ephor::source {

struct ResourceSpec {
  std::string group, version, kind, namespace_, subresource, name;
};

// A row of expectations.
struct ExpectedResult {
  std::string policy;  // name or namespace/name
  std::string rule;    // "" for every rule of the policy
  std::string kind;
  bool has_resources = false;  // written, even as an empty list
  std::vector<std::string> resources;
  std::vector<ResourceSpec> resource_specs;
  std::string result;     // pass, fail, skip, warn, error
  std::string operation;  // CREATE, UPDATE, DELETE or ""
  std::string patched_resources;
  std::string generated_resource;
  std::vector<std::string> generated_resources;
  std::string clone_source_resource;
  bool fail_on_missing_resources = false;
  bool is_deleting_policy = false;
  SourcePosition place;  // in the test's file
};

struct TestCase {
  std::string path;  // of the file
  // What stands before the path as users know it: the folder that a repository was fetched to.
  std::string root;

  std::string_view shown_path() const { return std::string_view(path).substr(root.size()); }

  std::string api_version, kind, name;
  std::vector<std::string> policies, resources, target_resources, param_resources, exceptions;
  std::vector<std::string> json_payloads, http_payloads, envoy_payloads, cluster_resources;
  std::string variables, userinfo, context;
  std::optional<Values> values;  // inline; then `variables` is ignored
  const json::Value* api_call_responses = nullptr;
  const json::Value* global_context_entries = nullptr;
  std::vector<ExpectedResult> results;

  std::shared_ptr<Arena> arena;  // what the values point into
};

// The tests of one file, in order. A bad document ends the reading: the tests before it come with the error.
struct TestFile {
  std::vector<TestCase> tests;
  std::optional<Error> error;
};
TestFile LoadTestFile(const std::string& path);
TestFile LoadTestText(const std::string& path, std::string_view text);

}  // namespace ephor::source
