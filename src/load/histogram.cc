#include "load/histogram.h"

#include <algorithm>
#include <cmath>

namespace ephor::load {

void Histogram::Add(const Histogram& other) {
  for (std::size_t i = 0; i < kBuckets; ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

// The first 512 buckets have the width 1; of every later row of 256 the width doubles.
std::uint64_t Histogram::LargestIn(std::size_t bucket) {
  constexpr std::size_t kRow = std::size_t{1} << kBits;
  if (bucket < 2 * kRow) return bucket;
  const std::size_t shift = (bucket >> kBits) - 1;
  const std::uint64_t first = std::uint64_t{(bucket & (kRow - 1)) + kRow} << shift;
  return first + (std::uint64_t{1} << shift) - 1;
}

std::uint64_t Histogram::Percentile(double percent) const {
  if (count_ == 0) return 0;
  const double wanted = std::ceil(std::clamp(percent, 0.0, 100.0) / 100 * static_cast<double>(count_));
  const std::uint64_t rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(wanted));
  if (rank >= count_) return max_;
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += buckets_[i];
    if (seen >= rank) return std::clamp(LargestIn(i), min_, max_);
  }
  return max_;
}

std::uint64_t Histogram::CountUpTo(std::uint64_t value) const {
  if (value >= max_) return count_;
  std::uint64_t seen = 0;
  const std::size_t last = BucketOf(std::min(value, kLargest));
  for (std::size_t i = 0; i <= last; ++i) seen += buckets_[i];
  return seen;
}

}  // namespace ephor::load
