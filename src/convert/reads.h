// What a rule reads of an object: the tree of its paths, with values that tell what the rule makes of them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/arena.h"
#include "convert/shape.h"
#include "json/value.h"
#include "policy/types.h"

namespace ephor::convert {

// One place. Values that a rule is looking for come first.
struct ReadPlace {
  std::map<std::string, std::unique_ptr<ReadPlace>, std::less<>> members;
  std::unique_ptr<ReadPlace> element;  // of a list
  std::vector<json::Value> values;
  Shape shape = Shape::Anything();

  ReadPlace& Member(std::string_view name);
  ReadPlace& Element();
  void AddValue(const json::Value& value);
  // Takes over what the other has in addition.
  void Merge(ReadPlace&& other);
};

// All that the rule's match, preconditions and body read of the object. Values are in the arena and in the
// policy. Custom resources are those of a kind that Kubernetes does not have.
std::unique_ptr<ReadPlace> ReadsOf(const policy::Rule& rule, const Shape& object, Arena& arena);

}  // namespace ephor::convert
