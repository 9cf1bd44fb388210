#include "load/schedule.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ephor::load {
namespace {

constexpr double kSecond = 1e9;

}  // namespace

Ramp::Ramp(double start, std::vector<Stage> stages) : start_(start), stages_(std::move(stages)) {
  for (const Stage& stage : stages_) duration_ += stage.duration;
}

double Ramp::At(Nanoseconds time) const {
  double from = start_;
  for (const Stage& stage : stages_) {
    if (time < stage.duration) {
      const double part = static_cast<double>(time) / static_cast<double>(stage.duration);
      return from + (stage.target - from) * part;
    }
    time -= stage.duration;
    from = stage.target;
  }
  return from;
}

double Ramp::highest() const {
  double highest = start_;
  for (const Stage& stage : stages_) highest = std::max(highest, stage.target);
  return highest;
}

Arrivals::Arrivals(Ramp rate) : rate_(std::move(rate)) {
  Find();
}

void Arrivals::Advance() {
  number_ += 1;
  Find();
}

// Within a stage of the length T whose rate goes from a to b, the integral up to t is a*t + (b-a)/(2T)*t^2.
// Its root is taken in the form that stays exact where the rate is constant.
void Arrivals::Find() {
  double from = stage_ == 0 ? rate_.start_ : rate_.stages_[stage_ - 1].target;
  for (; stage_ < rate_.stages_.size(); ++stage_) {
    const Stage& stage = rate_.stages_[stage_];
    const double length = static_cast<double>(stage.duration) / kSecond;
    const double whole = (from + stage.target) / 2 * length;
    const double wanted = number_ - before_stage_;
    if (wanted < whole) {
      const double slope = (stage.target - from) / length;
      const double root = std::sqrt(std::max(0.0, from * from + 2 * slope * wanted));
      const double time = wanted <= 0 ? 0 : 2 * wanted / (from + root);
      next_ = stage_begin_ + std::min(stage.duration, static_cast<Nanoseconds>(std::llround(time * kSecond)));
      return;
    }
    before_stage_ += whole;
    stage_begin_ += stage.duration;
    from = stage.target;
  }
  has_next_ = false;
}

}  // namespace ephor::load
