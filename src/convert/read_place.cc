#include "convert/read_place.h"

namespace ephor::convert {

ReadPlace& ReadPlace::Member(std::string_view name) {
  auto found = members.find(name);
  if (found == members.end()) {
    found = members.emplace(std::string(name), std::make_unique<ReadPlace>()).first;
    found->second->shape = shape.Field(name);
  }
  return *found->second;
}

ReadPlace& ReadPlace::Element() {
  if (element == nullptr) {
    element = std::make_unique<ReadPlace>();
    element->shape = shape.Element();
  }
  return *element;
}

void ReadPlace::AddValue(const json::Value& value) {
  for (const json::Value& there : values) {
    if (there.kind() == value.kind() && json::Equal(there, value)) return;
  }
  values.push_back(value);
}

void ReadPlace::Merge(ReadPlace&& other) {
  for (auto& [name, member] : other.members) {
    const auto found = members.find(name);
    if (found == members.end()) {
      members.emplace(name, std::move(member));
    } else {
      found->second->Merge(std::move(*member));
    }
  }
  if (element == nullptr) {
    element = std::move(other.element);
  } else if (other.element != nullptr) {
    element->Merge(std::move(*other.element));
  }
  for (const json::Value& value : other.values) AddValue(value);
}

}  // namespace ephor::convert
