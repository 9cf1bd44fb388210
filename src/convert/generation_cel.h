// What a generate rule makes as the `generate` of a GeneratingPolicy.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "convert/known_kinds.h"
#include "convert/place.h"
#include "convert/query_cel.h"
#include "json/value.h"
#include "policy/types.h"

namespace ephor::convert {

// One entry of `generate`.
struct CelGeneration {
  bool is_template = false;   // YAML; else an expression
  bool interpolates = false;  // of a template: it has expressions in (( ))
  std::string text;
};

// Converts what one rule makes: data as a template, a copy or copies of a list as generator.Apply of what the
// cluster has. Fails (kInvalidPolicy) with the reason where it cannot be said; place() is then the part that
// is at fault.
class GenerationConverter {
 public:
  // The namespace is that of the policy: "" of a ClusterPolicy.
  GenerationConverter(const QueryRoots& roots, Variables& variables, LoopNames& loops,
                      const KnownKinds& kinds, std::string_view policy_namespace, Arena& arena)
      : roots_(roots),
        variables_(variables),
        loops_(loops),
        kinds_(kinds),
        own_namespace_(policy_namespace),
        arena_(arena) {}

  Result<std::vector<CelGeneration>> Convert(const policy::Generation& generation);
  const json::Value* place() const { return place_; }

 private:
  Result<CelGeneration> Data(const policy::GeneratePattern& pattern);
  Result<json::Value> Template(const json::Value& value);
  Result<json::Value> TemplateText(std::string_view text);
  Result<std::vector<CelGeneration>> Clone(const policy::GeneratePattern& pattern);
  Result<std::vector<CelGeneration>> CloneList(const policy::GeneratePattern& pattern);
  Result<std::string> PluralOf(std::string_view api_version, std::string_view kind) const;
  Result<void> CheckNamespaces(std::string_view target, std::string_view source) const;
  Result<std::string> Renamed(const policy::GeneratePattern& pattern, const std::string& source,
                              const std::string& name) const;
  Cel Apply(const std::string& target, const std::string& objects) const;
  Result<std::string> Text(std::string_view text);

  const QueryRoots& roots_;
  Variables& variables_;
  LoopNames& loops_;
  const KnownKinds& kinds_;
  std::string_view own_namespace_;
  Arena& arena_;
  const json::Value* place_ = nullptr;
  bool interpolates_ = false;  // the template has expressions
};

}  // namespace ephor::convert
