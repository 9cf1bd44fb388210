// Where the parts of policies and objects stand in the texts that they were read from.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "json/value.h"
#include "policy/types.h"
#include "yaml/load.h"

namespace ephor::engine {

struct Place {
  std::string_view file;
  SourcePosition position;  // of the key, where there is one, else of the value; {0, 0} where not known
  std::string path;         // "spec.rules[0].match"; "" for the document itself
};

// Finds a value's place by the address where the value stands, or by the storage it shares: a copy of a list,
// an object or a text still has the original's. Not thread-safe while being filled. What it is given must
// outlive it.
class Places {
 public:
  // A text and the positions of its values.
  struct Text {
    std::string_view file;
    std::string_view bytes;
    const yaml::Positions* positions = nullptr;
    std::uint32_t first_line = 1;  // the number of the bytes' first line in the file; positions count from 1
  };

  // A document or a part of it, with all below; `path` is where the part stands.
  void Add(const json::Value& root, const Text& text, std::string_view path = "");
  // An object as it was read from a policy file.
  void AddObject(const policy::Object& object);
  // One that autogen made of another, which is known: what it has at the same path has the same place.
  void AddVariant(const policy::Object& made, const policy::Object& written);
  // A policy: what autogen made gets the place of what it was made from.
  void AddPolicy(const policy::Policy& policy);
  // A value that was made from one that is known, such as a resource with defaults filled in: parts with the
  // same path have the same place.
  void AddCopy(const json::Value& copy, const json::Value& original);

  // The place is valid as long as this; nullptr where it is not known.
  const Place* Of(const json::Value* value) const;
  // For a CEL expression that is no view of a document: the place of one with the same text, if there is only
  // one.
  const Place* OfText(std::string_view text) const;

 private:
  void AddValue(const json::Value& value, std::string path, std::string_view key, std::size_t text);
  // `original` is null where the made value has no counterpart; the place around it is then as near as it
  // gets.
  void AddMade(const json::Value& made, const json::Value* original, const Place* around);
  void AddRule(const policy::Policy& policy, const policy::Rule& rule);
  SourcePosition KeyPosition(SourcePosition of_value, std::string_view key, std::size_t text) const;
  std::string_view Line(std::size_t text, std::uint32_t number) const;

  struct Known {
    Text text;
    std::vector<std::size_t> line_starts;
  };
  std::size_t Know(const Text& text);

  std::vector<Known> texts_;
  std::deque<Place> places_;
  std::unordered_map<const json::Value*, const Place*> by_address_;
  std::unordered_map<const void*, const Place*> by_storage_;
  // Of CEL expressions; null for one that stands in several places.
  std::unordered_map<std::string_view, const Place*> by_content_;
};

}  // namespace ephor::engine
