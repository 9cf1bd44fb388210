// The tree of what is read of an object, with values that tell what is made of them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "convert/shape.h"
#include "json/value.h"

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

}  // namespace ephor::convert
