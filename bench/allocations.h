// Counts heap allocations, for benchmarks that claim to make none.
#pragma once

#include <cstdint>

namespace ephor {

// Of all threads, since the program began: calls of malloc and its kin, those of operator new among them.
std::uint64_t HeapAllocations();

class AllocationCount {
 public:
  AllocationCount() : start_(HeapAllocations()) {}
  std::uint64_t Since() const { return HeapAllocations() - start_; }

 private:
  std::uint64_t start_;
};

}  // namespace ephor
