// Making json::Values by hand.
#pragma once

#include "base/arena.h"
#include "json/value.h"

namespace ephor::json {

// Sorts members by key; of equal keys the one that stands last wins, as in Go's decoder. Returns how many are
// left.
std::size_t SortMembers(std::span<Member> members);

//   ObjectBuilder pod(arena);
//   pod.Set("kind", Value::String("Pod"));
//   Value value = pod.Build();
// Keys and strings are views: they must outlive the value (arena.Copy where they do not).
class ObjectBuilder {
 public:
  explicit ObjectBuilder(Arena& arena, std::size_t capacity = 0) : members_(arena, capacity) {}
  // Begins with the members of an object.
  ObjectBuilder(Arena& arena, const Value& object);

  // Later settings of a key replace earlier ones.
  void Set(const Key& key, Value value) { members_.push_back(Member(key, value)); }
  bool empty() const { return members_.empty(); }
  // May be called once.
  Value Build() { return Value::Object(members_.span().first(SortMembers(members_.span()))); }

 private:
  ArenaVector<Member> members_;
};

class ArrayBuilder {
 public:
  explicit ArrayBuilder(Arena& arena, std::size_t capacity = 0) : items_(arena, capacity) {}
  void Add(Value value) { items_.push_back(value); }
  std::size_t size() const { return items_.size(); }
  Value Build() { return Value::Array(items_.span()); }

 private:
  ArenaVector<Value> items_;
};

// The object with one member set or, if it is there, replaced; the object itself stays as it was.
Value WithMember(const Value& object, const Key& key, Value value, Arena& arena);
// The object without the member; the object itself where it has none of that name.
Value WithoutMember(const Value& object, const Key& key, Arena& arena);

}  // namespace ephor::json
