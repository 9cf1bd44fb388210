// What the parts of an expression came to, for who asks why it came to what it did.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "cel/eval/value.h"

namespace ephor::cel {

// A part of an expression that is noted when it is computed. Sites are numbered as the text has them, each
// before those within it.
struct NoteSite {
  enum class Role : std::uint8_t {
    kPart,
    kOperand,  // of && and ||, or what ?: chooses between: it may be left out
    kRound,    // what a loop computes for each element
  };
  enum class Shape : std::uint8_t { kOther, kAnd, kOr, kConditional, kLoop };

  std::string_view text;   // in normal form, on one line
  std::uint32_t last = 0;  // the number of the last site within it, or its own
  Role role = Role::kPart;
  Shape shape = Shape::kOther;
};

struct Note {
  std::uint32_t site;
  Value value;  // or an error
};

// Of one evaluation, in the order in which they were computed: a part comes after all within it. What would
// be too many are left out; of a loop that is what it does last.
class Notes {
 public:
  void Add(std::uint32_t site, const Value& value) {
    if (notes_.size() < kMost) notes_.push_back({site, value});
  }
  std::span<const Note> all() const { return notes_; }

 private:
  static constexpr std::size_t kMost = 4096;
  std::vector<Note> notes_;
};

}  // namespace ephor::cel
