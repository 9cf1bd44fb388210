#include "convert/convert.h"

#include <algorithm>

#include "convert/documents.h"
#include "convert/rule_cel.h"
#include "json/builder.h"
#include "policy/decode.h"

namespace ephor::convert {
namespace {

// The controllers that a ValidatingPolicy makes policies for, by the kinds of the older rules.
struct Controller {
  std::string_view kind;
  std::string_view resource;
};
constexpr Controller kControllers[] = {{"CronJob", "cronjobs"},       {"DaemonSet", "daemonsets"},
                                       {"Deployment", "deployments"}, {"Job", "jobs"},
                                       {"ReplicaSet", "replicasets"}, {"StatefulSet", "statefulsets"}};

// What a rule becomes: of deletions a policy of their own, because their object is another variable.
struct Parts {
  std::optional<ConvertedRule> main, deletes;
  std::vector<std::string_view> actions;
  std::optional<std::vector<std::string>> controllers;
  bool has_autogen = false;
  bool mutates = false, generates = false;
  bool changes_targets() const { return main && main->targets; }
  // Of a rule that mutates those for pod controllers: a MutatingPolicy's own do not read their metadata.
  std::vector<ConvertedRule> for_controllers;
};

bool SameSelection(const std::optional<ConvertedRule>& a, const std::optional<ConvertedRule>& b) {
  if (a.has_value() != b.has_value()) return false;
  if (!a) return true;
  return a->resource_rules == b->resource_rules && a->operations == b->operations &&
         a->namespace_selector == nullptr && b->namespace_selector == nullptr &&
         std::ranges::equal(a->conditions, b->conditions,
                            [](const NamedCondition& x, const NamedCondition& y) {
                              return x.name == y.name && x.condition.text == y.condition.text;
                            });
}

bool VariablesAgree(const std::optional<ConvertedRule>& a, const std::optional<ConvertedRule>& b) {
  if (!a || !b) return true;
  for (const Variables::Variable& x : a->variables) {
    for (const Variables::Variable& y : b->variables) {
      if (x.name == y.name && x.expression != y.expression) return false;
    }
  }
  return true;
}

// A name for the API server, of a rule's, which may be any text.
std::string NameOf(std::string_view policy, std::string_view rule) {
  std::string name = std::string(policy) + "-";
  for (char c : rule) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
    if (allowed) {
      name += c;
    } else if (name.back() != '-') {
      name += '-';
    }
  }
  while (!name.empty() && (name.back() == '-' || name.back() == '.')) name.pop_back();
  return name.substr(0, 253);
}

const json::Value* BodyOf(const policy::Rule& rule) {
  if (rule.has_mutate()) return rule.mutate->source;
  return rule.has_generate() ? rule.generate->source : rule.validate->source;
}

class Converter {
 public:
  Converter(std::shared_ptr<const policy::Policy> policy, const Options& options, Arena& arena)
      : policy_(std::move(policy)),
        options_(options),
        arena_(arena),
        compiled_(std::make_shared<engine::CompiledPolicy>(policy_)) {
    for (const json::Value& object : options.resources) kinds_.AddDefinition(object);
  }

  Conversion Convert() {
    const std::span<const policy::Rule> rules = policy_->spec.rules;
    parts_.resize(rules.size());
    conversion_.rules.resize(rules.size());
    for (std::uint32_t i = 0; i < rules.size(); ++i) {
      conversion_.rules[i].rule = rules[i].name;
      ConvertOne(i);
    }
    std::vector<std::uint32_t> all;
    for (std::uint32_t i = 0; i < rules.size(); ++i) all.push_back(i);
    if (rules.size() > 1 && CanJoin() && Accept(all, policy_->metadata.name)) return std::move(conversion_);
    for (const std::uint32_t i : all) {
      if (!parts_[i]) continue;
      const std::string name = rules.size() == 1 ? std::string(policy_->metadata.name)
                                                 : NameOf(policy_->metadata.name, rules[i].name);
      Accept(std::span(&i, 1), name);
    }
    RefuseWhereOrderMatters();
    return std::move(conversion_);
  }

 private:
  void Refuse(std::uint32_t i, std::string reason, const json::Value* place) {
    RuleReport& report = conversion_.rules[i];
    report.reason = std::move(reason);
    report.position = policy_->PositionOf(place);
    if (report.position.line == 0) report.position = policy_->PositionOf(policy_->spec.rules[i].source);
  }

  void ConvertOne(std::uint32_t i) {
    const policy::Rule& rule = policy_->spec.rules[i];
    if (!policy_->spec.validation_failure_action_overrides.empty())
      return Refuse(
          i, "validationFailureActionOverrides: a ValidatingPolicy has the same actions in all namespaces",
          rule.source);
    if (policy_->spec.applies_one() && policy_->spec.rules.size() > 1)
      return Refuse(i, "applyRules: One stops after the first rule that applies", rule.source);
    Parts parts;
    const std::string_view own_namespace = NamespaceOf(*policy_);
    auto main =
        ConvertRule(rule, kinds_, {.any_types = options_.any_types, .policy_namespace = own_namespace});
    if (!main) return Refuse(i, main.error().reason, main.error().place);
    auto deletes = ConvertRule(
        rule, kinds_, {.deletes = true, .any_types = options_.any_types, .policy_namespace = own_namespace});
    if (!deletes) return Refuse(i, deletes.error().reason, deletes.error().place);
    parts.main = *std::move(main);
    parts.deletes = *std::move(deletes);
    if (!parts.main && !parts.deletes) return Refuse(i, "it concerns no operation", rule.source);

    const ConvertedRule& any = parts.main ? *parts.main : *parts.deletes;
    parts.has_autogen = std::ranges::any_of(policy_->effective_rules, [&](const policy::Rule& effective) {
      return effective.generated && effective.origin == i;
    });
    if (parts.has_autogen && !any.is_pods_only)
      return Refuse(i,
                    "it is about Pods and other kinds: a ValidatingPolicy makes policies for pod controllers "
                    "only where it is about Pods alone",
                    rule.match.source);
    parts.mutates = rule.has_mutate();
    parts.generates = any.generation != nullptr;
    if (any.is_pods_only && !parts.generates)
      parts.controllers = Controllers(parts.has_autogen && !parts.mutates);
    if (parts.mutates) {
      for (const policy::Rule& effective : policy_->effective_rules) {
        if (!effective.generated || effective.origin != i) continue;
        auto generated = ConvertRule(effective, kinds_, {.any_types = options_.any_types});
        if (!generated) return Refuse(i, generated.error().reason, generated.error().place);
        if (*generated) parts.for_controllers.push_back(**std::move(generated));
      }
    }
    SetActions(rule, parts);
    AddNotes(rule, parts, conversion_.rules[i].notes);
    parts_[i] = std::move(parts);
  }

  // Nothing where they are those that a policy that says nothing gets.
  std::optional<std::vector<std::string>> Controllers(bool has_autogen) const {
    std::vector<std::string> names;
    if (!has_autogen) return names;
    for (const Controller& controller : kControllers) {
      if (std::ranges::find(policy_->autogen_controllers, controller.kind) !=
          policy_->autogen_controllers.end())
        names.emplace_back(controller.resource);
    }
    if (names.size() == std::size(kControllers)) return std::nullopt;
    return names;
  }

  void SetActions(const policy::Rule& rule, Parts& parts) const {
    if (parts.mutates || parts.generates) return;
    const std::string_view action = !rule.validate->failure_action.empty()
                                        ? rule.validate->failure_action
                                        : policy_->spec.validation_failure_action;
    if (policy::Enforces(action)) {
      parts.actions = {"Deny"};
    } else {
      parts.actions = {"Audit"};
      if (policy_->spec.emit_warning.value_or(false)) parts.actions.push_back("Warn");
    }
  }

  void AddNotes(const policy::Rule& rule, const Parts& parts, std::vector<std::string>& notes) const {
    const bool lets_violations_pass =
        !parts.mutates && !parts.generates && parts.main && parts.actions[0] == "Deny" &&
        rule.preconditions == nullptr && rule.validate->cel == nullptr &&
        rule.validate->allow_existing_violations.value_or(true) &&
        std::ranges::find(parts.main->operations, "UPDATE") != parts.main->operations.end();
    if (lets_violations_pass)
      notes.emplace_back(
          "updates of objects that violated it before are refused, too: allowExistingViolations has no "
          "counterpart");
    if (!parts.mutates && parts.has_autogen &&
        std::ranges::find(policy_->autogen_controllers, "ReplicationController") !=
            policy_->autogen_controllers.end()) {
      notes.emplace_back(
          "of ReplicationControllers only the Pods are judged: a ValidatingPolicy makes none for them");
    }
    if (parts.generates && !rule.generate->synchronize) {
      notes.emplace_back(
          "an update of the object renews what was made of it: a GeneratingPolicy does so also where it does "
          "not "
          "synchronize");
    }
    const bool on_update = policy_->spec.mutate_existing_on_policy_update ||
                           (parts.mutates && rule.mutate->mutate_existing_on_policy_update.value_or(false));
    if (parts.changes_targets() && !on_update) {
      notes.emplace_back(
          "the objects are changed also when the policy is: a MutatingPolicy looks at all triggers then");
    }
    if (!rule.report_properties.empty()) notes.emplace_back("its reportProperties are left out");
  }

  // Whether all rules can be one policy.
  bool CanJoin() const {
    for (const auto& parts : parts_) {
      if (!parts || parts->generates || parts->changes_targets()) return false;
      const Parts& first = *parts_[0];
      if (parts->mutates != first.mutates || !SameSelection(parts->main, first.main) ||
          !SameSelection(parts->deletes, first.deletes) ||
          !std::ranges::equal(
              parts->for_controllers, first.for_controllers,
              [](const ConvertedRule& a, const ConvertedRule& b) { return SameSelection(a, b); }) ||
          parts->actions != first.actions || parts->controllers != first.controllers) {
        return false;
      }
      for (const auto& other : parts_) {
        if (other &&
            (!VariablesAgree(parts->main, other->main) || !VariablesAgree(parts->deletes, other->deletes)))
          return false;
      }
    }
    return true;
  }

  std::vector<json::Value> Documents(std::span<const std::uint32_t> rules, std::string_view name) const {
    std::vector<const ConvertedRule*> main, deletes;
    bool ephemeral = false;
    for (const std::uint32_t i : rules) {
      if (parts_[i]->main) main.push_back(&*parts_[i]->main);
      if (parts_[i]->deletes) deletes.push_back(&*parts_[i]->deletes);
    }
    DocumentOptions options{std::string(name), parts_[rules[0]]->actions, parts_[rules[0]]->controllers};
    std::vector<json::Value> documents;
    if (!main.empty()) documents.push_back(MakeDocument(*policy_, main, options, arena_));
    // Without CronJobs first; these have a form of their own.
    for (std::size_t k = 0; k < parts_[rules[0]]->for_controllers.size(); ++k) {
      std::vector<const ConvertedRule*> generated;
      for (const std::uint32_t i : rules) generated.push_back(&parts_[i]->for_controllers[k]);
      const bool cron_jobs = generated[0]->kinds.size() == 1 && generated[0]->kinds[0].kind == "CronJob";
      documents.push_back(
          MakeDocument(*policy_, generated,
                       {std::string(name) + (cron_jobs ? "-cronjobs" : "-controllers"), {}, {}}, arena_));
    }
    std::erase_if(main, [](const ConvertedRule* rule) {
      return !rule->is_pods_only || !rule->reads_ephemeral_containers ||
             std::ranges::find(rule->operations, "UPDATE") == rule->operations.end();
    });
    ephemeral = !main.empty();
    if (ephemeral) {
      options.name = std::string(name) + "-ephemeral-containers";
      options.for_ephemeral_containers = true;
      documents.push_back(MakeDocument(*policy_, main, options, arena_));
    }
    if (!deletes.empty()) {
      options.name = std::string(name) + "-on-delete";
      options.for_ephemeral_containers = false;
      documents.push_back(MakeDocument(*policy_, deletes, options, arena_));
    }
    return documents;
  }

  template <class Source, class Compiled>
  static Result<std::shared_ptr<const Compiled>> Compile(const json::Value& document) {
    auto text = std::make_shared<policy::SourceText>();
    const auto* root = text->arena.New<json::Value>(json::DeepCopy(document, text->arena));
    EPHOR_ASSIGN(auto decoded, policy::Decode<Source>({root, 1, text}));
    return Compiled::Compile(std::move(decoded), {});
  }

  static Result<void> AddCompiled(const json::Value& document, ProofInput& input) {
    const std::string_view kind = document.StringAt("kind");
    if (kind.ends_with("GeneratingPolicy")) {
      EPHOR_ASSIGN(auto compiled,
                   (Compile<policy::GeneratingPolicy, engine::CompiledGeneratingPolicy>(document)));
      input.generating.push_back(std::move(compiled));
    } else if (kind.ends_with("MutatingPolicy")) {
      EPHOR_ASSIGN(auto compiled,
                   (Compile<policy::MutatingPolicy, engine::CompiledMutatingPolicy>(document)));
      input.mutating.push_back(std::move(compiled));
    } else {
      EPHOR_ASSIGN(auto compiled,
                   (Compile<policy::ValidatingPolicy, engine::CompiledValidatingPolicy>(document)));
      input.converted.push_back(std::move(compiled));
    }
    return {};
  }

  // The policy with one of its rules: where another of them fails to make something, none makes anything.
  Result<std::shared_ptr<const engine::CompiledPolicy>> Alone(std::uint32_t rule) const {
    auto text = std::make_shared<policy::SourceText>();
    json::ArrayBuilder rules(text->arena);
    rules.Add(*policy_->spec.rules[rule].source);
    const json::Value spec =
        json::WithMember(*policy_->document->Find("spec"), "rules", rules.Build(), text->arena);
    const auto* root = text->arena.New<json::Value>(
        json::DeepCopy(json::WithMember(*policy_->document, "spec", spec, text->arena), text->arena));
    EPHOR_ASSIGN(auto decoded, policy::Decode<policy::Policy>({root, 1, text}));
    return std::make_shared<const engine::CompiledPolicy>(std::move(decoded));
  }

  // Converts the rules together if that can be proved.
  bool Accept(std::span<const std::uint32_t> rules, std::string_view name) {
    const auto refuse = [&](const std::string& reason, std::optional<Counterexample> example) {
      if (rules.size() > 1) return false;
      RuleReport& report = conversion_.rules[rules[0]];
      Refuse(rules[0], reason, BodyOf(policy_->spec.rules[rules[0]]));
      report.counterexample = std::move(example);
      return false;
    };
    const std::vector<json::Value> documents = Documents(rules, name);
    const Parts& first = *parts_[rules[0]];
    ProofInput input{compiled_,          {rules.begin(), rules.end()}, {}, {}, {}, kinds_,
                     options_.resources, options_.most_generated};
    if (first.generates) {
      auto alone = Alone(rules[0]);
      if (!alone) return refuse("the rule cannot be read by itself: " + alone.error().message(), {});
      input.policy = *std::move(alone);
    }
    for (const json::Value& document : documents) {
      const auto compiled = AddCompiled(document, input);
      if (!compiled) return refuse("the result does not compile: " + compiled.error().message(), {});
    }
    std::vector<const policy::Rule*> sources;
    bool ephemeral = false;
    for (const std::uint32_t i : rules) {
      sources.push_back(&policy_->spec.rules[i]);
      ephemeral |= parts_[i]->main && parts_[i]->main->reads_ephemeral_containers;
    }
    const ConvertedRule& any = first.main ? *first.main : *first.deletes;
    const SampleSpace samples(
        std::move(sources), any.kinds, kinds_,
        {any.any_version, first.has_autogen, ephemeral, options_.any_types, NamespaceOf(*policy_)});
    input.without_replication_controllers = first.has_autogen && !first.mutates;
    Proof proof = Prove(input, samples);
    if (proof.counterexample)
      return refuse("rule and result disagree on an object", std::move(proof.counterexample));
    if ((first.generates || first.changes_targets()) && proof.refused == 0)
      return refuse("no object made the rule do anything, so that nothing was compared", {});
    for (const std::uint32_t i : rules) {
      RuleReport& report = conversion_.rules[i];
      report.converted = true;
      report.generated = proof.generated;
      report.given = proof.given;
      report.refused = proof.refused;
      report.mutates = first.mutates;
      report.generates = first.generates;
      if (proof.reordered) {
        report.notes.emplace_back(
            "elements that it changes stay where they are in their list; the rule moves them to the front");
      }
      for (const json::Value& document : documents)
        report.policies.emplace_back(document.StringAt("metadata", "name"));
    }
    conversion_.documents.insert(conversion_.documents.end(), documents.begin(), documents.end());
    return true;
  }

  // Rules that mutate see what those before have made; policies come in the order of their names. All results
  // together must do what the rules do together.
  void RefuseWhereOrderMatters() {
    std::vector<std::uint32_t> rules;
    std::vector<json::Value> documents;
    for (std::uint32_t i = 0; i < parts_.size(); ++i) {
      if (!conversion_.rules[i].converted || !parts_[i]->mutates || parts_[i]->changes_targets()) continue;
      rules.push_back(i);
      for (const json::Value& document : conversion_.documents) {
        if (std::ranges::count(conversion_.rules[i].policies, document.StringAt("metadata", "name")) > 0)
          documents.push_back(document);
      }
    }
    if (rules.size() < 2) return;
    std::ranges::sort(documents, {},
                      [](const json::Value& document) { return document.StringAt("metadata", "name"); });
    std::optional<Counterexample> example = Disagreement(rules, documents);
    if (!example) return;
    for (const std::uint32_t i : rules) {
      RuleReport& report = conversion_.rules[i];
      report.converted = false;
      report.policies.clear();
      Refuse(i, "the rules change an object one after the other, and the results in the order of their names",
             BodyOf(policy_->spec.rules[i]));
    }
    conversion_.rules[rules[0]].counterexample = std::move(example);
    std::erase_if(conversion_.documents, [&](const json::Value& document) {
      return std::ranges::any_of(documents, [&](const json::Value& mutating) {
        return mutating.StringAt("metadata", "name") == document.StringAt("metadata", "name");
      });
    });
  }

  // An object of which rules that mutate make something else than their policies, all of which compile.
  std::optional<Counterexample> Disagreement(std::span<const std::uint32_t> rules,
                                             std::span<const json::Value> documents) {
    ProofInput input{compiled_,          {rules.begin(), rules.end()}, {}, {}, {}, kinds_,
                     options_.resources, options_.most_generated};
    for (const json::Value& document : documents) (void)AddCompiled(document, input);
    std::vector<kube::GroupVersionKind> kinds;
    for (const std::uint32_t i : rules) {
      for (const kube::GroupVersionKind& kind : parts_[i]->main->kinds) {
        if (std::ranges::find(kinds, kind) == kinds.end()) kinds.push_back(kind);
      }
    }
    for (const kube::GroupVersionKind& kind : kinds) {
      std::vector<const policy::Rule*> sources;
      SampleSpace::Options options{.any_types = options_.any_types,
                                   .policy_namespace = NamespaceOf(*policy_)};
      for (const std::uint32_t i : rules) {
        const ConvertedRule& rule = *parts_[i]->main;
        if (std::ranges::find(rule.kinds, kind) == rule.kinds.end()) continue;
        sources.push_back(&policy_->spec.rules[i]);
        options.other_versions |= rule.any_version;
        options.controllers |= parts_[i]->has_autogen;
      }
      if (sources.size() < 2) continue;
      const SampleSpace samples(std::move(sources), std::span(&kind, 1), kinds_, options);
      if (auto example = Prove(input, samples).counterexample) return example;
    }
    return std::nullopt;
  }

  std::shared_ptr<const policy::Policy> policy_;
  const Options& options_;
  Arena& arena_;
  std::shared_ptr<const engine::CompiledPolicy> compiled_;
  KnownKinds kinds_;
  std::vector<std::optional<Parts>> parts_;
  Conversion conversion_;
};

}  // namespace

Conversion Convert(std::shared_ptr<const policy::Policy> policy, const Options& options, Arena& arena) {
  return Converter(std::move(policy), options, arena).Convert();
}

}  // namespace ephor::convert
