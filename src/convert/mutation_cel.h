// Patches of a mutate rule as expressions of a MutatingPolicy.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "convert/place.h"
#include "convert/query_cel.h"
#include "json/value.h"

namespace ephor::convert {

// One entry of a MutatingPolicy's `mutations`.
struct CelMutation {
  bool is_json_patch = false;  // else an ApplyConfiguration
  std::string expression;
};

// Converts patches of one rule. Fails (kInvalidPolicy) with the reason where something cannot be said in CEL;
// place() is then the part of the patch that is at fault, or null.
class MutationConverter {
 public:
  // It changes the target where the roots have one, else the object.
  MutationConverter(const QueryRoots& roots, Variables& variables, LoopNames& loops, Arena& arena)
      : roots_(roots),
        subject_(roots.target ? *roots.target : roots.object),
        variables_(variables),
        loops_(loops),
        arena_(arena) {}

  // A strategic merge patch: objects by their types, `+(key)` as an optional field, `(key)` and `<(key)` as a
  // condition on the object or on the elements of a list.
  Result<CelMutation> Merge(const json::Value& patch);
  // RFC 6902 patches, as YAML or JSON. Objects and lists that an addition needs are added first, as the
  // reference does.
  Result<CelMutation> Patches(std::string_view text);

  const json::Value* place() const { return place_; }

 private:
  Result<std::string> Value(const json::Value& patch, const Place& place, const std::string& type);
  Result<std::string> Object(const json::Value& patch, const Place& place, const std::string& type,
                             std::string_view fields_before);
  Result<std::string> Field(const json::Member& member, const Place& object, const std::string& type,
                            bool in_map);
  Result<std::string> List(const json::Value& patch, const Place& place, const std::string& type);
  Result<std::string> AnchoredList(const json::Value& patch, const Place& place, const std::string& type);
  Result<Cel> Holds(const json::Member& condition, const Place& object);
  Result<std::string> Scalar(const json::Value& value);
  Result<std::string> Plain(const json::Value& value, const std::string& type);
  Result<std::string> Patch(const json::Value& patch);

  const QueryRoots& roots_;
  const Place subject_;
  Variables& variables_;
  LoopNames& loops_;
  Arena& arena_;
  const json::Value* place_ = nullptr;
  std::set<std::string> added_;             // paths of objects that are there after the patches so far
  std::vector<Cel>* conditions_ = nullptr;  // that the part of the patch which is converted needs
};

}  // namespace ephor::convert
