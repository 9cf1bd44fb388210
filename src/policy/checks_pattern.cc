// Checks of patterns: their anchors, and the labels in them.
#include <algorithm>

#include "pattern/anchor.h"
#include "policy/checks.h"

namespace ephor::policy {
namespace {

using json::Value;

// Existence anchors say that some element of a list matches: they need one to match with.
Result<void> CheckAnchor(const pattern::Anchor& anchor, const json::Member& member, bool anchors_allowed) {
  if (!anchors_allowed || anchor.kind == pattern::AnchorKind::kAddIfAbsent) {
    return Refuse("unsupported anchor " + std::string(member.key()));
  }
  if (anchor.kind != pattern::AnchorKind::kExistence) return {};
  if (!member.value.is_array()) return Refuse("existence anchor should have value of type list");
  if (member.value.items().empty()) return Refuse("existence anchor: should have at least one value");
  return {};
}

Result<void> CheckAnchorsAt(const Value& pattern, bool anchors_allowed, std::string& path) {
  const std::size_t here = path.size();
  if (pattern.is_array()) {
    for (std::size_t i = 0; i < pattern.items().size(); ++i) {
      path.append(std::to_string(i)).append("/");
      EPHOR_TRY(CheckAnchorsAt(pattern.items()[i], anchors_allowed, path));
      path.resize(here);
    }
  } else if (pattern.is_object()) {
    for (const json::Member& member : pattern.members()) {
      path.append("/").append(member.key());
      if (const auto anchor = pattern::ParseAnchor(member.key())) {
        EPHOR_TRY(CheckAnchor(*anchor, member, anchors_allowed));
      }
      EPHOR_TRY(CheckAnchorsAt(member.value, anchors_allowed, path));
      path.resize(here);
    }
  }
  return {};
}

// ---- labels and annotations ----

bool HasOnlyStrings(const Value* map) {
  return map == nullptr || !map->is_object() ||
         std::ranges::all_of(map->members(),
                             [](const json::Member& member) { return member.value.is_string(); });
}

bool HasStringMetadata(const Value* metadata) {
  return metadata == nullptr ||
         (HasOnlyStrings(metadata->Find("labels")) && HasOnlyStrings(metadata->Find("annotations")));
}

// The reference looks at the pattern's own metadata or at its template's, by whichever key comes first.
bool HasStringLabels(const Value& pattern) {
  if (const Value* metadata = pattern.Find("metadata"); metadata != nullptr && metadata->is_object()) {
    return HasStringMetadata(metadata);
  }
  return HasStringMetadata(pattern.Find("spec", "template", "metadata"));
}

}  // namespace

Result<void> CheckAnchors(const Value& pattern, bool anchors_allowed, std::string& path) {
  path = "/";
  return CheckAnchorsAt(pattern, anchors_allowed, path);
}

bool HasStringLabels(const Rule& rule) {
  if (rule.has_validate()) {
    const Validation& validate = *rule.validate;
    if (validate.foreach.data() != nullptr) {
      for (const ForEachValidation& foreach : validate.foreach) {
        if (foreach.pattern != nullptr && foreach.pattern->is_object())
          return HasStringLabels(*foreach.pattern);
      }
    } else if (validate.pattern != nullptr && validate.pattern->is_object()) {
      return HasStringLabels(*validate.pattern);
    } else if (validate.any_pattern != nullptr) {
      if (!validate.any_pattern->is_array()) return false;
      for (const Value& pattern : validate.any_pattern->items()) {
        if (pattern.is_object() && !HasStringLabels(pattern)) return false;
      }
    }
  }
  if (rule.has_mutate()) {
    const Mutation& mutate = *rule.mutate;
    if (mutate.foreach.data() != nullptr) {
      for (const ForEachMutation& foreach : mutate.foreach) {
        const Value* patch = foreach.patch_strategic_merge;
        if (patch != nullptr && patch->is_object()) return HasStringLabels(*patch);
      }
    } else if (mutate.patch_strategic_merge != nullptr && mutate.patch_strategic_merge->is_object()) {
      return HasStringLabels(*mutate.patch_strategic_merge);
    }
  }
  return true;
}

}  // namespace ephor::policy
