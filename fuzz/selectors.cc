// How policies select objects, as the JSON {"kinds": "Pod/exec", "selector": {...}, "labels": {...}}.
// Whatever it is, matching ends, and a selector that is not valid selects nothing.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "json/parse.h"
#include "kube/kinds.h"
#include "kube/selector.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace json = ephor::json;
  namespace kube = ephor::kube;
  ephor::Arena arena;
  const auto input = json::Parse({reinterpret_cast<const char*>(data), size}, arena);
  if (!input) return 0;
  const auto kinds = kube::KindSelector::Parse(input->StringAt("kinds"));
  const kube::GroupVersionKind pod{"", "v1", "Pod"};
  if (kinds.MatchesExactly(pod, "exec") && !kinds.Matches(pod, "exec")) std::abort();

  const json::Value* selector = input->Find("selector");
  const json::Value* labels = input->Find("labels");
  if (selector == nullptr || labels == nullptr) return 0;
  const auto compiled = kube::LabelSelector::FromValue(*selector);
  const bool matches = compiled.Matches(*labels);
  if (matches && !compiled.valid()) std::abort();
  if (compiled.Matches(*labels) != matches) std::abort();
  return 0;
}
