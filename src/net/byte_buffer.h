// Bytes that have been read and not yet used.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

#include "net/http.h"

namespace ephor::net {

// A growing block with Request::kBodyPadding readable bytes behind its content. Not thread-safe.
class ByteBuffer {
 public:
  char* data() { return bytes_.get(); }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  bool empty() const { return size_ == 0; }
  std::string_view view() const { return {bytes_.get(), size_}; }

  // The capacity after Space(at_least).
  std::size_t CapacityFor(std::size_t at_least) const {
    return capacity_ - size_ < at_least ? std::max(size_ + at_least, 2 * capacity_) : capacity_;
  }
  // Room for at least that many bytes behind the content. It doubles at least, so that filling it byte by
  // byte stays linear.
  std::span<char> Space(std::size_t at_least) {
    if (capacity_ - size_ < at_least) Grow(CapacityFor(at_least));
    return {bytes_.get() + size_, capacity_ - size_};
  }
  void Commit(std::size_t count) { size_ += count; }
  void Append(std::string_view text) {
    if (text.empty()) return;
    std::memcpy(Space(text.size()).data(), text.data(), text.size());
    size_ += text.size();
  }
  // Drops bytes from the front.
  void Consume(std::size_t count) {
    size_ -= count;
    if (size_ > 0 && count > 0) std::memmove(bytes_.get(), bytes_.get() + count, size_);
  }
  // Drops bytes from the back.
  void Truncate(std::size_t size) { size_ = size; }
  void clear() { size_ = 0; }

 private:
  void Grow(std::size_t capacity) {
    auto larger = std::make_unique_for_overwrite<char[]>(capacity + Request::kBodyPadding);
    if (size_ > 0) std::memcpy(larger.get(), bytes_.get(), size_);
    std::memset(larger.get() + capacity, 0, Request::kBodyPadding);
    bytes_ = std::move(larger);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace ephor::net
