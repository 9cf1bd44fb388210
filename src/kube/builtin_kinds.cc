#include "kube/builtin_kinds.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <tuple>

namespace ephor::kube {
namespace {

#include "kube/builtin_kinds.inc"

constexpr auto kKindOrder = [](const BuiltinKind& row) { return std::tie(row.group, row.version, row.kind); };
constexpr auto kResourceOrder = [](const BuiltinKind& row) {
  return std::tie(row.group, row.version, row.plural);
};

static_assert(std::ranges::is_sorted(kBuiltinKinds, {}, kKindOrder));
static_assert(std::size(kBuiltinKinds) <= UINT8_MAX);

// Rows of the table in the order of resources.
constexpr auto kByResource = [] {
  std::array<std::uint8_t, std::size(kBuiltinKinds)> rows{};
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::uint8_t>(i);
  std::ranges::sort(rows, {}, [](std::uint8_t row) { return kResourceOrder(kBuiltinKinds[row]); });
  return rows;
}();

}  // namespace

bool BuiltinKind::HasSubresource(std::string_view name) const {
  std::string_view rest = subresources;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, end) == name) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

std::span<const BuiltinKind> BuiltinKinds() {
  return kBuiltinKinds;
}

const BuiltinKind* FindKind(const GroupVersionKind& gvk) {
  const auto wanted = std::tie(gvk.group, gvk.version, gvk.kind);
  const auto* found = std::ranges::lower_bound(kBuiltinKinds, wanted, {}, kKindOrder);
  return found != std::end(kBuiltinKinds) && kKindOrder(*found) == wanted ? found : nullptr;
}

const BuiltinKind* FindResource(const GroupVersionResource& gvr) {
  const auto wanted = std::tie(gvr.group, gvr.version, gvr.resource);
  const auto order = [](std::uint8_t row) { return kResourceOrder(kBuiltinKinds[row]); };
  const auto* found = std::ranges::lower_bound(kByResource, wanted, {}, order);
  return found != kByResource.end() && order(*found) == wanted ? &kBuiltinKinds[*found] : nullptr;
}

std::optional<GroupVersionKind> KindOfResource(const GroupVersionResource& gvr) {
  const BuiltinKind* row = FindResource(gvr);
  return row == nullptr ? std::nullopt : std::optional(row->gvk());
}

bool IsClusterScoped(std::string_view group, std::string_view kind) {
  const auto order = [](const BuiltinKind& row) -> const std::string_view& { return row.group; };
  return std::ranges::any_of(std::ranges::equal_range(kBuiltinKinds, group, {}, order),
                             [kind](const BuiltinKind& row) { return row.kind == kind && !row.namespaced; });
}

}  // namespace ephor::kube
