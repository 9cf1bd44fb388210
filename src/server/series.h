// Time series of one thread: it counts without locks, and any other thread may read meanwhile.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ephor::server {

// The number of a label, of whichever kind, that stands for all those without a number of their own.
inline constexpr std::uint32_t kOther = 0;

// A growing list whose items never move, so that readers may go through the published part while the one
// writer appends.
template <class T>
class StableList {
 public:
  static constexpr std::size_t kBlock = 256;
  static constexpr std::size_t kMaxBlocks = 64;

  std::size_t size() const { return size_.load(std::memory_order_acquire); }
  bool full() const { return size_.load(std::memory_order_relaxed) == kBlock * kMaxBlocks; }
  // Of an index below a size() that the reader has seen.
  T& operator[](std::size_t index) const { return blocks_[index / kBlock][index % kBlock]; }

  // For the writer; the list must not be full. The item is filled in before others can see it.
  template <class Fill>
  T& Append(Fill fill) {
    const std::size_t index = size_.load(std::memory_order_relaxed);
    if (index % kBlock == 0) blocks_[index / kBlock] = std::make_unique<T[]>(kBlock);
    T& item = (*this)[index];
    fill(item);
    size_.store(index + 1, std::memory_order_release);
    return item;
  }

 private:
  std::array<std::unique_ptr<T[]>, kMaxBlocks> blocks_;
  std::atomic<std::size_t> size_{0};
};

// Numbers for texts of labels. Texts come from requests, so their number is bounded: later ones all are
// kOther.
class LabelTexts {
 public:
  LabelTexts();
  // For the writer. Does not allocate for a text that was there before.
  std::uint32_t Id(std::string_view text);
  // For any thread.
  std::string_view Text(std::uint32_t id) const { return texts_[id]; }

 private:
  static constexpr std::size_t kMaxBytes = 512;

  StableList<std::string> texts_;
  std::unordered_map<std::string_view, std::uint32_t> ids_;
};

// Adds without a locked instruction, which one writer does not need.
inline void AddTo(std::atomic<std::uint64_t>& counter, std::uint64_t by) {
  counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

struct CounterCell {
  std::atomic<std::uint64_t> value{0};
};

// How often something was done, and how long it took altogether.
struct CostCell {
  std::atomic<std::uint64_t> count{0};
  std::atomic<std::uint64_t> sum_nanoseconds{0};
};

struct HistogramCell {
  // Upper bounds of the buckets in seconds, those of the reference; one more bucket holds the rest.
  static constexpr std::array<double, 15> kBounds = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
                                                     2.5,   5,    10,    15,   20,  25,   30};

  std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> buckets{};
  std::atomic<std::uint64_t> sum_nanoseconds{0};

  void Observe(std::uint64_t nanoseconds);
};

// One family: cells by the numbers of their labels.
template <std::size_t kLabels, class Cell>
class SeriesTable {
 public:
  using Labels = std::array<std::uint32_t, kLabels>;

  SeriesTable() : index_(64, kEmpty) {}

  // For the writer. The cell of these labels; when there are too many, one for all others, whose labels all
  // are kOther.
  Cell& At(const Labels& labels) {
    std::size_t slot = Hash(labels) & (index_.size() - 1);
    while (index_[slot] != kEmpty) {
      Entry& entry = entries_[index_[slot]];
      if (entry.labels == labels) return entry.cell;
      slot = (slot + 1) & (index_.size() - 1);
    }
    if (entries_.full()) return overflow_.cell;
    index_[slot] = static_cast<std::uint32_t>(entries_.size());
    Cell& cell = entries_.Append([&](Entry& entry) { entry.labels = labels; }).cell;
    if (2 * entries_.size() > index_.size()) Grow();
    return cell;
  }

  // For any thread.
  template <class Visit>
  void ForEach(Visit visit) const {
    const std::size_t size = entries_.size();
    for (std::size_t i = 0; i < size; ++i) visit(entries_[i].labels, entries_[i].cell);
    if (entries_.full()) visit(overflow_.labels, overflow_.cell);
  }

 private:
  static constexpr std::uint32_t kEmpty = ~0u;
  struct Entry {
    Labels labels{};
    Cell cell;
  };

  static std::size_t Hash(const Labels& labels) {
    std::uint64_t hash = 0;
    for (const std::uint32_t label : labels) hash = (hash ^ label) * 0x9E3779B97F4A7C15u;
    return static_cast<std::size_t>(hash >> 32);
  }

  void Grow() {
    index_.assign(4 * index_.size(), kEmpty);
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      std::size_t slot = Hash(entries_[i].labels) & (index_.size() - 1);
      while (index_[slot] != kEmpty) slot = (slot + 1) & (index_.size() - 1);
      index_[slot] = static_cast<std::uint32_t>(i);
    }
  }

  std::vector<std::uint32_t> index_;  // open addressing; positions in entries_
  StableList<Entry> entries_;
  Entry overflow_;
};

}  // namespace ephor::server
