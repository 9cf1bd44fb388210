// The kinds whose plural and scope are known: Kubernetes' own, and custom ones by their definitions.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "kube/gvk.h"
#include "kube/kinds.h"

namespace ephor::convert {

struct KnownKind {
  kube::GroupVersionKind gvk;  // views into the table it is from
  std::string_view plural;
  bool namespaced = true;
};

// What it gives views it, and Kubernetes' table, which lives as long as the program.
class KnownKinds {
 public:
  KnownKinds() = default;
  KnownKinds(const KnownKinds&) = delete;
  KnownKinds& operator=(const KnownKinds&) = delete;

  // Takes the versions of a CustomResourceDefinition. Other objects, and definitions that lack names, are
  // left alone.
  void AddDefinition(const json::Value& object);

  // Of another version of the kind where this one is not known; plural is empty where none is.
  KnownKind Find(const kube::GroupVersionKind& gvk) const;
  // In the order of Kubernetes' table, then of the definitions.
  std::vector<kube::GroupVersionKind> Matching(const kube::KindSelector& selector) const;

 private:
  std::deque<std::string> texts_;
  std::vector<KnownKind> custom_;
};

}  // namespace ephor::convert
