// Counts of values by their size, precise enough for percentiles and cheap enough for every request.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <limits>

namespace ephor::load {

// A histogram in the manner of HdrHistogram: each power of two is divided into 256 buckets of equal width, so
// that a value read back differs by less than 0.4% from the one that was recorded; below 512 it is exact.
// Recording is a few instructions. 66 KiB, no other memory. Not thread-safe.
//
// The unit is the caller's; here it is nanoseconds everywhere.
class Histogram {
 public:
  void Record(std::uint64_t value) {
    ++buckets_[BucketOf(value < kLargest ? value : kLargest)];
    ++count_;
    sum_ += static_cast<double>(value);
    if (value < min_) min_ = value;
    if (value > max_) max_ = value;
  }
  void Add(const Histogram& other);
  void Clear() { *this = Histogram(); }

  std::uint64_t count() const { return count_; }
  double sum() const { return sum_; }
  // Of an empty histogram all of these are 0.
  std::uint64_t min() const { return count_ == 0 ? 0 : min_; }
  std::uint64_t max() const { return max_; }
  double mean() const { return count_ == 0 ? 0 : sum_ / static_cast<double>(count_); }
  // The smallest recorded value that at least `percent` of all values do not exceed; never outside min and
  // max.
  std::uint64_t Percentile(double percent) const;
  // How many values lie in buckets that end at or before the value's own: the cumulative distribution.
  std::uint64_t CountUpTo(std::uint64_t value) const;

 private:
  static constexpr int kBits = 8;
  static constexpr std::uint64_t kLargest = (std::uint64_t{1} << 40) - 1;  // 18 minutes
  static constexpr std::size_t kBuckets = (40 - kBits + 1) << kBits;

  static std::size_t BucketOf(std::uint64_t value) {
    const int shift = std::bit_width(value >> (kBits + 1));
    return (static_cast<std::size_t>(shift) << kBits) + static_cast<std::size_t>(value >> shift);
  }
  static std::uint64_t LargestIn(std::size_t bucket);

  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  double sum_ = 0;
  std::uint64_t min_ = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t max_ = 0;
};

}  // namespace ephor::load
