#include "convert/targets_proof.h"

#include <algorithm>
#include <vector>

#include "convert/sample_cluster.h"
#include "convert/sample_request.h"
#include "engine/context.h"
#include "engine/evaluate.h"
#include "json/builder.h"
#include "yaml/emit.h"

namespace ephor::convert {
namespace {

bool IsSame(const json::Value& a, const json::Value& b) {
  return a.StringAt("kind") == b.StringAt("kind") &&
         a.StringAt("metadata", "name") == b.StringAt("metadata", "name") &&
         a.StringAt("metadata", "namespace") == b.StringAt("metadata", "namespace");
}

// The objects of a cluster while some of them are changed.
class Objects {
 public:
  explicit Objects(std::span<const json::Value> objects) : objects_(objects.begin(), objects.end()) {}

  void Change(const engine::PolicyResponse& response) {
    for (const engine::RuleResponse& rule : response.rules) {
      for (json::Value& object : objects_) {
        if (rule.patched_target.is_object() && IsSame(object, rule.patched_target))
          object = rule.patched_target;
      }
    }
  }
  std::string Text() const {
    std::string text;
    for (const json::Value& object : objects_) {
      text += '\n';
      yaml::Emit(object, text);
    }
    return text;
  }

 private:
  std::vector<json::Value> objects_;
};

std::string ByRules(const ProofInput& input, const engine::PolicySet& set, const Sample& sample,
                    const engine::Request& request, const ports::World& world, Arena& arena) {
  engine::Context context(arena, world);
  engine::SetRequestVariables(request, context);
  std::vector<std::uint32_t> rules;
  const std::span<const policy::Rule> effective = input.policy->source().effective_rules;
  for (std::uint32_t i = 0; i < effective.size(); ++i) {
    if (std::ranges::count(input.origins, effective[i].origin) > 0) rules.push_back(i);
  }
  Objects objects(sample.sources);
  objects.Change(engine::Mutate(*input.policy, rules, request, context, set));
  return objects.Text();
}

bool IsAmong(const json::Value& targets, const json::Value& object) {
  const json::Value* items = targets.Find("items");
  if (items == nullptr) return IsSame(targets, object);
  return std::ranges::any_of(items->items(), [&](const json::Value& item) { return IsSame(item, object); });
}

std::string ByPolicies(const ProofInput& input, const Sample& sample, const engine::Request& request,
                       const ports::World& world, Arena& arena) {
  Objects objects(sample.sources);
  const auto apply = [&](const engine::CompiledMutatingPolicy& policy) {
    const auto triggers = engine::MatchesTrigger(policy, request, world, arena);
    if (!triggers || !*triggers) return;
    const auto targets = engine::FindTargets(policy, request, world, arena);
    if (!targets) return;
    for (const json::Value& object : sample.sources) {
      const engine::Request target = MakeRequest(GivenSample(object, input.kinds, "UPDATE"), arena);
      const auto matches = engine::MatchesTarget(policy, target);
      if (IsAmong(*targets, object) && matches && *matches)
        objects.Change(engine::MutateTarget(policy, request, object, world, arena));
    }
  };
  for (const auto& policy : input.mutating) {
    apply(*policy);
    for (const auto& variant : policy->variants()) apply(*variant);
  }
  return objects.Text();
}

}  // namespace

std::optional<Counterexample> CompareTargets(const ProofInput& input, const engine::PolicySet& set,
                                             const Sample& sample, engine::Request request, bool are_asked,
                                             Arena& arena, std::size_t& changed) {
  // A rule that does not name deletions is not asked about them; one that does is not converted.
  if (sample.operation == "DELETE") return std::nullopt;
  const SampleCluster cluster(sample.sources, input.kinds);
  ports::World world;
  world.cluster = &cluster;
  request.is_admission = false;  // it changes other objects after the answer
  const std::string before = Objects(sample.sources).Text();
  const std::string by_rule = ByRules(input, set, sample, request, world, arena);
  const std::string by_policy = are_asked ? ByPolicies(input, sample, request, world, arena) : before;
  changed += by_rule != before;
  if (by_rule == by_policy) return std::nullopt;
  Counterexample example;
  yaml::Emit(sample.object, example.object);
  example.operation = sample.operation;
  example.by_rule = by_rule;
  example.by_policy = by_policy;
  return example;
}

}  // namespace ephor::convert
