// The text of a JSON patch whose variables only fill texts in it, so that it is read once instead of each
// time.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "engine/expression.h"
#include "json/patch.h"

namespace ephor::engine {

class Context;

// In general a patch is a text whose variables are replaced before it is read as YAML, and what they yield
// may change its structure. Most patches are plainer: their variables stand inside of quotes, or of a
// pointer. Immutable, safe from any thread.
class PatchText {
 public:
  // Nothing where the text is not of the plain kind. Made things are in the arena, which must outlive this.
  static std::optional<PatchText> Compile(std::string_view text, Arena& arena);

  // The operations with the variables filled in; nothing where what they yield must be read as YAML after
  // all, or where one fails: substituting the text then gives the same or the error. Does not use the heap.
  std::optional<std::span<const json::Operation>> Fill(Context& context) const;

 private:
  // A text with variables: literal, variable, literal, ..., literal.
  struct Text {
    std::vector<std::string_view> literals;
    std::vector<std::size_t> variables;  // one fewer than the literals
    bool quoted = false;  // else it must be a pointer, so that it cannot be read as anything else
  };
  // A place in the operations that a text fills.
  struct Slot {
    enum class Field : std::uint8_t { kPath, kFrom, kValue };
    std::size_t operation;
    Field field;
    std::vector<std::uint32_t> steps;  // from the value down: the places of members and items
    Text text;
  };

  PatchText() = default;
  bool AddSlots(std::size_t operation, const json::Value& value, std::vector<std::uint32_t>& steps);
  std::optional<Text> Parse(std::string_view text) const;
  std::optional<std::string_view> Compose(const Text& text, std::span<const std::string_view> values,
                                          Arena& arena) const;

  std::vector<Expression> variables_;
  std::vector<json::Operation> operations_;  // with placeholders
  std::vector<Slot> slots_;
};

}  // namespace ephor::engine
