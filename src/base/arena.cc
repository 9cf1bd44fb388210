#include "base/arena.h"

#include <algorithm>
#include <cstdlib>

namespace ephor {

Arena::~Arena() {
  for (Chunk* chunk = last_; chunk != nullptr;) {
    Chunk* previous = chunk->previous;
    std::free(chunk);
    chunk = previous;
  }
}

void Arena::Open(Chunk* chunk) {
  last_ = chunk;
  cursor_ = reinterpret_cast<std::uintptr_t>(chunk + 1);
  limit_ = reinterpret_cast<std::uintptr_t>(chunk) + chunk->bytes;
}

void* Arena::AllocateInNewChunk(std::size_t bytes, std::size_t align) {
  const std::size_t need = sizeof(Chunk) + bytes + align;
  if (need < bytes) throw std::bad_alloc();
  const std::size_t size = std::max(need, next_chunk_bytes_);
  auto* chunk = static_cast<Chunk*>(std::malloc(size));
  if (chunk == nullptr) throw std::bad_alloc();
  chunk->previous = last_;
  chunk->bytes = size;
  reserved_ += size;
  // Doubling keeps the number of chunks logarithmic in what a request needs.
  next_chunk_bytes_ = std::min<std::size_t>(2 * next_chunk_bytes_, 8 << 20);
  Open(chunk);
  return Allocate(bytes, align);
}

void Arena::Reset() {
  // The latest chunk is normally the largest: keeping it alone means that the next request of this size fits
  // in one chunk. A larger one is not kept, so that one huge request does not hold its memory for good.
  Chunk* keep = last_ != nullptr && last_->bytes <= kKeepBytes ? last_ : nullptr;
  for (Chunk* chunk = last_; chunk != nullptr;) {
    Chunk* previous = chunk->previous;
    if (chunk != keep) {
      reserved_ -= chunk->bytes;
      std::free(chunk);
    }
    chunk = previous;
  }
  last_ = nullptr;
  cursor_ = limit_ = 0;
  if (keep != nullptr) {
    keep->previous = nullptr;
    Open(keep);
  } else {
    next_chunk_bytes_ = kFirstChunkBytes;
  }
}

std::size_t Arena::used_bytes() const {
  return reserved_ - (limit_ - cursor_);
}

}  // namespace ephor
