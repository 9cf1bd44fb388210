// Which lists of Kubernetes' kinds a strategic merge patch merges by key, and by which keys.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "kube/gvk.h"

namespace ephor::kube {

// What a patch does with a list.
enum class ListMerge : std::uint8_t {
  kReplace,  // takes the place of the old list
  kByKeys,   // elements are merged with those that have the same values at keys()
  kSet,      // scalars: the union
};

// A field of a kind, or the kind itself, and what lies below it. Constant data; a look-up walks a handful of
// names and does not allocate.
struct MergeField {
  std::string_view name;
  ListMerge list = ListMerge::kReplace;
  std::uint8_t key_set = 0;  // see keys()
  std::uint8_t node = 0;     // see Find()

  // One or two names where the list is merged by keys, else none.
  std::span<const std::string_view> keys() const;
  // A field of this object, or of the elements of this list. nullptr where neither the field nor anything
  // below it is a list that is merged.
  const MergeField* Find(std::string_view field) const;
};

// The kind as the root of such a walk; nullptr for a kind that has no list to merge, custom resources and
// kinds younger than Kubernetes 1.21 among them: the reference's merge knows that version only.
//
//   const MergeField* containers = MergeRootOf(pod)->Find("spec")->Find("containers");
//   // kByKeys, {"name"}
const MergeField* MergeRootOf(const GroupVersionKind& gvk);

}  // namespace ephor::kube
