#include "convert/proof.h"

#include <algorithm>
#include <deque>

#include "convert/documents.h"
#include "convert/generation_proof.h"
#include "convert/sample_request.h"
#include "convert/targets_proof.h"
#include "engine/context.h"
#include "engine/evaluate.h"
#include "engine/policy_set.h"
#include "json/builder.h"
#include "yaml/emit.h"

namespace ephor::convert {
namespace {

using engine::RuleStatus;

bool Refuses(RuleStatus status) {
  return status == RuleStatus::kFail || status == RuleStatus::kError;
}

// The value with the elements of lists that have names in the order of these.
json::Value InOrder(const json::Value& value, const Shape& shape, Arena& arena) {
  if (value.is_object()) {
    json::ObjectBuilder object(arena, value.size());
    for (const json::Member& member : value.members())
      object.Set(member.key(), InOrder(member.value, shape.Field(member.key()), arena));
    return object.Build();
  }
  if (!value.is_array()) return value;
  std::vector<json::Value> items;
  for (const json::Value& item : value.items()) items.push_back(InOrder(item, shape.Element(), arena));
  if (const std::string_view key = shape.ElementKey(); !key.empty())
    std::ranges::stable_sort(items, {}, [&](const json::Value& item) { return item.StringAt(key); });
  json::ArrayBuilder list(arena, items.size());
  for (const json::Value& item : items) list.Add(item);
  return list.Build();
}

// Policies in a namespace are asked about its objects alone, by whoever evaluates them.
bool Selects(const ProofInput& input, const engine::Request& request) {
  const policy::Policy& policy = input.policy->source();
  return !policy.is_namespaced() || request.namespace_ == NamespaceOf(policy);
}

// Of all samples together, so that those of large rules are fewer.
constexpr std::size_t kMostChoices = 4'000'000;

// What one side says: of several rules the first that refuses.
struct Verdict {
  bool refused = false;
  bool failed = false;  // and not by an error
  std::string_view message;
  std::string_view status = "nothing";
  const policy::Rule* rule = nullptr;  // of a rule's
};

// Whether a rule says the message. Where the rule has none of its own it names itself, and one made for pod
// controllers has another name than the rule that it was made from.
bool Says(const Verdict& verdict, std::string_view message, std::span<const policy::Rule> rules) {
  if (verdict.message.find(message) != std::string_view::npos) return true;
  if (verdict.rule == nullptr || !verdict.rule->generated) return false;
  std::string said(verdict.message);
  const std::size_t at = said.find(verdict.rule->name);
  if (at == std::string::npos) return false;
  said.replace(at, verdict.rule->name.size(), rules[verdict.rule->origin].name);
  return said.find(message) != std::string::npos;
}

class Judge {
 public:
  explicit Judge(const ProofInput& input) : input_(input), set_({input.policy}, {}) {}

  // Nothing where both agree.
  std::optional<Counterexample> Compare(const Sample& sample, Arena& arena) {
    const engine::Request request = MakeRequest(sample, arena);
    if (!input_.generating.empty())
      return CompareGenerations(input_, set_, sample, request, Selects(input_, request), arena, refused_);
    if (!input_.mutating.empty() && input_.mutating[0]->mutates_existing())
      return CompareTargets(input_, set_, sample, request, Selects(input_, request), arena, refused_);
    if (!input_.mutating.empty()) return CompareMutations(sample, request, arena);
    const std::vector<Verdict> rules = ByRules(request, arena), policies = ByPolicies(request, arena);
    const Verdict rule = First(rules), policy = First(policies);
    bool same = rule.refused == policy.refused;
    if (same && rule.failed && policy.failed) {
      same = std::any_of(rules.begin(), rules.end(), [&](const Verdict& one) {
        return one.failed && Says(one, policy.message, input_.policy->source().spec.rules);
      });
    }
    if (same) {
      refused_ += rule.refused;
      return std::nullopt;
    }
    Counterexample example;
    yaml::Emit(sample.object, example.object);
    example.operation = sample.operation;
    if (!sample.subresource.empty()) example.operation += " of " + std::string(sample.subresource);
    const auto describe = [](const Verdict& verdict) {
      return std::string(verdict.status) +
             (verdict.message.empty() ? "" : ": " + std::string(verdict.message));
    };
    example.by_rule = describe(rule);
    example.by_policy = describe(policy);
    return example;
  }

  std::size_t refused() const { return refused_; }
  bool reordered() const { return reordered_; }

 private:
  // An object after mutation, or the error.
  struct Mutated {
    json::Value object;
    std::string error;

    std::string Text() const {
      if (!error.empty()) return "error: " + error;
      std::string text = "\n";
      yaml::Emit(object, text);
      return text;
    }
  };

  std::optional<Counterexample> CompareMutations(const Sample& sample, const engine::Request& request,
                                                 Arena& arena) {
    if (sample.operation == "DELETE") return std::nullopt;  // neither side says anything of a deletion
    const Mutated by_rule = MutatedByRules(request, arena), by_policy = MutatedByPolicies(request, arena);
    if (by_rule.error.empty() == by_policy.error.empty() &&
        (!by_rule.error.empty() || SameObject(by_rule.object, by_policy.object, sample.kind, arena))) {
      refused_ += by_rule.error.empty() && !json::Equal(by_rule.object, sample.object);
      return std::nullopt;
    }
    Counterexample example;
    yaml::Emit(sample.object, example.object);
    example.operation = sample.operation;
    example.by_rule = by_rule.Text();
    example.by_policy = by_policy.Text();
    return example;
  }

  // Apart from the order of named elements, such as containers.
  bool SameObject(const json::Value& a, const json::Value& b, const kube::GroupVersionKind& kind,
                  Arena& arena) {
    if (json::Equal(a, b)) return true;
    const Shape shape = Shape::OfObjects(std::span(&kind, 1));
    if (!json::Equal(InOrder(a, shape, arena), InOrder(b, shape, arena))) return false;
    reordered_ = true;
    return true;
  }

  Mutated MutatedByRules(const engine::Request& request, Arena& arena) {
    engine::Context context(arena, world_);
    engine::SetRequestVariables(request, context);
    std::vector<std::uint32_t> rules;
    const std::span<const policy::Rule> effective = input_.policy->source().effective_rules;
    for (std::uint32_t i = 0; i < effective.size(); ++i) {
      if (std::find(input_.origins.begin(), input_.origins.end(), effective[i].origin) !=
          input_.origins.end())
        rules.push_back(i);
    }
    const engine::PolicyResponse response = engine::Mutate(*input_.policy, rules, request, context, set_);
    for (const engine::RuleResponse& rule : response.rules) {
      if (Refuses(rule.status)) return {response.resource, std::string(rule.message)};
    }
    return {response.resource, {}};
  }

  Mutated MutatedByPolicies(const engine::Request& given, Arena& arena) {
    engine::Request request = given;
    Mutated mutated{given.object.object, {}};
    if (!Selects(input_, request)) return mutated;
    const auto apply = [&](const engine::CompiledMutatingPolicy& policy) {
      const engine::PolicyResponse response = engine::Mutate(policy, request, world_, arena);
      for (const engine::RuleResponse& rule : response.rules) {
        if (Refuses(rule.status) && mutated.error.empty()) mutated.error = std::string(rule.message);
      }
      if (response.rules.empty()) return;
      mutated.object = response.resource;
      request.object = engine::Resource(response.resource);
    };
    for (const auto& policy : input_.mutating) {
      apply(*policy);
      for (const auto& variant : policy->variants()) apply(*variant);
    }
    return mutated;
  }

  static Verdict First(std::span<const Verdict> verdicts) {
    for (const Verdict& verdict : verdicts) {
      if (verdict.refused) return verdict;
    }
    return verdicts.empty() ? Verdict() : verdicts[0];
  }

  static Verdict Of(const engine::RuleResponse& rule) {
    // validate.cel words an error of an expression as a failure.
    const bool is_error = rule.status == RuleStatus::kError ||
                          rule.message.find("' resulted in error: ") != std::string_view::npos;
    return {Refuses(rule.status), rule.status == RuleStatus::kFail && !is_error, rule.message,
            engine::ToString(rule.status)};
  }

  std::vector<Verdict> ByRules(const engine::Request& request, Arena& arena) {
    engine::Context context(arena, world_);
    engine::SetRequestVariables(request, context);
    const engine::PolicyResponse response = engine::Validate(*input_.policy, request, context, set_);
    std::vector<Verdict> verdicts;
    for (const engine::RuleResponse& rule : response.rules) {
      if (std::find(input_.origins.begin(), input_.origins.end(), rule.rule->source->origin) !=
          input_.origins.end()) {
        verdicts.push_back(Of(rule));
        verdicts.back().rule = rule.rule->source;
      }
    }
    return verdicts;
  }

  std::vector<Verdict> ByPolicies(const engine::Request& request, Arena& arena) {
    std::vector<Verdict> verdicts;
    if (!Selects(input_, request)) return verdicts;
    const auto add = [&](const engine::CompiledValidatingPolicy& policy) {
      for (const engine::RuleResponse& rule : engine::Validate(policy, request, world_, arena).rules)
        verdicts.push_back(Of(rule));
    };
    for (const auto& policy : input_.converted) {
      add(*policy);
      for (const auto& variant : policy->variants()) add(*variant);
    }
    return verdicts;
  }

  const ProofInput& input_;
  const ports::World world_;
  engine::PolicySet set_;
  std::size_t refused_ = 0;
  bool reordered_ = false;
};

}  // namespace

Proof Prove(const ProofInput& input, const SampleSpace& samples) {
  Proof proof;
  Judge judge(input);
  Arena arena;
  for (const json::Value& object : input.given) {
    if (input.without_replication_controllers && object.StringAt("kind") == "ReplicationController") continue;
    for (std::string_view operation : {"CREATE", "UPDATE"}) {
      Sample sample = GivenSample(object, input.kinds, operation);
      sample.sources = input.given;
      proof.counterexample = judge.Compare(sample, arena);
      if (proof.counterexample) return proof;
      arena.Reset();
    }
    ++proof.given;
  }
  std::size_t choices_made = 0;
  // Whether both sides differ on one more sample.
  const auto differs = [&](Choices& choices) {
    arena.Reset();
    proof.counterexample = judge.Compare(samples.Make(choices, arena), arena);
    ++proof.generated;
    choices_made += choices.made().size();
    return proof.counterexample.has_value();
  };
  // One that fits, then each of its choices otherwise, then pairs of them as far as a half of the budget
  // goes.
  std::deque<std::vector<std::uint32_t>> next = {{}};
  while (!next.empty() && proof.generated < input.most_generated / 2 && choices_made < kMostChoices / 2) {
    const std::vector<std::uint32_t> given = std::move(next.front());
    next.pop_front();
    Choices choices(given);
    if (differs(choices)) return proof;
    std::vector<std::uint32_t> more;
    for (std::size_t i = 0; i < choices.made().size() && next.size() < input.most_generated; ++i) {
      const Choices::Made& made = choices.made()[i];
      if (i >= given.size()) {
        for (std::uint32_t other = 0; other < made.options; ++other) {
          if (other == made.chosen) continue;
          more.push_back(other);
          next.push_back(more);
          more.pop_back();
        }
      }
      more.push_back(made.chosen);
    }
  }
  static constexpr std::uint32_t kBoldness[] = {10, 25, 50, 80};
  for (std::uint64_t seed = 1; proof.generated < input.most_generated && choices_made < kMostChoices;
       ++seed) {
    Choices choices(seed, kBoldness[seed % std::size(kBoldness)]);
    if (differs(choices)) return proof;
  }
  proof.refused = judge.refused();
  proof.reordered = judge.reordered();
  return proof;
}

}  // namespace ephor::convert
