#include "cli/fix/fix_policy.h"

#include <string_view>
#include <utility>

#include "json/builder.h"

namespace ephor::cli {
namespace {

using json::Value;

constexpr std::pair<std::string_view, std::string_view> kOperators[] = {
    {"Equal", "Equals"}, {"NotEqual", "NotEquals"}, {"In", "AllIn"}, {"NotIn", "AnyNotIn"}};

// The members of an old match or exclude that are members of an item of `any` today.
constexpr std::string_view kFilterMembers[] = {"resources", "subjects", "roles", "clusterRoles"};

bool SaysNothing(const Value& value) {
  return value.is_null() || (value.is_object() && value.size() == 0);
}

class PolicyFix {
 public:
  explicit PolicyFix(Arena& arena) : arena_(arena) {}

  Fixed Run(const Value& policy) {
    const Value* spec = policy.Find("spec");
    if (spec == nullptr || !spec->is_object()) return {policy, {}};
    Value fixed = *spec;
    if (const std::string_view action = spec->StringAt("validationFailureAction"); !action.empty()) {
      const bool enforces = action == "enforce" || action == "Enforce";
      fixed = Replace(fixed, "validationFailureAction", Value::String(enforces ? "Enforce" : "Audit"));
    }
    if (const Value* rules = spec->Find("rules"); rules != nullptr && rules->is_array()) {
      json::ArrayBuilder items(arena_, rules->size());
      for (const Value& rule : rules->items()) items.Add(FixRule(rule));
      fixed = Replace(fixed, "rules", items.Build());
    }
    return {Replace(policy, "spec", fixed), std::move(messages_)};
  }

 private:
  Value Replace(const Value& object, std::string_view key, Value value) {
    return json::WithMember(object, json::Key(key), value, arena_);
  }

  Value FixRule(const Value& rule) {
    if (!rule.is_object()) return rule;
    Value fixed = rule;
    for (const std::string_view part : {"match", "exclude"}) {
      if (const Value* filters = rule.Find(part)) fixed = Replace(fixed, part, FixFilters(*filters, part));
    }
    if (const Value* conditions = rule.Find("preconditions")) {
      fixed = Replace(fixed, "preconditions", FixConditions(*conditions));
    }
    return fixed;
  }

  Value FixFilters(const Value& filters, std::string_view part) {
    if (!filters.is_object()) return filters;
    json::ObjectBuilder item(arena_);
    Value fixed = filters;
    for (const std::string_view member : kFilterMembers) {
      const Value* value = filters.Find(member);
      if (value == nullptr) continue;
      fixed = json::WithoutMember(fixed, json::Key(member), arena_);
      if (!SaysNothing(*value)) item.Set(json::Key(member), *value);
    }
    if (item.empty()) return filters;
    messages_.push_back(std::string(part) + " uses old syntax, moving to any");
    json::ArrayBuilder any(arena_);
    if (const Value* old = filters.Find("any"); old != nullptr && old->is_array()) {
      for (const Value& filter : old->items()) any.Add(filter);
    }
    any.Add(item.Build());
    return Replace(fixed, "any", any.Build());
  }

  Value FixConditions(const Value& conditions) {
    if (conditions.is_array()) {
      json::ObjectBuilder all(arena_);
      all.Set("all", FixList(conditions));
      return all.Build();
    }
    Value fixed = conditions;
    for (const std::string_view part : {"any", "all"}) {
      if (const Value* list = conditions.Find(part); list != nullptr && list->is_array()) {
        fixed = Replace(fixed, part, FixList(*list));
      }
    }
    return fixed;
  }

  Value FixList(const Value& list) {
    json::ArrayBuilder items(arena_, list.size());
    for (const Value& condition : list.items()) {
      Value fixed = condition;
      for (const auto& [old, current] : kOperators) {
        if (condition.StringAt("operator") != old) continue;
        messages_.push_back("condition uses old operator `" + std::string(old) + "`, updating");
        fixed = Replace(condition, "operator", Value::String(current));
      }
      items.Add(fixed);
    }
    return items.Build();
  }

  Arena& arena_;
  std::vector<std::string> messages_;
};

}  // namespace

Fixed FixPolicy(const Value& policy, Arena& arena) {
  return PolicyFix(arena).Run(policy);
}

}  // namespace ephor::cli
