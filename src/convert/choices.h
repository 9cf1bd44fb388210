// A sequence of choices that can be repeated and varied: how samples are enumerated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace ephor::convert {

// What is made by asking Choose() again and again is fixed by the answers. The first answers are given; those
// after them are the first option each time or, with a seed, now and then another one.
class Choices {
 public:
  explicit Choices(std::vector<std::uint32_t> given) : given_(std::move(given)) {}
  // `boldness` of 100 choices are not the first.
  Choices(std::uint64_t seed, std::uint32_t boldness) : state_(seed * 2 + 1), boldness_(boldness) {}

  // Below `options`, which is not 0.
  std::size_t Choose(std::size_t options) {
    std::size_t chosen = 0;
    if (made_.size() < given_.size()) {
      chosen = given_[made_.size()] % options;
    } else if (boldness_ > 0 && Next() % 100 < boldness_) {
      chosen = Next() % options;
    }
    made_.push_back({static_cast<std::uint32_t>(options), static_cast<std::uint32_t>(chosen)});
    return chosen;
  }

  struct Made {
    std::uint32_t options, chosen;
  };
  const std::vector<Made>& made() const { return made_; }

 private:
  // splitmix64.
  std::uint64_t Next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  std::vector<std::uint32_t> given_;
  std::vector<Made> made_;
  std::uint64_t state_ = 0;
  std::uint32_t boldness_ = 0;
};

}  // namespace ephor::convert
