#include "json/merge.h"

#include "json/builder.h"

namespace ephor::json {

Value DeepMerge(const Value& target, const Value& patch, Arena& arena) {
  if (!target.is_object() || !patch.is_object()) return patch;
  ObjectBuilder merged(arena, target);
  for (const Member& member : patch.members()) {
    const Key key(member.key());
    const Value* existing = target.Find(key);
    merged.Set(key, existing == nullptr ? member.value : DeepMerge(*existing, member.value, arena));
  }
  return merged.Build();
}

Value MergePatch(const Value& target, const Value& patch, Arena& arena) {
  if (!patch.is_object()) return patch;
  ObjectBuilder merged(arena, target.size() + patch.size());
  if (target.is_object()) {
    for (const Member& member : target.members()) {
      if (patch.Find(Key(member.key())) == nullptr) merged.Set(Key(member.key()), member.value);
    }
  }
  for (const Member& member : patch.members()) {
    if (member.value.is_null()) continue;
    const Key key(member.key());
    const Value* existing = target.Find(key);
    merged.Set(key, MergePatch(existing == nullptr ? Value() : *existing, member.value, arena));
  }
  return merged.Build();
}

}  // namespace ephor::json
