#include "base/testing_allocations.h"

#include <cstdlib>
#include <new>

namespace {

thread_local std::uint64_t count = 0;

}  // namespace

#ifndef EPHOR_SANITIZED
// Not inlined: GCC would then see free() called on what operator new returned.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  ++count;
  if (void* const memory = std::malloc(bytes)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
#endif

namespace ephor {

std::uint64_t AllocationsOfThread() {
  return count;
}

}  // namespace ephor
