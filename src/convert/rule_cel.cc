#include "convert/rule_cel.h"

#include <algorithm>

#include "convert/conditions_cel.h"
#include "convert/pattern_cel.h"
#include "convert/query_cel.h"
#include "engine/operators.h"
#include "kube/schema.h"
#include "pattern/text.h"
#include "policy/variable_text.h"

namespace ephor::convert {
namespace {

std::unexpected<Error> No(std::string reason) {
  return Fail(ErrorCode::kInvalidPolicy, std::move(reason));
}

// The operation of a request, as a query of a condition's key reads it.
bool IsOperation(const json::Value* key) {
  if (key == nullptr || !key->is_string()) return false;
  const std::string_view text = key->as_string();
  const auto found = policy::FindVariables(text);
  if (found.size() != 1 || found[0].size() != text.size()) return false;
  const std::string query = policy::NameOf(text).query;
  if (!query.starts_with("request.operation")) return false;
  std::string_view rest = std::string_view(query).substr(sizeof "request.operation" - 1);
  rest = rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));
  return rest.empty() || rest.starts_with("||");
}

class Converter {
 public:
  Converter(const policy::Rule& rule, const KnownKinds& kinds, const RuleOptions& options)
      : rule_(rule), kinds_(kinds), options_(options), deletes_(options.deletes) {}

  Result<bool> Convert() {
    place_ = rule_.source;
    if (mutates()) {
      EPHOR_TRY(CheckMutation(*rule_.mutate));
    } else if (generates()) {
      EPHOR_TRY(CheckGeneration());
    } else if (rule_.has_validate()) {
      EPHOR_TRY(CheckValidation(*rule_.validate));
    } else {
      return No("it neither validates nor mutates nor generates");
    }
    EPHOR_TRY(AddVariables(rule_.context));

    EPHOR_ASSIGN(Selection selection,
                 ConvertMatch(rule_, deletes_ ? "oldObject" : "object", kinds_, &place_));
    EPHOR_ASSIGN(const bool concerned, SelectOperations(selection));
    if (!concerned) return false;
    converted_.resource_rules = std::move(selection.resource_rules);
    converted_.namespace_selector = selection.namespace_selector;
    converted_.conditions = std::move(selection.conditions);
    converted_.kinds = selection.kinds;
    converted_.any_version = selection.any_version;
    converted_.is_pods_only = selection.is_pods_only();

    roots_.deletes = deletes_;
    roots_.object =
        Place::Certain(deletes_ ? "oldObject" : "object", selection.kinds.empty() || options_.any_types
                                                              ? Shape::OfAnyObject()
                                                              : Shape::OfObjects(selection.kinds));
    EPHOR_TRY(AddPreconditions());
    EPHOR_TRY(mutates()     ? AddMutations(*rule_.mutate)
              : generates() ? AddGenerations(*rule_.generate)
                            : AddBody(*rule_.validate));
    EPHOR_TRY(Finish());
    return true;
  }

  ConvertedRule TakeRule() { return std::move(converted_); }
  const json::Value* place() const { return place_; }

 private:
  bool mutates() const { return rule_.has_mutate(); }
  bool generates() const { return !mutates() && rule_.has_generate(); }

  // What comes from elsewhere is no part of what is compared.
  Result<void> AddVariables(std::span<const policy::ContextEntry> context) {
    for (const policy::ContextEntry& entry : context) {
      place_ = entry.source;
      if (entry.variable == nullptr) return No("the context entry '" + std::string(entry.name) + "'");
      roots_.variables.push_back(&entry);
    }
    return {};
  }

  Result<void> CheckValidation(const policy::Validation& validate) {
    place_ = validate.source;
    if (validate.pod_security != nullptr)
      return No("podSecurity: there is no function for the Pod Security Standards in CEL");
    if (validate.manifests != nullptr)
      return No("manifests: signatures of manifests cannot be verified in CEL");
    if (validate.assert_tree != nullptr) return No("assert, which has no effect");
    if (!validate.failure_action_overrides.empty())
      return No("failureActionOverrides: a ValidatingPolicy has the same actions in all namespaces");
    return {};
  }

  Result<void> CheckMutation(const policy::Mutation& mutation) {
    place_ = mutation.source;
    if (!mutation.foreach.empty()) return No("foreach of a mutation");
    return {};
  }

  Result<void> CheckGeneration() {
    place_ = rule_.generate->source;
    if (rule_.has_validate()) return No("it validates and generates");
    return {};
  }

  Result<void> AddGenerations(const policy::Generation& generation) {
    GenerationConverter converter(roots_, variables_, loops_, kinds_, options_.policy_namespace, arena_);
    auto converted = converter.Convert(generation);
    place_ = converter.place();
    if (!converted) return std::unexpected(std::move(converted).error());
    converted_.generations = *std::move(converted);
    converted_.generation = &generation;
    return {};
  }

  // From here on the object is the target, and the trigger is read from the request.
  Result<void> AddTargets(const policy::Mutation& mutation) {
    EPHOR_ASSIGN(const kube::GroupVersionKind kind, KindOfTargets(mutation.targets, kinds_, &place_));
    roots_.object.direct = "request.object";
    roots_.target = Place::Certain(
        "object", options_.any_types ? Shape::OfAnyObject() : Shape::OfObjects(std::span(&kind, 1)));
    EPHOR_ASSIGN(converted_.targets,
                 ConvertTarget(mutation.targets[0], kind, kinds_, options_.policy_namespace, roots_,
                               variables_, loops_, arena_, &place_));
    return {};
  }

  Result<void> AddMutations(const policy::Mutation& mutation) {
    place_ = mutation.source;
    if (rule_.has_mutate_existing()) EPHOR_TRY(AddTargets(mutation));
    place_ = mutation.source;
    MutationConverter converter(roots_, variables_, loops_, arena_);
    const bool merges = mutation.patch_strategic_merge != nullptr;
    const auto is_known = [](const kube::GroupVersionKind& kind) {
      return kube::Schema::OfKind(kind).has_value();
    };
    if (merges && !converted_.targets &&
        (converted_.kinds.empty() || !std::ranges::all_of(converted_.kinds, is_known)))
      return No(
          "a strategic merge of kinds whose types are not known, of which there is no ApplyConfiguration");
    auto converted = merges ? converter.Merge(*mutation.patch_strategic_merge)
                            : converter.Patches(mutation.patches_json6902);
    if (!converted && converter.place() != nullptr) place_ = converter.place();
    if (!converted) return std::unexpected(std::move(converted).error());
    // Of versions that nobody knows there is no ApplyConfiguration either.
    if (merges && !converted_.targets) converted_.any_version = false;
    converted_.mutations.push_back(*std::move(converted));
    return {};
  }

  bool JudgesDeletions() const {
    if (mutates() || generates()) return false;
    const policy::Validation& validate = *rule_.validate;
    // The list of a foreach is one of `request.object`, which is not there then.
    return validate.pattern == nullptr && validate.any_pattern == nullptr && validate.foreach.empty();
  }

  // The operations that the rule names, or else all that it says something of, without those that its
  // preconditions rule out: these need no condition then.
  Result<bool> SelectOperations(const Selection& selection) {
    std::vector<std::string_view> operations = {selection.operations.begin(), selection.operations.end()};
    const bool acts_later = generates() || rule_.has_mutate_existing();
    if (acts_later && std::ranges::find(operations, "DELETE") != operations.end())
      return No("it acts on the deletion of an object, which a " +
                std::string(generates() ? "GeneratingPolicy" : "MutatingPolicy") + " is not asked about");
    if (operations.empty()) operations = {"CREATE", "UPDATE", "DELETE"};
    std::erase_if(operations, [&](std::string_view operation) {
      if (operation == "CONNECT") return true;  // only subresources are connected to
      return (operation == "DELETE") != deletes_ || (operation == "DELETE" && !JudgesDeletions());
    });
    if (rule_.preconditions != nullptr) {
      const policy::Conditions& conditions = *rule_.preconditions;
      const auto rule_out = [&](std::span<const policy::Condition> list, bool only_one) {
        if (only_one && list.size() != 1) return;
        for (const policy::Condition& condition : list) {
          if (!IsDecidedByOperation(condition)) continue;
          std::erase_if(operations, [&](std::string_view operation) { return !Holds(condition, operation); });
        }
      };
      rule_out(conditions.all, false);
      rule_out(conditions.any, true);
    }
    converted_.operations = std::move(operations);
    return !converted_.operations.empty();
  }

  static bool IsDecidedByOperation(const policy::Condition& condition) {
    return IsOperation(condition.key) && condition.value != nullptr && !MentionsVariables(*condition.value) &&
           engine::ParseOperator(condition.op).has_value();
  }

  static bool Holds(const policy::Condition& condition, std::string_view operation) {
    Arena arena(1 << 10);
    return engine::EvaluateOperator(*engine::ParseOperator(condition.op),
                                    engine::ConditionOperand(json::Value::String(operation)),
                                    engine::ConditionOperand(*condition.value), arena);
  }

  Result<void> AddPreconditions() {
    if (rule_.preconditions == nullptr) return {};
    std::vector<policy::Condition> all;
    const policy::Conditions& source = *rule_.preconditions;
    for (const policy::Condition& condition : source.all) {
      if (!IsDecidedByOperation(condition)) all.push_back(condition);
    }
    const bool any_decided = source.any.size() == 1 && IsDecidedByOperation(source.any[0]);
    policy::Conditions rest = source;
    rest.all = all;
    if (any_decided) rest.any = {};
    Variables none;
    ConditionConverter converter(roots_, none, loops_, arena_);
    auto holds = converter.Convert(rest);
    if (converter.culprit() != nullptr) place_ = converter.culprit();
    if (!holds) return std::unexpected(std::move(holds).error());
    if (!none.all().empty())
      return No("preconditions that need a variable, which matchConditions do not see");
    if (!holds->is_true()) converted_.conditions.push_back({"preconditions", *holds});
    return {};
  }

  Result<void> AddBody(const policy::Validation& validate) {
    if (validate.cel != nullptr) return AddCel(*validate.cel);
    EPHOR_TRY(ConvertMessage(validate));
    if (validate.deny != nullptr) {
      EPHOR_ASSIGN(const Cel denied, Denied(*validate.deny));
      Add(Not(denied));
      return {};
    }
    if (validate.pattern != nullptr || validate.any_pattern != nullptr) {
      EPHOR_ASSIGN(const Cel fits, Fits(validate.pattern, validate.any_pattern, roots_.object));
      Add(fits);
      return {};
    }
    for (const policy::ForEachValidation& each : validate.foreach) EPHOR_TRY(AddForEach(each));
    return {};
  }

  void Add(const Cel& holds) {
    converted_.validations.push_back({holds.text, message_, message_expression_});
  }

  Result<void> ConvertMessage(const policy::Validation& validate) {
    if (!policy::HasVariables(validate.message)) {
      message_ = validate.message.empty() ? "rule " + std::string(rule_.name) + " failed"
                                          : std::string(validate.message);
      return {};
    }
    place_ = validate.source->Find("message");
    auto text = ConvertText(validate.message, roots_, variables_, loops_, arena_);
    if (!text) return std::unexpected(std::move(text).error());
    message_expression_ = *text;
    return {};
  }

  // The messages of the conditions themselves follow the rule's.
  Result<Cel> Denied(const policy::Deny& deny) {
    if (deny.conditions == nullptr) return Cel::True();
    const auto has_message = [](const policy::Condition& condition) { return !condition.message.empty(); };
    if (std::ranges::any_of(deny.conditions->any, has_message)) {
      place_ = deny.conditions->source;
      return No("messages of conditions of which any may hold");
    }
    for (const policy::Condition& condition : deny.conditions->all) {
      if (condition.message.empty()) continue;
      place_ = condition.source;
      if (!message_expression_.empty() || policy::HasVariables(condition.message) ||
          rule_.validate->message.empty())
        return No("a condition's message that is put together with the rule's");
      message_ += "; " + std::string(condition.message);
    }
    ConditionConverter converter(roots_, variables_, loops_, arena_);
    auto holds = converter.Convert(*deny.conditions);
    if (!holds && converter.culprit() != nullptr) place_ = converter.culprit();
    return holds;
  }

  Result<Cel> Fits(const json::Value* pattern, const json::Value* any_pattern, const Place& subject) {
    const json::Value& source = pattern != nullptr ? *pattern : *any_pattern;
    place_ = &source;
    if (MentionsVariables(source)) return No("variables within a pattern");
    const auto convert = [&](const json::Value& one) -> Result<Judged> {
      PatternConverter converter(variables_, loops_);
      auto judged = converter.Convert(one, subject, Errors::kRefuse);
      if (!judged && converter.place() != nullptr) place_ = converter.place();
      return judged;
    };
    if (pattern != nullptr) {
      EPHOR_ASSIGN(const Judged judged, convert(source));
      return judged.ok;
    }
    if (!source.is_array() || source.size() == 0) return No("anyPattern that is no list of patterns");
    Cel some = Cel::False(), all_skip = Cel::True();
    for (const json::Value& one : source.items()) {
      EPHOR_ASSIGN(const Judged judged, convert(one));
      some = convert::Or(some, judged.pass);
      all_skip = And(all_skip, judged.skip);
    }
    return convert::Or(some, all_skip);
  }

  Result<void> AddForEach(const policy::ForEachValidation& each) {
    place_ = each.source;
    const std::size_t around = roots_.variables.size();
    EPHOR_TRY(AddVariables(each.context));
    place_ = each.source;
    if (!each.foreach.empty()) return No("foreach within foreach");
    if (each.element_scope.has_value() && !*each.element_scope) return No("elementScope: false");
    auto list = ConvertQuery(each.list, roots_, variables_, loops_, arena_);
    if (!list) return std::unexpected(std::move(list).error());
    Operand elements = *list;
    if (elements.constant || elements.computed) return No("the list of foreach is not one of the object");
    if (elements.loops.empty()) {
      if (!elements.place.shape.Only(kArray)) return No("the list of foreach is not known to be a list");
      const std::string name = loops_.Enter(ElementName(LastKey(elements.place.direct)));
      elements.loops.push_back({elements.place, name});
      elements.place = Place::Certain(name, elements.place.shape.Element());
    }
    // A list that is not there has no elements.
    elements.fallback = json::Value::Array({});
    auto holds = Quantify("all", elements, [&](const Place& element) { return Element(each, element); });
    for (std::size_t i = 0; i < elements.loops.size(); ++i) loops_.Leave();
    roots_.element.reset();
    roots_.variables.resize(around);
    if (!holds) return std::unexpected(std::move(holds).error());
    Add(*holds);
    return {};
  }

  Result<Cel> Element(const policy::ForEachValidation& each, const Place& element) {
    roots_.element = element;
    Cel skipped = Cel::False();
    if (each.preconditions != nullptr) {
      ConditionConverter converter(roots_, variables_, loops_, arena_);
      auto holds = converter.Convert(*each.preconditions);
      if (!holds) {
        if (converter.culprit() != nullptr) place_ = converter.culprit();
        return holds;
      }
      skipped = Not(*holds);
    }
    if (each.deny != nullptr) {
      EPHOR_ASSIGN(const Cel denied, Denied(*each.deny));
      return convert::Or(skipped, Not(denied));
    }
    if (!element.shape.Only(kObject)) return No("patterns for elements that are not objects");
    EPHOR_ASSIGN(const Cel fits, Fits(each.pattern, each.any_pattern, element));
    return convert::Or(skipped, fits);
  }

  // validate.cel says the same in both kinds of policies.
  Result<void> AddCel(const policy::Cel& cel) {
    if (cel.param_kind != nullptr || cel.param_ref != nullptr)
      return No("paramKind: a ValidatingPolicy has no parameters");
    if (!cel.audit_annotations.empty()) return No("audit annotations of a rule");
    for (const policy::MatchCondition& condition : rule_.cel_preconditions)
      converted_.conditions.push_back({std::string(condition.name), {std::string(condition.expression), {}}});
    for (const policy::CelVariable& variable : cel.variables)
      converted_.variables.push_back({std::string(variable.name), std::string(variable.expression)});
    for (const policy::CelExpression& expression : cel.expressions) {
      const std::string_view message =
          expression.message.empty() ? rule_.validate->message : expression.message;
      CelValidation validation{std::string(expression.expression), std::string(pattern::TrimSpace(message)),
                               std::string(expression.message_expression)};
      if (validation.message.empty())
        validation.message = "failed expression: " + std::string(pattern::TrimSpace(expression.expression));
      converted_.validations.push_back(std::move(validation));
    }
    as_written_ = true;
    return {};
  }

  // Expressions in normal form.
  Result<void> Finish() {
    place_ = rule_.source;
    for (NamedCondition& condition : converted_.conditions) {
      if (as_written_ && condition.condition.negation.empty() &&
          std::ranges::any_of(rule_.cel_preconditions, [&](const policy::MatchCondition& written) {
            return written.expression == condition.condition.text;
          })) {
        continue;
      }
      EPHOR_ASSIGN(condition.condition.text, Formatted(condition.condition.text));
      condition.condition.negation.clear();
    }
    if (as_written_) return {};
    for (const Variables::Variable& variable : variables_.all()) {
      EPHOR_ASSIGN(std::string expression, Formatted(variable.expression));
      converted_.variables.push_back({variable.name, std::move(expression)});
    }
    for (CelValidation& validation : converted_.validations) {
      EPHOR_ASSIGN(validation.expression, Formatted(validation.expression));
      if (validation.message_expression.empty()) continue;
      validation.message.clear();
      EPHOR_ASSIGN(validation.message_expression, Formatted(validation.message_expression));
    }
    for (CelMutation& mutation : converted_.mutations) {
      EPHOR_ASSIGN(mutation.expression, Formatted(mutation.expression));
    }
    if (converted_.targets) {
      EPHOR_ASSIGN(converted_.targets->expression, Formatted(converted_.targets->expression));
      for (NamedCondition& condition : converted_.targets->conditions) {
        EPHOR_ASSIGN(condition.condition.text, Formatted(condition.condition.text));
      }
    }
    for (CelGeneration& generation : converted_.generations) {
      if (generation.is_template) continue;
      EPHOR_ASSIGN(generation.text, Formatted(generation.text));
    }
    const auto reads = [](const std::string& text) {
      return text.find("ephemeralContainers") != std::string::npos;
    };
    for (const auto& variable : converted_.variables)
      converted_.reads_ephemeral_containers |= reads(variable.expression);
    for (const auto& validation : converted_.validations)
      converted_.reads_ephemeral_containers |= reads(validation.expression);
    return {};
  }

  const policy::Rule& rule_;
  const KnownKinds& kinds_;
  const RuleOptions& options_;
  const bool deletes_;
  const json::Value* place_ = nullptr;
  QueryRoots roots_;
  Variables variables_;
  LoopNames loops_;
  Arena arena_{4 << 10};
  std::string message_, message_expression_;
  bool as_written_ = false;
  ConvertedRule converted_;
};

}  // namespace

std::expected<std::optional<ConvertedRule>, Refusal> ConvertRule(const policy::Rule& rule,
                                                                 const KnownKinds& kinds,
                                                                 const RuleOptions& options) {
  Converter converter(rule, kinds, options);
  const Result<bool> done = converter.Convert();
  if (!done) return std::unexpected(Refusal{done.error().message(), converter.place()});
  if (!*done) return std::optional<ConvertedRule>();
  return converter.TakeRule();
}

}  // namespace ephor::convert
