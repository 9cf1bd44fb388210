#include "policy/autogen.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "json/builder.h"
#include "policy/decoder.h"
#include "policy/kind_names.h"

namespace ephor::policy {
namespace {

using json::Value;

constexpr std::string_view kPrefix = "autogen-";
constexpr std::string_view kCronJob = "CronJob";
constexpr std::size_t kMaxNameBytes = 63;
// Of kinds that are not known, which match nothing: an annotation can name very many.
constexpr std::size_t kMaxUnknownKinds = 16;

struct Controller {
  std::string_view kind;
  std::string_view full_name;
};
constexpr Controller kControllers[] = {
    {"CronJob", "batch/v1/CronJob"},        {"DaemonSet", "apps/v1/DaemonSet"},
    {"Deployment", "apps/v1/Deployment"},   {"Job", "batch/v1/Job"},
    {"ReplicaSet", "apps/v1/ReplicaSet"},   {"ReplicationController", "v1/ReplicationController"},
    {"StatefulSet", "apps/v1/StatefulSet"},
};

const Controller* FindController(std::string_view kind) {
  const auto* found = std::ranges::find(kControllers, kind, &Controller::kind);
  return found != std::end(kControllers) ? found : nullptr;
}

// ---- whether and for what ----

template <class Visit>
bool AllDescriptions(const MatchResources& match, Visit visit) {
  const auto of_filter = [&](const ResourceFilter& filter) { return visit(filter.resources); };
  return visit(match.resources) && std::ranges::all_of(match.any, of_filter) &&
         std::ranges::all_of(match.all, of_filter);
}

bool SaysNothingOfControllers(const Rule& rule) {
  if (rule.has_generate()) return true;
  if (rule.mutate == nullptr) return false;
  return !rule.mutate->patches_json6902.empty() ||
         std::ranges::any_of(rule.mutate->foreach,
                             [](const ForEachMutation& f) { return !f.patches_json6902.empty(); });
}

bool CanMakeRules(const Spec& spec) {
  bool needed = false;
  const auto allowed = [&needed](const ResourceDescription& resources) {
    if (!resources.name.empty() || !resources.names.empty() || resources.selector != nullptr ||
        resources.annotations.data() != nullptr) {
      return false;
    }
    if (resources.kinds.size() > 1 && ContainsKind(resources.kinds, "Pod")) return false;
    needed = needed || std::ranges::any_of(resources.kinds, [](std::string_view kind) {
               return kind == "Pod" || FindController(kind) != nullptr;
             });
    return true;
  };
  for (const Rule& rule : spec.rules) {
    if (SaysNothingOfControllers(rule)) return false;
    if (!AllDescriptions(rule.match, allowed)) return false;
    if (rule.exclude != nullptr && !AllDescriptions(*rule.exclude, allowed)) return false;
  }
  return needed;
}

bool ContainsPod(const MatchResources& match) {
  const auto of_filter = [](const ResourceFilter& filter) {
    return ContainsKind(filter.resources.kinds, "Pod");
  };
  return ContainsKind(match.resources.kinds, "Pod") || std::ranges::any_of(match.any, of_filter) ||
         std::ranges::any_of(match.all, of_filter);
}

bool NamesKinds(const MatchResources& match) {
  const auto of_filter = [](const ResourceFilter& filter) { return !filter.resources.kinds.empty(); };
  return !match.resources.kinds.empty() || std::ranges::any_of(match.any, of_filter) ||
         std::ranges::any_of(match.all, of_filter);
}

bool IsAboutPods(const Rule& rule) {
  if (!ContainsPod(rule.match)) return false;
  return rule.exclude == nullptr || !NamesKinds(*rule.exclude) || ContainsPod(*rule.exclude);
}

// The kinds that the annotation names, sorted; unknown ones and ones with spaces too.
std::vector<std::string_view> ChosenControllers(const Policy& policy) {
  std::vector<std::string_view> chosen;
  if (const std::string_view* text = Find(policy.metadata.annotations, kAutogenAnnotation)) {
    for (std::string_view rest = *text;;) {
      const std::size_t comma = rest.find(',');
      chosen.push_back(rest.substr(0, comma));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
    std::ranges::sort(chosen);
    const auto repeated = std::ranges::unique(chosen);
    chosen.erase(repeated.begin(), repeated.end());
    if (chosen != std::vector<std::string_view>{"all"}) return chosen;
    chosen.clear();
  }
  for (const Controller& controller : kControllers) chosen.push_back(controller.kind);
  return chosen;
}

// ---- making a rule ----

// What differs between the two rules that are made.
struct Target {
  std::string_view name_prefix;
  std::span<const std::string_view> kinds;         // as group/version/Kind
  std::span<const std::string_view> pattern_path;  // where the pod stands in the controller
  std::string_view message_path;
  std::string_view text_path;  // the same in texts
  bool all_filters;            // replace the kinds of all filters, not only of those for Pods
};

constexpr std::string_view kControllerPath[] = {"spec", "template"};
constexpr std::string_view kCronJobPath[] = {"spec", "jobTemplate", "spec", "template"};

class RuleMaker {
 public:
  RuleMaker(const Rule& rule, const Target& target, Arena& arena)
      : rule_(rule), target_(target), arena_(arena) {}

  // The rule as the API has it, or null where nothing can be made of its body.
  Value Make() {
    json::ObjectBuilder made(arena_);
    if (!AddBody(made)) return Value::Null();
    made.Set("name", Value::String(Name()));
    made.Set("match", WithKinds(rule_.match, true));
    if (rule_.exclude != nullptr) made.Set("exclude", WithKinds(*rule_.exclude, false));
    for (const std::string_view kept : {"context", "preconditions", "celPreconditions", "verifyImages",
                                        "skipBackgroundRequests", "reportProperties"}) {
      if (const Value value = Member(kept); !value.is_null()) made.Set(kept, value);
    }
    return Replaced(made.Build());
  }

 private:
  Value Member(std::string_view key) const { return Member(*rule_.source, key); }
  static Value Member(const Value& object, std::string_view key) {
    const Value* found = object.Find(json::Key(key));
    return found != nullptr ? *found : Value::Null();
  }

  std::string_view Name() {
    std::string name(target_.name_prefix);
    name += rule_.name;
    return arena_.Copy(std::string_view(name).substr(0, kMaxNameBytes));
  }

  Value Kinds() {
    json::ArrayBuilder kinds(arena_, target_.kinds.size());
    for (const std::string_view kind : target_.kinds) kinds.Add(Value::String(kind));
    return kinds.Build();
  }

  Value WithKindsInResources(const Value& written) {
    const Value block = written.is_object() ? written : Value::Object({});
    Value resources = Member(block, "resources");
    if (!resources.is_object()) resources = Value::Object({});
    resources = json::WithMember(resources, "kinds", Kinds(), arena_);
    return json::WithMember(block, "resources", resources, arena_);
  }

  // Filters other than those for Pods keep their kinds, but for CronJobs.
  Value WithKinds(const MatchResources& block, bool is_match) {
    const std::span<const ResourceFilter> filters = !block.any.empty() ? block.any : block.all;
    if (filters.empty()) {
      const bool replace = is_match || !block.resources.kinds.empty();
      return replace ? WithKindsInResources(*block.source) : *block.source;
    }
    json::ArrayBuilder made(arena_, filters.size());
    for (const ResourceFilter& filter : filters) {
      const bool replace = target_.all_filters || ContainsKind(filter.resources.kinds, "Pod");
      made.Add(replace ? WithKindsInResources(*filter.source) : *filter.source);
    }
    return json::WithMember(*block.source, !block.any.empty() ? "any" : "all", made.Build(), arena_);
  }

  Value Wrapped(Value inner) {
    for (std::size_t i = target_.pattern_path.size(); i-- > 0;) {
      json::ObjectBuilder outer(arena_, 1);
      outer.Set(json::Key(target_.pattern_path[i]), inner);
      inner = outer.Build();
    }
    return inner;
  }

  // The order in which bodies are looked for is the reference's; the first that is there decides.
  bool AddBody(json::ObjectBuilder& made) {
    if (rule_.mutate != nullptr) {
      if (const Mutation& mutate = *rule_.mutate; mutate.patch_strategic_merge != nullptr) {
        json::ObjectBuilder body(arena_);
        body.Set("patchStrategicMerge", Wrapped(*mutate.patch_strategic_merge));
        made.Set("mutate", body.Build());
        return true;
      }
      if (!rule_.mutate->foreach.empty()) {
        made.Set("mutate", ForEachMutationBody());
        return true;
      }
    }
    if (rule_.validate != nullptr) {
      const Value body = ValidationBody();
      if (!body.is_null()) {
        made.Set("validate", body);
        return true;
      }
    }
    return rule_.verify_images.data() != nullptr;
  }

  // The order of elements and nested lists are lost, as in the reference.
  Value ForEachMutationBody() {
    json::ArrayBuilder entries(arena_);
    for (const ForEachMutation& entry : rule_.mutate->foreach) {
      json::ObjectBuilder made(arena_);
      for (const std::string_view kept : {"list", "context", "preconditions"}) {
        if (const Value value = Member(*entry.source, kept); !value.is_null())
          made.Set(json::Key(kept), value);
      }
      const Value* patch = entry.patch_strategic_merge;
      made.Set("patchStrategicMerge", Wrapped(patch != nullptr ? *patch : Value::Null()));
      entries.Add(made.Build());
    }
    json::ObjectBuilder body(arena_);
    body.Set("foreach", entries.Build());
    return body.Build();
  }

  Value ValidationBody() {
    const Validation& validate = *rule_.validate;
    if (validate.pattern != nullptr) return CheckBody("pattern", Wrapped(*validate.pattern), "pattern");
    if (validate.deny != nullptr) return CheckBody("deny", Member(*validate.source, "deny"), "deny");
    if (validate.pod_security != nullptr) {
      return CheckBody("podSecurity", Member(*validate.source, "podSecurity"), "podSecurity");
    }
    if (validate.any_pattern != nullptr) {
      json::ArrayBuilder patterns(arena_);
      if (validate.any_pattern->is_array()) {
        for (const Value& pattern : validate.any_pattern->items()) patterns.Add(Wrapped(pattern));
      }
      return CheckBody("anyPattern", patterns.Build(), "anyPattern");
    }
    if (!validate.foreach.empty()) {
      return CheckBody("foreach", Member(*validate.source, "foreach"), "pattern");
    }
    return rule_.has_validate_cel() ? *validate.source : Value::Null();
  }

  Value CheckBody(std::string_view key, Value body, std::string_view pivot) {
    const Validation& validate = *rule_.validate;
    json::ObjectBuilder made(arena_);
    made.Set(json::Key(key), body);
    if (!validate.message.empty()) made.Set("message", Value::String(ShiftedMessage(pivot)));
    for (const std::string_view kept :
         {"failureAction", "failureActionOverrides", "allowExistingViolations"}) {
      if (const Value value = Member(*validate.source, kept); !value.is_null())
        made.Set(json::Key(kept), value);
    }
    return made.Build();
  }

  // The reference writes the rule as JSON and reads it again, which loses an `any` that is there but empty
  // (and never true).
  Value WithoutEmptyLists(Value conditions) {
    for (const std::string_view key : {"any", "all"}) {
      const Value list = Member(conditions, key);
      if (list.is_array() && list.items().empty()) {
        conditions = json::WithoutMember(conditions, json::Key(key), arena_);
      }
    }
    return conditions;
  }

  std::string_view ShiftedMessage(std::string_view pivot);
  Value Replaced(const Value& value);
  std::string_view Replaced(std::string_view text);

  const Rule& rule_;
  const Target& target_;
  Arena& arena_;
};

std::string ReplaceAll(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  std::size_t at = 0;
  for (std::size_t hit; (hit = text.find(from, at)) != std::string_view::npos; at = hit + from.size()) {
    out.append(text.substr(at, hit - at)).append(to);
  }
  return out.append(text.substr(at));
}

// A reference "$(...)" in a message, from `start`; empty where there is none. It ends with the last ')'
// before a space, holds at least a character, and is none behind a backslash.
std::string_view NextReference(std::string_view text, std::size_t start) {
  for (std::size_t at = start; (at = text.find("$(", at)) != std::string_view::npos; ++at) {
    if (at != 0 && (at == start || text[at - 1] == '\\')) continue;
    if (at + 2 >= text.size() || text[at + 2] == '\n') continue;
    const std::size_t end = std::min(text.find(' ', at + 3), text.size());
    const std::size_t close = text.substr(0, end).rfind(')');
    if (close != std::string_view::npos && close > at + 2) return text.substr(at, close + 1 - at);
  }
  return {};
}

std::string_view RuleMaker::ShiftedMessage(std::string_view pivot_word) {
  const std::string_view original = rule_.validate->message;
  std::string message(original);
  std::string pivot(pivot_word);
  for (std::size_t at = 0;;) {
    const std::string_view reference = NextReference(original, at);
    if (reference.empty()) break;
    at = static_cast<std::size_t>(reference.data() - original.data()) + reference.size();
    // The first reference to one of anyPattern's entries fixes the entry for those that follow.
    if (const std::size_t index = reference.find(pivot);
        pivot == "anyPattern" && index != std::string_view::npos && index + pivot.size() < reference.size()) {
      std::string_view entry = reference.substr(index + pivot.size() + 1);
      entry = entry.substr(0, entry.find('/'));
      pivot.append("/").append(entry);
    }
    const std::string shifted =
        ReplaceAll(reference, pivot, std::string(pivot).append("/").append(target_.message_path));
    if (const std::size_t hit = message.find(reference); hit != std::string::npos) {
      message.replace(hit, reference.size(), shifted);
    }
  }
  return arena_.Copy(message);
}

std::string_view RuleMaker::Replaced(std::string_view text) {
  if (text.find("bject.") == std::string_view::npos) return text;
  const bool cel = rule_.validate != nullptr && rule_.validate->cel != nullptr;
  std::string replaced(text);
  for (const std::string_view part : {"spec", "metadata"}) {
    for (const std::string_view object : {"object.", "oldObject."}) {
      const std::string start = std::string(cel ? "" : "request.").append(object);
      replaced = ReplaceAll(replaced, start + std::string(part),
                            std::string(start).append(target_.text_path).append(part));
    }
  }
  return replaced == text ? text : arena_.Copy(replaced);
}

Value RuleMaker::Replaced(const Value& value) {
  switch (value.kind()) {
    case json::Kind::kString:
      return Value::String(Replaced(value.as_string()));
    case json::Kind::kArray: {
      json::ArrayBuilder items(arena_, value.size());
      for (const Value& item : value.items()) items.Add(Replaced(item));
      return items.Build();
    }
    case json::Kind::kObject: {
      json::ObjectBuilder members(arena_, value.size());
      for (const json::Member& member : value.members()) {
        Value inner = Replaced(member.value);
        if (member.key() == "preconditions" || member.key() == "conditions") inner = WithoutEmptyLists(inner);
        members.Set(json::Key(Replaced(member.key())), inner);
      }
      return members.Build();
    }
    default:
      return value;
  }
}

}  // namespace

void AddPodControllerRules(Policy& policy) {
  const std::span<const Rule> written = policy.spec.rules;
  ArenaVector<Rule> rules(policy.arena, written.size());
  const auto keep = [&](bool older_expansions) {
    for (std::size_t i = 0; i < written.size(); ++i) {
      if (!older_expansions && written[i].name.starts_with(kPrefix)) continue;
      rules.push_back(written[i]);
      rules.back().origin = static_cast<std::uint32_t>(i);
    }
  };
  const auto finish = [&] { policy.effective_rules = rules.span(); };
  if (!CanMakeRules(policy.spec)) return keep(true), finish();

  const std::vector<std::string_view> chosen = ChosenControllers(policy);
  if (chosen == std::vector<std::string_view>{"none"}) return keep(true), finish();

  // Names that are not known are ignored beside known ones; alone they give a rule that matches nothing.
  std::vector<std::string_view> kinds;
  const bool any_known = std::ranges::any_of(
      chosen, [](std::string_view kind) { return kind != kCronJob && FindController(kind) != nullptr; });
  for (const std::string_view kind : chosen) {
    if (kind == kCronJob || kind.empty()) continue;
    const Controller* controller = FindController(kind);
    if (controller == nullptr && (any_known || kinds.size() == kMaxUnknownKinds)) continue;
    kinds.push_back(controller != nullptr ? controller->full_name : policy.arena.Copy(kind));
  }
  const bool cron_jobs = std::ranges::any_of(
      chosen, [](std::string_view kind) { return kind.find(kCronJob) != std::string_view::npos; });
  constexpr std::string_view kCronJobKinds[] = {"batch/v1/CronJob"};
  const Target controllers{"autogen-", kinds, kControllerPath, "spec/template", "spec.template.", false};
  const Target cron_job{"autogen-cronjob-",
                        kCronJobKinds,
                        kCronJobPath,
                        "spec/jobTemplate/spec/template",
                        "spec.jobTemplate.spec.template.",
                        true};

  const bool v1 = policy.api_version == "kyverno.io/v1";
  ArenaVector<Rule> made(policy.arena);
  for (std::size_t i = 0; i < written.size(); ++i) {
    const Rule& rule = written[i];
    if (rule.name.starts_with(kPrefix) || !IsAboutPods(rule)) continue;
    for (const Target* target : {&controllers, &cron_job}) {
      if (target == &controllers ? kinds.empty() : !cron_jobs) continue;
      const Value value = RuleMaker(rule, *target, policy.arena).Make();
      if (value.is_null()) break;
      Rule generated;
      const Value* source = policy.arena.New<Value>(value);
      Decoder decoder(policy.arena, v1 ? kV1 : kV2beta1);
      decoder.AllowUnknown();
      decoder.ReadStructAt("rule", *source, &generated, TableOf<Rule>());
      generated.source = source;
      generated.origin = static_cast<std::uint32_t>(i);
      generated.generated = true;
      generated.for_cron_job = target == &cron_job;
      made.push_back(generated);
    }
  }
  keep(made.empty());
  for (const Rule& rule : made.span()) rules.push_back(rule);
  if (!made.empty())
    policy.autogen_controllers = policy.arena.Copy(std::span<const std::string_view>(chosen));
  finish();
}

bool ValidatesKind(const Policy& policy, const Rule& rule, std::string_view kind) {
  if (!rule.generated) return true;
  return std::ranges::find(policy.autogen_controllers, kind) != policy.autogen_controllers.end() &&
         rule.for_cron_job == (kind == kCronJob);
}

}  // namespace ephor::policy
