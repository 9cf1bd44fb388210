// Memory of one request, or of one compiled policy set: allocated by moving a pointer, freed as a whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace ephor {

// Not thread-safe: an arena belongs to one request or one builder. Pointers into it are valid until Reset or
// destruction, and no destructor runs, so only trivially destructible types live in it.
//
// Reset keeps memory for another request like the last one, in one piece, so that requests after the first do
// not allocate; where that one took more than kKeepBytes, all is returned to the system.
class Arena {
 public:
  static constexpr std::size_t kFirstChunkBytes = 64 << 10;
  static constexpr std::size_t kKeepBytes = 4 << 20;

  Arena() = default;
  // A first chunk of another size, for arenas that are known to be large, or that are many and small (one a
  // policy): these then hold little more than they hand out.
  explicit Arena(std::size_t first_chunk_bytes) : next_chunk_bytes_(first_chunk_bytes) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena();

  void* Allocate(std::size_t bytes, std::size_t align = 8) {
    const std::uintptr_t start = (cursor_ + (align - 1)) & ~std::uintptr_t{align - 1};
    if (start + bytes > limit_ || cursor_ == 0) [[unlikely]]
      return AllocateInNewChunk(bytes, align);
    cursor_ = start + bytes;
    return reinterpret_cast<void*>(start);
  }

  template <class T, class... Args>
  T* New(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (Allocate(sizeof(T), alignof(T))) T(std::forward<Args>(args)...);
  }

  // Uninitialized.
  template <class T>
  std::span<T> NewArray(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    return {static_cast<T*>(Allocate(count * sizeof(T), alignof(T))), count};
  }

  std::string_view Copy(std::string_view text) {
    char* copy = static_cast<char*>(Allocate(text.size(), 1));
    if (!text.empty()) std::memcpy(copy, text.data(), text.size());
    return {copy, text.size()};
  }

  template <class T>
  std::span<T> Copy(std::span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T>);
    std::span<T> copy = NewArray<T>(items.size());
    if (!items.empty()) std::memcpy(static_cast<void*>(copy.data()), items.data(), items.size_bytes());
    return copy;
  }

  // Forgets all that was allocated.
  void Reset();

  // Bytes held from the system, used or not.
  std::size_t reserved_bytes() const { return reserved_; }
  // Bytes handed out since construction or Reset, with what was lost at the ends of chunks.
  std::size_t used_bytes() const;

 private:
  struct Chunk {
    Chunk* previous;
    std::size_t bytes;  // with this header
  };

  void* AllocateInNewChunk(std::size_t bytes, std::size_t align);
  void Open(Chunk* chunk);
  void FreeAll();

  std::uintptr_t cursor_ = 0;
  std::uintptr_t limit_ = 0;
  Chunk* last_ = nullptr;
  std::size_t next_chunk_bytes_ = kFirstChunkBytes;
  std::size_t reserved_ = 0;
};

// A growing array in an arena; what it outgrows stays there until the arena is reset.
template <class T>
class ArenaVector {
 public:
  static_assert(std::is_trivially_copyable_v<T>);

  explicit ArenaVector(Arena& arena, std::size_t capacity = 0) : arena_(&arena) {
    if (capacity > 0) Grow(capacity);
  }

  void push_back(const T& item) {
    if (size_ == capacity_) {
      const T copy = item;  // it may be one of ours
      Grow(capacity_ == 0 ? 8 : 2 * capacity_);
      data_[size_++] = copy;
      return;
    }
    new (&data_[size_++]) T(item);
  }
  void pop_back() { --size_; }
  void resize_down(std::size_t size) { size_ = size; }

  T& back() { return data_[size_ - 1]; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // Valid until the next push_back.
  std::span<T> span() { return {data_, size_}; }
  std::span<const T> span() const { return {data_, size_}; }

 private:
  void Grow(std::size_t capacity) {
    T* larger = static_cast<T*>(arena_->Allocate(capacity * sizeof(T), alignof(T)));
    if (size_ > 0) std::memcpy(static_cast<void*>(larger), data_, size_ * sizeof(T));
    data_ = larger;
    capacity_ = capacity;
  }

  Arena* arena_;
  T* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace ephor
