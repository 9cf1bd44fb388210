// The bytes of one input.
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ephor::source {

// A file mapped into memory, or bytes read from a stream. Owns them; movable, and views stay valid when it is
// moved. A mapped file that shrinks while it is read is the user's problem, as with any tool that maps.
class Text {
 public:
  // The errors are worded as Go's os package words them: "open x: no such file or directory".
  static Result<Text> OfFile(const std::string& path);
  static Result<Text> OfStream(std::FILE* stream);
  static Text OfBytes(std::string bytes);

  Text(Text&& other) noexcept;
  Text& operator=(Text&& other) noexcept;
  ~Text();

  std::string_view bytes() const {
    return mapped_ != nullptr ? std::string_view(mapped_, size_) : std::string_view(owned_);
  }

 private:
  Text() = default;

  const char* mapped_ = nullptr;
  std::size_t size_ = 0;
  std::string owned_;
};

}  // namespace ephor::source
