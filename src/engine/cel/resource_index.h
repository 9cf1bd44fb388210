// Which policies written in CEL may match a request, decided before anything of its object is looked at.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kube/gvk.h"
#include "policy/cel_policy_types.h"

namespace ephor::engine {

// Built once, then immutable and safe from any thread. Policies are numbers, in the order in which they are
// to be visited; their constraints must outlive the index.
class ResourceIndex {
 public:
  // Policies are added in ascending order. Without rules all requests are candidates.
  void Add(std::uint32_t policy, std::span<const policy::NamedRuleWithOperations> rules);

  // visit(policy) for each that may match, in order. One that is left out never matches. Cost: three hash
  // look-ups, and a pass over the candidates and those whose rules have wildcards. Does not allocate.
  template <class Visit>
  void ForEach(std::string_view operation, const kube::GroupVersionResource& resource, Visit visit) const {
    const std::size_t number = NumberOf(operation);
    if (number == kOperations) return;
    const Table& table = tables_[number];
    std::array<std::span<const std::uint32_t>, 3> lists = {
        Found(table.exact, Exact{resource.group, resource.version, resource.resource}),
        Found(table.by_resource, resource.resource), table.any};
    for (;;) {
      std::uint32_t next = UINT32_MAX;
      for (const auto& list : lists) {
        if (!list.empty() && list.front() < next) next = list.front();
      }
      if (next == UINT32_MAX) return;
      for (auto& list : lists) {
        if (!list.empty() && list.front() == next) list = list.subspan(1);
      }
      visit(next);
    }
  }

 private:
  static constexpr std::size_t kOperations = 4;

  struct Exact {
    std::string_view group, version, resource;
    bool operator==(const Exact&) const = default;
  };
  struct ExactHash {
    std::size_t operator()(const Exact& key) const {
      const std::hash<std::string_view> hash;
      return hash(key.resource) * 31 + hash(key.group) * 7 + hash(key.version);
    }
  };
  using Policies = std::vector<std::uint32_t>;
  struct Table {  // of one operation
    std::unordered_map<Exact, Policies, ExactHash> exact;
    std::unordered_map<std::string_view, Policies> by_resource;  // any group or version
    Policies any;
  };

  static std::size_t NumberOf(std::string_view operation);  // kOperations where it is none
  static void AddRule(std::uint32_t policy, const policy::NamedRuleWithOperations& rule, Table& table);
  template <class Map, class Key>
  static std::span<const std::uint32_t> Found(const Map& map, const Key& key) {
    const auto found = map.find(key);
    return found == map.end() ? std::span<const std::uint32_t>() : found->second;
  }

  std::array<Table, kOperations> tables_;
};

}  // namespace ephor::engine
