#include "convert/generation_proof.h"

#include <algorithm>
#include <string>
#include <vector>

#include "convert/sample_cluster.h"
#include "engine/context.h"
#include "engine/generate/generate.h"
#include "json/builder.h"
#include "yaml/emit.h"

namespace ephor::convert {
namespace {

// An object without what its creator and the API server write into it.
json::Value Content(const json::Value& object, Arena& arena) {
  const json::Value* found = object.Find("metadata");
  if (found == nullptr || !found->is_object()) return object;
  json::Value metadata = *found;
  for (const std::string_view key :
       {"uid", "selfLink", "creationTimestamp", "managedFields", "resourceVersion"})
    metadata = json::WithoutMember(metadata, json::Key(key), arena);
  if (const json::Value* labels = metadata.Find("labels"); labels != nullptr && labels->is_object()) {
    json::ObjectBuilder own(arena);
    for (const json::Member& label : labels->members()) {
      const std::string_view key = label.key();
      if (!key.starts_with("generate.kyverno.io/") && key != "app.kubernetes.io/managed-by")
        own.Set(key, label.value);
    }
    metadata = own.empty() ? json::WithoutMember(metadata, "labels", arena)
                           : json::WithMember(metadata, "labels", own.Build(), arena);
  }
  return json::WithMember(object, "metadata", metadata, arena);
}

// As text, each object a document, in an order that does not depend on who made them.
std::string Described(std::span<const json::Value> objects, Arena& arena) {
  std::vector<std::string> documents;
  for (const json::Value& object : objects) yaml::Emit(Content(object, arena), documents.emplace_back());
  std::ranges::sort(documents);
  std::string all;
  for (const std::string& document : documents) all += "\n" + document;
  return all;
}

std::string MadeByRules(const ProofInput& input, const engine::PolicySet& set, const Sample& sample,
                        const engine::Request& request, Arena& arena) {
  const ports::World world;
  engine::Context context(arena, world);
  engine::SetRequestVariables(request, context);
  const engine::PolicyResponse response =
      engine::Generate(*input.policy, request, sample.sources, context, set);
  ArenaVector<json::Value> objects(arena);
  for (const engine::RuleResponse& rule : response.rules) {
    for (const json::Value& object : rule.generated) objects.push_back(object);
  }
  return Described(objects.span(), arena);
}

std::string MadeByPolicies(const ProofInput& input, const Sample& sample, const engine::Request& request,
                           Arena& arena) {
  const SampleCluster cluster(sample.sources, input.kinds);
  ports::World world;
  world.cluster = &cluster;
  ArenaVector<json::Value> objects(arena);
  for (const auto& policy : input.generating) {
    for (const engine::RuleResponse& rule : engine::Generate(*policy, request, world, arena).rules) {
      for (const json::Value& object : rule.generated) objects.push_back(object);
    }
  }
  return Described(objects.span(), arena);
}

}  // namespace

std::optional<Counterexample> CompareGenerations(const ProofInput& input, const engine::PolicySet& set,
                                                 const Sample& sample, const engine::Request& request,
                                                 bool are_asked, Arena& arena, std::size_t& made) {
  const std::string by_rule = MadeByRules(input, set, sample, request, arena);
  const std::string by_policy = are_asked ? MadeByPolicies(input, sample, request, arena) : "";
  made += !by_rule.empty();
  if (by_rule == by_policy) return std::nullopt;
  Counterexample example;
  yaml::Emit(sample.object, example.object);
  example.operation = sample.operation;
  example.by_rule = by_rule.empty() ? "nothing is made" : by_rule;
  example.by_policy = by_policy.empty() ? "nothing is made" : by_policy;
  return example;
}

}  // namespace ephor::convert
