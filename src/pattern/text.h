// Values as the text in which conditions compare and messages show them, and the text of messages.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/arena.h"
#include "json/value.h"

namespace ephor::pattern {

// Text that grows in an arena. Not a value: what view() gave is valid as long as the arena.
class ArenaText {
 public:
  explicit ArenaText(Arena& arena) : arena_(&arena) {}
  ArenaText& Append(std::string_view text);
  ArenaText& Append(std::uint64_t number);
  std::string_view view() const { return {data_, size_}; }
  bool empty() const { return size_ == 0; }
  void clear() { *this = ArenaText(*arena_); }

 private:
  Arena* arena_;
  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

// A value as Go's %v prints it: strings bare, null as <nil>, lists as [a b], objects as map[a:1 b:2].
// Integral numbers are plain digits, whatever their size (the reference changes to 1e+06 for those it holds
// as floats).
void AppendText(const json::Value& value, ArenaText& out);

// The same as a view; a string is returned as it is.
std::string_view TextOf(const json::Value& value, Arena& arena);

// Go's name of the value's type, as %T prints it: "map[string]interface {}", "<nil>", ...
std::string_view GoTypeName(const json::Value& value);

// Without the white space (of Unicode) at both ends, as Go's strings.TrimSpace.
std::string_view TrimSpace(std::string_view text);

}  // namespace ephor::pattern
