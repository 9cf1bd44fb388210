// One policy on one object, for the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/evaluate.h"
#include "engine/images.h"
#include "engine/policy_set.h"
#include "json/builder.h"
#include "policy/decode_for_test.h"
#include "yaml/load.h"

namespace ephor::engine {

struct TestRequest {
  std::string_view object;
  std::string_view operation = "CREATE";
  std::string_view old_object = {};
  std::string_view username = {};
  std::string_view subresource = {};
  std::string_view namespace_labels = {};
};

// A line "RULE STATUS MESSAGE" for each rule that had something to say. Texts are YAML; the policy is the
// spec of a ClusterPolicy, indented by two.
inline std::vector<std::string> EvaluateForTest(std::string_view spec, const TestRequest& test,
                                                std::string_view exception = {}) {
  const auto policy =
      std::make_shared<CompiledPolicy>(policy::DecodeForTest(policy::ClusterPolicyYaml(spec)));
  std::vector<std::shared_ptr<const CompiledException>> exceptions;
  if (!exception.empty()) {
    auto decoded = policy::DecodePolicyException(policy::ParseForTest(exception));
    EXPECT_TRUE(decoded) << decoded.error().message();
    exceptions.push_back(std::make_shared<CompiledException>(*decoded));
  }
  const PolicySet set({policy}, exceptions);

  Arena arena;
  const auto value = [&](std::string_view yaml) {
    if (yaml.empty()) return json::Value();
    auto loaded = yaml::Load(yaml, arena);
    EXPECT_TRUE(loaded) << loaded.error().message();
    return *loaded;
  };
  Request request;
  const json::Value object = value(test.object);
  request.object = Resource(test.operation == "DELETE" ? json::Value() : object);
  request.old_object = Resource(test.operation == "DELETE" ? object : value(test.old_object));
  request.kind = kube::ParseGroupVersionKind(object.StringAt("apiVersion"), object.StringAt("kind"));
  request.subresource = test.subresource;
  request.operation = test.operation;
  request.requester.username = test.username;
  request.namespace_labels = value(test.namespace_labels);
  json::ObjectBuilder variables(arena);
  variables.Set("object", request.object.object);
  variables.Set("oldObject", request.old_object.object);
  variables.Set("operation", json::Value::String(test.operation));
  variables.Set("namespace", json::Value::String(request.subject().namespace_));
  request.variables = variables.Build();

  const ports::World world;
  const Configuration configuration;
  Context context(arena, world);
  SetRequestVariables(request, context);
  const ImagesLoader images(request.object.object, configuration);
  context.Add(images);
  std::vector<std::string> lines;
  for (const RuleResponse& rule : Validate(*policy, request, context, set).rules) {
    std::string line(rule.rule->name);
    line += ' ';
    line += ToString(rule.status);
    line += ' ';
    line += rule.message;
    lines.push_back(line);
  }
  return lines;
}

}  // namespace ephor::engine
