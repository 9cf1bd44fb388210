#include "kube/merge_keys.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace ephor::kube {
namespace {

// The fields of an object: a run of kFields, sorted by name.
struct Node {
  std::uint8_t first, count;
};

struct Root {
  GroupVersionKind gvk;
  MergeField field;
};

#include "kube/merge_keys.inc"

static_assert(std::size(kFields) <= UINT8_MAX && std::size(kNodes) <= UINT8_MAX);

constexpr auto Order(const GroupVersionKind& gvk) {
  return std::tie(gvk.group, gvk.version, gvk.kind);
}

}  // namespace

std::span<const std::string_view> MergeField::keys() const {
  if (list != ListMerge::kByKeys) return {};
  const auto& set = kKeySets[key_set];
  return {set, static_cast<std::size_t>(set[1].empty() ? 1 : 2)};
}

const MergeField* MergeField::Find(std::string_view field) const {
  const Node& fields = kNodes[node];
  const auto* const end = kFields + fields.first + fields.count;
  const auto* const found = std::find_if(kFields + fields.first, end,
                                         [field](const MergeField& each) { return each.name == field; });
  return found == end ? nullptr : found;
}

const MergeField* MergeRootOf(const GroupVersionKind& gvk) {
  const auto* const found = std::lower_bound(
      std::begin(kRoots), std::end(kRoots), gvk,
      [](const Root& root, const GroupVersionKind& wanted) { return Order(root.gvk) < Order(wanted); });
  return found != std::end(kRoots) && found->gvk == gvk ? &found->field : nullptr;
}

}  // namespace ephor::kube
