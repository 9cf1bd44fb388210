// One policy written in CEL on one object, for the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/cel/exceptions.h"
#include "engine/request.h"
#include "engine/response.h"
#include "json/builder.h"
#include "policy/decode_for_test.h"
#include "yaml/load.h"

namespace ephor::engine {

// A policy of a kind of policies.kyverno.io, named "p"; the spec is indented by two.
template <class Source>
Result<std::shared_ptr<const Source>> DecodeCelPolicy(std::string_view kind, std::string_view spec) {
  const bool namespaced = kind.starts_with("Namespaced");
  return policy::Decode<Source>(policy::ParseForTest(
      "apiVersion: policies.kyverno.io/v1\nkind: " + std::string(kind) + "\nmetadata: {name: p" +
      (namespaced ? ", namespace: own" : "") + "}\nspec:\n" + std::string(spec)));
}

// An exception "ns/e" to that policy; `more` are lines of its spec, indented by two.
inline std::vector<std::shared_ptr<const policy::CelPolicyException>> CelExceptionForTest(
    std::string_view kind, std::string_view more) {
  auto exception = policy::Decode<policy::CelPolicyException>(policy::ParseForTest(
      "apiVersion: policies.kyverno.io/v1beta1\nkind: PolicyException\nmetadata: {name: e, namespace: ns}\n"
      "spec:\n  policyRefs: [{name: p, kind: " +
      std::string(kind) + "}]\n" + std::string(more)));
  EXPECT_TRUE(exception) << exception.error().message();
  return {*exception};
}

// The request that creates an object of a kind known under a resource name.
inline Request CreationOf(const json::Value& object, std::string_view resource, Arena& arena) {
  Request request;
  request.kind = kube::ParseGroupVersionKind(object.StringAt("apiVersion"), object.StringAt("kind"));
  request.resource = {request.kind.group, request.kind.version, resource};
  request.operation = "CREATE";
  request.object = Resource(object);
  request.namespace_ = request.object.namespace_;
  request.name = request.object.name;
  json::ObjectBuilder variables(arena);
  variables.Set("operation", json::Value::String("CREATE"));
  variables.Set("object", object);
  request.variables = variables.Build();
  return request;
}

// "RULE STATUS MESSAGE key=value" of each rule; "" where there is none.
inline std::string RulesText(const PolicyResponse& response) {
  std::string text;
  for (const RuleResponse& rule : response.rules) {
    text.append(rule.name).append(" ").append(ToString(rule.status)).append(" ").append(rule.message);
    for (const Property& property : rule.properties) {
      text.append(" ").append(property.key).append("=").append(property.value);
    }
  }
  return text;
}

}  // namespace ephor::engine
