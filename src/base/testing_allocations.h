// For tests that claim that something does not allocate: counts what goes through operator new.
#pragma once

#include <cstdint>

namespace ephor {

// Of this thread, since it began. Always 0 under a sanitizer, which has an operator new of its own.
std::uint64_t AllocationsOfThread();

}  // namespace ephor
