#include "policy/cel_autogen.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "json/builder.h"

namespace ephor::policy {
namespace {

using json::Value;

constexpr std::string_view kDefaults = "defaults", kCronJobs = "cronjobs";
// Free-form parts may nest deeper than anything that is read; what stands deeper is not rewritten.
constexpr int kMaxDepth = 200;

constexpr PodController kControllers[] = {
    {"apps", "v1", "daemonsets", "DaemonSet"},
    {"apps", "v1", "deployments", "Deployment"},
    {"apps", "v1", "replicasets", "ReplicaSet"},
    {"apps", "v1", "statefulsets", "StatefulSet"},
    {"batch", "v1", "jobs", "Job"},
    {"batch", "v1", "cronjobs", "CronJob"},
};

// Where the parts of a Pod stand in a controller.
struct Paths {
  std::string_view spec, metadata;
  std::string_view open, close;  // around the content of an Object{...}
};

constexpr Paths kDefaultPaths = {"spec.template.spec", "spec.template.metadata",
                                 "Object{spec: Object.spec{template: Object.spec.template{", "}}}"};
constexpr Paths kCronJobPaths = {
    "spec.jobTemplate.spec.template.spec", "spec.jobTemplate.spec.template.metadata",
    "Object{spec: Object.spec{jobTemplate: Object.spec.jobTemplate{spec: Object.spec.jobTemplate.spec{"
    "template: Object.spec.jobTemplate.spec.template{",
    "}}}}}"};

const Paths& PathsOf(std::string_view form) {
  return form == kCronJobs ? kCronJobPaths : kDefaultPaths;
}

bool SelectsNothing(const LabelSelector* selector) {
  return selector == nullptr || (selector->match_labels.empty() && selector->match_expressions.empty());
}

bool IsOnly(StringList list, std::string_view text) {
  return list.size() == 1 && list[0] == text;
}

constexpr bool IsWordByte(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// The text begins with ".namespace" as a whole name: controllers have a namespace, templates have none.
bool StaysWithTheController(std::string_view rest) {
  constexpr std::string_view kNamespace = ".namespace";
  return rest.starts_with(kNamespace) &&
         (rest.size() == kNamespace.size() || !IsWordByte(rest[kNamespace.size()]));
}

void ReplaceField(std::string& text, std::string_view root, std::string_view field, std::string_view path) {
  const std::string from = std::string(root).append(".").append(field);
  std::size_t found = text.find(from);
  if (found == std::string::npos) return;
  std::string replaced;
  std::size_t done = 0;
  for (; found != std::string::npos; found = text.find(from, done)) {
    const std::size_t end = found + from.size();
    replaced.append(text, done, found - done);
    const bool stays = StaysWithTheController(std::string_view(text).substr(end));
    replaced.append(root).append(".").append(stays ? field : path);
    done = end;
  }
  text = replaced.append(text, done);
}

// Replaces a field of a whole word object, oldObject or Object.
void ReplaceWordField(std::string& text, std::string_view field, std::string_view path) {
  std::string replaced;
  std::size_t done = 0;
  for (std::size_t dot = text.find(field); dot != std::string::npos; dot = text.find(field, dot + 1)) {
    const std::string_view before = std::string_view(text).substr(0, dot);
    const bool of_object = std::ranges::any_of(
        std::array<std::string_view, 3>{"object", "oldObject", "Object"}, [&](std::string_view word) {
          return before.ends_with(word) &&
                 (before.size() == word.size() || !IsWordByte(before[before.size() - word.size() - 1]));
        });
    if (!of_object || dot < done) continue;
    replaced.append(text, done, dot - done).append(path);
    done = dot + field.size();
  }
  if (done != 0) text = replaced.append(text, done);
}

constexpr std::string_view kSpace = " \t\n\v\f\r";

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

// Where the brace that closes a content stands; npos if none does. Braces in strings count, as in the
// reference.
std::size_t ClosingBrace(std::string_view content) {
  int depth = 1;
  for (std::size_t i = 0; i < content.size(); ++i) {
    if (content[i] == '{') ++depth;
    if (content[i] == '}' && --depth == 0) return i;
  }
  return std::string_view::npos;
}

// ---- documents ----

Value Strings(StringList texts, Arena& arena) {
  json::ArrayBuilder list(arena, texts.size());
  for (const std::string_view text : texts) list.Add(Value::String(text));
  return list.Build();
}

Value OneString(std::string_view text, Arena& arena) {
  return Strings({&text, 1}, arena);
}

Value ConstraintsFor(const CelPolicy& policy, const ControllerForm& form, Arena& arena) {
  const MatchConstraints& match = *policy.match_constraints;
  json::ArrayBuilder rules(arena);
  const std::vector<const PodController*>& all = form.controllers;
  for (std::size_t i = 0; i < all.size();) {
    const PodController& first = *all[i];
    json::ArrayBuilder resources(arena);
    for (; i < all.size() && all[i]->group == first.group && all[i]->version == first.version; ++i) {
      resources.Add(Value::String(all[i]->resource));
    }
    json::ObjectBuilder rule(arena);
    rule.Set("apiGroups", OneString(first.group, arena));
    rule.Set("apiVersions", OneString(first.version, arena));
    rule.Set("operations", Strings(match.resource_rules[0].operations, arena));
    rule.Set("resources", resources.Build());
    rules.Add(rule.Build());
  }
  json::ObjectBuilder constraints(arena);
  constraints.Set("resourceRules", rules.Build());
  if (const Value* selector = match.source->Find("namespaceSelector"); selector != nullptr) {
    constraints.Set("namespaceSelector", *selector);
  }
  return constraints.Build();
}

Value Rewritten(const Value& value, std::string_view form, int depth, Arena& arena) {
  const auto text = [&](std::string_view old) {
    std::string made = ForControllers(old, form);
    return made == old ? old : arena.Copy(made);
  };
  if (value.is_string()) return Value::String(text(value.as_string()));
  if (depth >= kMaxDepth) return value;
  if (value.is_array()) {
    json::ArrayBuilder items(arena, value.size());
    for (const Value& item : value.items()) items.Add(Rewritten(item, form, depth + 1, arena));
    return items.Build();
  }
  if (!value.is_object()) return value;
  json::ObjectBuilder members(arena, value.size());
  for (const json::Member& member : value.members()) {
    members.Set(json::Key(text(member.key())), Rewritten(member.value, form, depth + 1, arena));
  }
  return members.Build();
}

// The value with its string at the key rewritten as in a mutation.
Value WithMutation(const Value& value, const json::Key& key, std::string_view form, Arena& arena) {
  const Value* text = value.is_object() ? value.Find(key) : nullptr;
  if (text == nullptr || !text->is_string() || text->as_string().empty()) return value;
  const std::string made = MutationForControllers(text->as_string(), form);
  return json::WithMember(value, key, Value::String(arena.Copy(made)), arena);
}

// The spec with rewrite(item) for each item of the list.
template <class Rewrite>
Value WithItems(const Value& spec, const json::Key& list, Rewrite rewrite, Arena& arena) {
  const Value* items = spec.Find(list);
  if (items == nullptr || !items->is_array()) return spec;
  json::ArrayBuilder made(arena, items->size());
  for (const Value& item : items->items()) made.Add(rewrite(item));
  return json::WithMember(spec, list, made.Build(), arena);
}

Value MutatingSpec(const Value& spec, std::string_view form, Arena& arena) {
  const Value conditions = WithItems(
      spec, "matchConditions",
      [&](const Value& item) { return WithMutation(item, "expression", form, arena); }, arena);
  return WithItems(
      conditions, "mutations",
      [&](const Value& item) {
        constexpr json::Key kApply = "applyConfiguration";
        const Value* apply = item.is_object() ? item.Find(kApply) : nullptr;
        if (apply == nullptr) return item;
        return json::WithMember(item, kApply, WithMutation(*apply, "expression", form, arena), arena);
      },
      arena);
}

}  // namespace

const PodController* FindPodController(std::string_view resource) {
  const auto* found = std::ranges::find(kControllers, resource, &PodController::resource);
  return found != std::end(kControllers) ? found : nullptr;
}

bool IsAboutPodsAlone(const CelPolicy& policy) {
  const MatchConstraints* match = policy.match_constraints;
  if (match == nullptr || !SelectsNothing(match->object_selector)) return false;
  if (!match->exclude_resource_rules.empty() || match->resource_rules.size() != 1) return false;
  const NamedRuleWithOperations& rule = match->resource_rules[0];
  return rule.resource_names.empty() && IsOnly(rule.api_groups, "") && IsOnly(rule.api_versions, "v1") &&
         IsOnly(rule.resources, "pods");
}

std::vector<ControllerForm> ControllerFormsOf(const CelPolicy& policy) {
  // Without operations nothing matches.
  if (!IsAboutPodsAlone(policy) || policy.match_constraints->resource_rules[0].operations.empty()) return {};
  const CelPodControllers* chosen = policy.autogen.pod_controllers;
  const auto is_chosen = [&](const PodController& controller) {
    return chosen == nullptr || chosen->controllers.data() == nullptr ||
           std::ranges::find(chosen->controllers, controller.resource) != chosen->controllers.end();
  };
  std::vector<ControllerForm> forms = {{kCronJobs, {}}, {kDefaults, {}}};
  for (const PodController& controller : kControllers) {
    if (is_chosen(controller))
      forms[controller.resource == kCronJobs ? 0 : 1].controllers.push_back(&controller);
  }
  std::erase_if(forms, [](const ControllerForm& form) { return form.controllers.empty(); });
  return forms;
}

std::string ForControllers(std::string_view text, std::string_view form) {
  std::string made(text);
  for (const auto& [field, path] : {std::pair<std::string_view, std::string_view>("spec", PathsOf(form).spec),
                                    {"metadata", PathsOf(form).metadata}}) {
    ReplaceField(made, "object", field, path);
    ReplaceField(made, "oldObject", field, path);
  }
  return made;
}

std::string MutationForControllers(std::string_view expression, std::string_view form) {
  const Paths& paths = PathsOf(form);
  std::string made(expression);
  ReplaceWordField(made, ".spec", std::string(".").append(paths.spec));
  for (const std::string_view part : {".labels", ".annotations"}) {
    ReplaceWordField(made, std::string(".metadata").append(part),
                     std::string(".").append(paths.metadata).append(part));
  }
  constexpr std::string_view kObject = "Object";
  std::string_view rest = Trimmed(made);
  if (!rest.starts_with(kObject)) return made;
  rest.remove_prefix(kObject.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
  if (!rest.starts_with('{')) return made;
  rest.remove_prefix(1);
  const std::size_t end = ClosingBrace(rest);
  if (end == 0 || end == std::string_view::npos) return made;
  return std::string(paths.open).append(rest.substr(0, end)).append(paths.close).append(rest.substr(end + 1));
}

Value DocumentFor(const CelPolicy& policy, const ControllerForm& form, Arena& arena) {
  const Value& document = *policy.document;
  const Value* spec = document.Find("spec");
  Value made = json::WithMember(*spec, "matchConstraints", ConstraintsFor(policy, form, arena), arena);
  const bool mutating = policy.kind.ends_with("MutatingPolicy");
  made = mutating ? MutatingSpec(made, form.name, arena) : Rewritten(made, form.name, 0, arena);
  return json::WithMember(document, "spec", made, arena);
}

}  // namespace ephor::policy
