#include "json/merge.h"

#include "json/builder.h"

namespace ephor::json {
namespace {

template <bool kNullRemoves>
Value Merge(const Value& target, const Value& overlay, Arena& arena) {
  if (!overlay.is_object()) return overlay;
  const std::span<const Member> below = target.is_object() ? target.members() : std::span<const Member>();
  const std::span<const Member> above = overlay.members();
  // Both are sorted, and so is what comes of them.
  const auto merged = arena.NewArray<Member>(below.size() + above.size());
  std::size_t size = 0, b = 0;
  for (const Member& member : above) {
    while (b < below.size() && below[b].key() < member.key()) merged[size++] = below[b++];
    const bool in_both = b < below.size() && below[b].key() == member.key();
    if (!kNullRemoves || !member.value.is_null()) {
      merged[size] = member;
      merged[size++].value = Merge<kNullRemoves>(in_both ? below[b].value : Value(), member.value, arena);
    }
    if (in_both) ++b;
  }
  while (b < below.size()) merged[size++] = below[b++];
  return Value::Object(merged.first(size));
}

}  // namespace

Value MergePatch(const Value& target, const Value& patch, Arena& arena) {
  return Merge<true>(target, patch, arena);
}

Value DeepMerge(const Value& target, const Value& overlay, Arena& arena) {
  return Merge<false>(target, overlay, arena);
}

}  // namespace ephor::json
