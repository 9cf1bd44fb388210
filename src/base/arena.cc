#include "base/arena.h"

#include <algorithm>
#include <cstdlib>

namespace ephor {

Arena::~Arena() {
  FreeAll();
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
  // Either way the number of chunks is logarithmic in what is needed. Of small arenas there may be thousands:
  // they grow by a quarter, since what the last chunk does not use is lost.
  next_chunk_bytes_ = next_chunk_bytes_ < kFirstChunkBytes
                          ? std::max(next_chunk_bytes_, reserved_ / 4)
                          : std::min<std::size_t>(2 * next_chunk_bytes_, 8 << 20);
  Open(chunk);
  return Allocate(bytes, align);
}

void Arena::Reset() {
  if (last_ == nullptr) return;
  if (last_->previous == nullptr && last_->bytes <= kKeepBytes) {
    Open(last_);
    return;
  }
  // The next request of this size is to fit in one chunk, which is then kept.
  next_chunk_bytes_ = reserved_ <= kKeepBytes ? reserved_ : kFirstChunkBytes;
  FreeAll();
}

void Arena::FreeAll() {
  for (Chunk* chunk = last_; chunk != nullptr;) {
    Chunk* previous = chunk->previous;
    std::free(chunk);
    chunk = previous;
  }
  last_ = nullptr;
  cursor_ = limit_ = 0;
  reserved_ = 0;
}

std::size_t Arena::used_bytes() const {
  return reserved_ - (limit_ - cursor_);
}

}  // namespace ephor
