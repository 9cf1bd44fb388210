// One policy on one object, for the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/evaluate.h"
#include "engine/generate/generate.h"
#include "engine/images.h"
#include "engine/observe/trace.h"
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
  const ports::Cluster* cluster = nullptr;
};

// A policy and a request, made of YAML texts; the policy is the spec of a ClusterPolicy, indented by two.
class EvaluationForTest {
 public:
  EvaluationForTest(std::string_view spec, const TestRequest& test, std::string_view exception = {})
      : world_{.cluster = test.cluster},
        policy_(std::make_shared<CompiledPolicy>(policy::DecodeForTest(policy::ClusterPolicyYaml(spec)))),
        set_({policy_}, Exceptions(exception)),
        request_(MakeRequest(test)),
        images_(request_.object.object, configuration_) {
    SetRequestVariables(request_, context_);
    context_.Add(images_);
  }

  PolicyResponse Validate() {
    return Watched([&] { return engine::Validate(*policy_, request_, context_, set_); });
  }
  PolicyResponse Generate(std::span<const json::Value> sources = {}) {
    return Watched([&] { return engine::Generate(*policy_, request_, sources, context_, set_); });
  }
  PolicyResponse Mutate() {
    return Watched([&] { return engine::Mutate(*policy_, request_, context_, set_); });
  }

  // What an observer is told of it. The trees are valid as long as this.
  const std::vector<TraceNode>& Explain() {
    return ExplainThe([&] { engine::Validate(*policy_, request_, context_, set_); });
  }
  const std::vector<TraceNode>& ExplainMutation() {
    return ExplainThe([&] { engine::Mutate(*policy_, request_, context_, set_); });
  }

  // A line "RULE STATUS MESSAGE" for each rule that had something to say.
  static std::vector<std::string> Lines(const PolicyResponse& response) {
    std::vector<std::string> lines;
    for (const RuleResponse& rule : response.rules) {
      std::string line(rule.rule->name);
      line += ' ';
      line += ToString(rule.status);
      line += ' ';
      line += rule.message;
      lines.push_back(line);
    }
    return lines;
  }

  // The same of what an observer was told.
  static std::vector<std::string> Lines(const Trace& trace) {
    std::vector<std::string> lines;
    for (const TraceNode& policy : trace.roots()) {
      for (const TraceNode& rule : policy.children) {
        if (rule.kind != StepKind::kRule || rule.verdict == Verdict::kNone) continue;
        lines.push_back(rule.name + " " + std::string(ToString(rule.verdict)) + " " + rule.message);
      }
    }
    return lines;
  }

  json::Value Load(std::string_view yaml) {
    if (yaml.empty()) return json::Value();
    auto loaded = yaml::Load(yaml, arena_);
    EXPECT_TRUE(loaded) << loaded.error().message();
    return *loaded;
  }
  Arena& arena() { return arena_; }

 private:
  // Evaluations are also made under an observer, which must change nothing and be told the same; but for
  // those with a cluster, whose tests count what it is asked.
  template <class Evaluate>
  PolicyResponse Watched(Evaluate evaluate) {
    if (world_.cluster != nullptr) return evaluate();
    const Places nowhere;
    Trace trace(nowhere, nowhere);
    context_.set_observer(&trace);
    const std::vector<std::string> watched = Lines(evaluate());
    context_.set_observer(nullptr);
    const PolicyResponse response = evaluate();
    EXPECT_EQ(watched, Lines(response));
    EXPECT_EQ(Lines(trace), Lines(response));
    return response;
  }

  template <class Evaluate>
  const std::vector<TraceNode>& ExplainThe(Evaluate evaluate) {
    places_.AddPolicy(policy_->source());
    context_.set_observer(&trace_);
    evaluate();
    context_.set_observer(nullptr);
    return trace_.roots();
  }

  static std::vector<std::shared_ptr<const CompiledException>> Exceptions(std::string_view exception) {
    if (exception.empty()) return {};
    auto decoded = policy::Decode<policy::PolicyException>(policy::ParseForTest(exception));
    EXPECT_TRUE(decoded) << decoded.error().message();
    return {std::make_shared<CompiledException>(*decoded)};
  }

  Request MakeRequest(const TestRequest& test) {
    Request request;
    const json::Value object = Load(test.object);
    request.object = Resource(test.operation == "DELETE" ? json::Value() : object);
    request.old_object = Resource(test.operation == "DELETE" ? object : Load(test.old_object));
    request.kind = kube::ParseGroupVersionKind(object.StringAt("apiVersion"), object.StringAt("kind"));
    request.subresource = test.subresource;
    request.operation = test.operation;
    request.requester.username = test.username;
    request.namespace_labels = Load(test.namespace_labels);
    json::ObjectBuilder variables(arena_);
    variables.Set("object", request.object.object);
    variables.Set("oldObject", request.old_object.object);
    variables.Set("operation", json::Value::String(test.operation));
    variables.Set("namespace", json::Value::String(request.subject().namespace_));
    request.variables = variables.Build();
    return request;
  }

  Arena arena_;
  ports::World world_;
  Configuration configuration_;
  std::shared_ptr<CompiledPolicy> policy_;
  PolicySet set_;
  Request request_;
  ImagesLoader images_;
  Context context_{arena_, world_};
  Places places_;
  Trace trace_{places_, places_};
};

inline std::vector<std::string> EvaluateForTest(std::string_view spec, const TestRequest& test,
                                                std::string_view exception = {}) {
  EvaluationForTest evaluation(spec, test, exception);
  return EvaluationForTest::Lines(evaluation.Validate());
}

}  // namespace ephor::engine
