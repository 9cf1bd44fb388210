// What a generating policy makes, gathered instead of created.
#pragma once

#include <span>
#include <string_view>

#include "base/arena.h"
#include "json/value.h"
#include "ports/generator.h"

namespace ephor::engine {

class Observer;

// One evaluation's objects, in the arena. Not thread-safe.
class GeneratedObjects final : public ports::Generator {
 public:
  explicit GeneratedObjects(Arena& arena, Observer* observer = nullptr)
      : arena_(arena), observer_(observer), objects_(arena) {}

  // Each object gets the namespace, or none where that is ""; of a list its items do. Never fails.
  Result<void> Apply(std::string_view namespace_, std::span<const json::Value> objects) override;

  std::span<const json::Value> objects() const { return objects_.span(); }

 private:
  void Add(const json::Value& object);

  Arena& arena_;
  Observer* observer_;
  ArenaVector<json::Value> objects_;
};

}  // namespace ephor::engine
