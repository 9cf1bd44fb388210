// Checks of the kinds that rules match.
#include <algorithm>

#include "base/regex.h"
#include "json/parse.h"
#include "policy/checks.h"
#include "yaml/load.h"

namespace ephor::policy {
namespace {

constexpr std::string_view kOnlyMetadata =
    "policy can only deal with the metadata field of the resource if the rule does not match any kind";

bool HasOnlyMetadata(const json::Value* pattern) {
  return pattern == nullptr || !pattern->is_object() ||
         std::ranges::all_of(pattern->members(),
                             [](const json::Member& member) { return member.key() == "metadata"; });
}

bool PatchesOnlyMetadata(std::string_view patch) {
  Arena arena(4 << 10);
  const auto operations = json::Parse(patch, arena);
  if (!operations || !operations->is_array()) return true;  // reported elsewhere
  return std::ranges::all_of(operations->items(), [](const json::Value& operation) {
    return operation.StringAt("path").starts_with("/metadata");
  });
}

bool MayLookAt(std::string_view key) {
  static const Regex request =
      *Regex::Compile(R"(\{\{\s*(request\.|serviceAccountName|serviceAccountNamespace)[^{}]*\}\})");
  if (key.find("request.object.metadata.") != std::string_view::npos) return true;
  return request.Search(key) && key.find("request.object.spec") == std::string_view::npos;
}

// Rules for all kinds may only use what all kinds have.
Result<void> CheckWildcardKind(StringList kinds, const Rule& rule, bool background) {
  if (std::ranges::find(kinds, "*") == kinds.end()) return {};
  if (background) {
    return Refuse(
        "wildcard policy not allowed in background mode. Set spec.background=false to disable background "
        "mode for "
        "this policy rule ");
  }
  if (kinds.size() > 1) return Refuse("wildcard policy can not deal with more than one kind");
  const Validation* validate = rule.validate;
  if (rule.has_generate() || rule.has_verify_images() ||
      (validate != nullptr && validate->foreach.data() != nullptr)) {
    return Refuse("wildcard policy does not support rule type");
  }
  if (rule.has_validate()) {
    if ((validate->pattern != nullptr || validate->any_pattern != nullptr) && !OnlyDealsWithMetadata(rule)) {
      return Refuse(std::string(kOnlyMetadata));
    }
    const Conditions* deny = validate->deny != nullptr ? validate->deny->conditions : nullptr;
    if (deny != nullptr && deny->legacy) {
      for (const Condition& condition : deny->all) {
        const std::string_view key = condition.key != nullptr ? condition.key->string_or("") : "";
        if (!MayLookAt(key)) return Refuse(std::string(kOnlyMetadata));
      }
    }
  }
  if (rule.has_mutate() && !OnlyDealsWithMetadata(rule)) return Refuse(std::string(kOnlyMetadata));
  return {};
}

Result<void> CheckKindList(StringList kinds, const Rule& rule, bool background, const ClusterFacts* cluster,
                           std::string& warning) {
  EPHOR_TRY(CheckWildcardKind(kinds, rule, background));
  if (cluster == nullptr || std::ranges::find(kinds, "*") != kinds.end()) return {};
  for (const std::string_view kind : kinds) {
    const ClusterFacts::FoundKind found = cluster->FindKind(kind);
    if (!found.exists || !found.error.empty()) {
      warning = std::string(
                    "the kind defined in the all match resource is invalid: unable to convert GVK to GVR "
                    "for kinds ")
                    .append(kind);
      if (!found.error.empty()) warning += ", err: " + found.error;
      return {};
    }
    if (found.has_subresource && background && rule.has_validate()) {
      return Refuse("background scan enabled with subresource " + std::string(kind));
    }
  }
  return {};
}

}  // namespace

std::vector<std::string_view> KindsOf(const MatchResources& block) {
  std::vector<std::string_view> kinds(block.resources.kinds.begin(), block.resources.kinds.end());
  for (const auto filters : {block.all, block.any}) {
    for (const ResourceFilter& filter : filters) {
      kinds.insert(kinds.end(), filter.resources.kinds.begin(), filter.resources.kinds.end());
    }
  }
  return kinds;
}

bool OnlyDealsWithMetadata(const Rule& rule) {
  if (rule.mutate != nullptr) {
    if (!HasOnlyMetadata(rule.mutate->patch_strategic_merge)) return false;
    if (!rule.mutate->patches_json6902.empty() && !PatchesOnlyMetadata(rule.mutate->patches_json6902))
      return false;
  }
  if (rule.validate == nullptr) return true;
  if (!HasOnlyMetadata(rule.validate->pattern)) return false;
  const json::Value* any = rule.validate->any_pattern;
  if (any == nullptr) return true;
  return any->is_array() && std::ranges::all_of(any->items(), [](const json::Value& pattern) {
           return HasOnlyMetadata(&pattern);
         });
}

Result<void> CheckKindsAreNamed(const Rule& rule) {
  const MatchResources& match = rule.match;
  const std::span<const ResourceFilter> filters = !match.any.empty() ? match.any : match.all;
  const bool named =
      filters.empty()
          ? !match.resources.kinds.empty()
          : std::ranges::none_of(filters, [](const ResourceFilter& f) { return f.resources.kinds.empty(); });
  if (named) return {};
  if (!OnlyDealsWithMetadata(rule)) return Refuse(std::string(kOnlyMetadata));
  return Refuse(
      "at least one element must be specified in a kind block, the kind attribute is mandatory when working "
      "with "
      "the resources element");
}

Result<void> CheckKinds(const Policy& policy, const ClusterFacts* cluster, std::string& warning) {
  const bool background = policy.spec.background_enabled();
  for (std::size_t i = 0; i < policy.effective_rules.size(); ++i) {
    const Rule& rule = policy.effective_rules[i];
    const auto check = [&](StringList kinds, const std::string& place) -> Result<void> {
      if (auto checked = CheckKindList(kinds, rule, background, cluster, warning); !checked) {
        return Refuse("path: " + Indexed("spec.rules", i) + "." + place +
                      ".kinds: " + checked.error().message());
      }
      return {};
    };
    for (const char* side : {"match", "exclude"}) {
      const MatchResources* block = side == std::string_view("match") ? &rule.match : rule.exclude;
      if (block == nullptr) continue;
      for (const char* list : {"any", "all"}) {
        const auto filters = list == std::string_view("any") ? block->any : block->all;
        for (std::size_t j = 0; j < filters.size(); ++j) {
          EPHOR_TRY(check(filters[j].resources.kinds, Indexed(Child(side, list), j)));
          if (!warning.empty()) return {};
        }
      }
      EPHOR_TRY(check(block->resources.kinds, side));
      if (!warning.empty()) return {};
    }
  }
  return {};
}

}  // namespace ephor::policy
