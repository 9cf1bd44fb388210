#include "load/plan.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/duration.h"

namespace ephor::load {
namespace {

constexpr unsigned kMostUsers = 100'000;
constexpr double kHighestRate = 10'000'000;
constexpr Nanoseconds kLongest = Nanoseconds{7} * 24 * 3600 * 1'000'000'000;
constexpr Nanoseconds kSharedIterationsDuration = Nanoseconds{600} * 1'000'000'000;

struct ExecutorName {
  Executor executor;
  std::string_view name;
};
constexpr std::array<ExecutorName, 5> kExecutors{{
    {Executor::kSharedIterations, "shared-iterations"},
    {Executor::kConstantUsers, "constant-vus"},
    {Executor::kRampingUsers, "ramping-vus"},
    {Executor::kConstantArrivalRate, "constant-arrival-rate"},
    {Executor::kRampingArrivalRate, "ramping-arrival-rate"},
}};

std::string Number(double value) {
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof text, value);
  return {text, end};
}

std::string Time(Nanoseconds time) {
  return Duration{time}.ToString();
}

}  // namespace

std::string_view NameOf(Executor executor) {
  return kExecutors[static_cast<std::size_t>(executor)].name;
}

Result<Executor> ParseExecutor(std::string_view name) {
  std::string known;
  for (const ExecutorName& each : kExecutors) {
    if (each.name == name) return each.executor;
    known += (known.empty() ? "" : ", ") + std::string(each.name);
  }
  return InvalidInput("executor '" + std::string(name) + "': must be one of " + known);
}

Result<void> Plan::Complete() {
  const std::string name(NameOf(executor));
  const bool ramping = executor == Executor::kRampingUsers || executor == Executor::kRampingArrivalRate;
  if (ramping && stages.empty()) return InvalidInput(name + " needs stages");
  if (!ramping && !stages.empty()) return InvalidInput(name + " has no stages; its duration is one");
  if (ramping && duration != 0) return InvalidInput(name + " has no duration but those of its stages");
  if (executor != Executor::kSharedIterations && iterations != 0) {
    return InvalidInput(name + " has no number of iterations");
  }
  if (!open() && rate != 0) return InvalidInput(name + " has no rate");
  if (!open() && max_users != 0) return InvalidInput(name + " has no greatest number of users");
  if (executor == Executor::kConstantArrivalRate && rate == 0) return InvalidInput(name + " needs a rate");
  for (const Stage& stage : stages) {
    if (stage.duration < 0 || stage.target < 0 || !std::isfinite(stage.target)) {
      return InvalidInput("stages must not be negative");
    }
    if (stage.duration > kLongest) return InvalidInput("a stage may last a week at most");
    duration += stage.duration;
  }
  if (ramping && duration == 0) return InvalidInput("the stages have no duration");
  if (executor == Executor::kSharedIterations) {
    if (users == 0) users = 1;
    if (iterations == 0) iterations = users;
    if (duration == 0) duration = kSharedIterationsDuration;
  }
  if (executor == Executor::kConstantUsers && users == 0) users = 1;
  if (duration == 0) return InvalidInput(name + " needs a duration");
  if (duration < 0 || duration > kLongest) return InvalidInput("the duration must be from 0 to a week");
  if (timeout <= 0) return InvalidInput("the timeout must be more than 0");
  if (graceful_stop < 0) return InvalidInput("the time to stop must not be negative");
  if (rate < 0 || !std::isfinite(rate)) return InvalidInput("the rate must not be negative");
  if (open()) {
    if (std::max(rate, ramp().highest()) > kHighestRate) return InvalidInput("the rate is too high");
    if (max_users == 0) max_users = std::max(users, 500u);
    if (users > max_users) return InvalidInput("more users from the start than there may be at most");
  } else if (ramp().highest() > kMostUsers) {
    return InvalidInput("more than 100000 users");
  }
  if (users > kMostUsers || max_users > kMostUsers) return InvalidInput("more than 100000 users");
  return {};
}

Ramp Plan::ramp() const {
  switch (executor) {
    case Executor::kRampingUsers:
      return Ramp(users, stages);
    case Executor::kConstantArrivalRate:
      return Ramp(rate, {{duration, rate}});
    case Executor::kRampingArrivalRate:
      return Ramp(rate, stages);
    default:
      return Ramp(users, {{duration, static_cast<double>(users)}});
  }
}

std::string Plan::Describe() const {
  const auto count = [](auto number, std::string_view what) {
    return std::to_string(number) + " " + std::string(what) + (number == 1 ? "" : "s");
  };
  switch (executor) {
    case Executor::kSharedIterations:
      return count(iterations, "iteration") + " shared among " + count(users, "VU") + " (at most " +
             Time(duration) + ")";
    case Executor::kConstantUsers:
      return count(users, "looping VU") + " for " + Time(duration);
    case Executor::kRampingUsers:
      return "up to " + Number(ramp().highest()) + " looping VUs for " + Time(duration) + " over " +
             count(stages.size(), "stage");
    case Executor::kConstantArrivalRate:
      return Number(rate) + " iterations/s for " + Time(duration) + " (VUs: " + std::to_string(users) +
             " to " + std::to_string(max_users) + ")";
    case Executor::kRampingArrivalRate:
      return "up to " + Number(ramp().highest()) + " iterations/s for " + Time(duration) + " over " +
             count(stages.size(), "stage") + " (VUs: " + std::to_string(users) + " to " +
             std::to_string(max_users) + ")";
  }
  return {};
}

Result<std::vector<Stage>> ParseStages(std::string_view text) {
  std::vector<Stage> stages;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    const std::size_t colon = part.find(':');
    Duration duration;
    Stage stage;
    const std::string_view target = colon == std::string_view::npos ? "" : part.substr(colon + 1);
    const auto [end, error] = std::from_chars(target.data(), target.data() + target.size(), stage.target);
    if (colon == std::string_view::npos || !Duration::TryParse(part.substr(0, colon), duration) ||
        error != std::errc() || end != target.data() + target.size()) {
      return InvalidInput("stage '" + std::string(part) + "': must be a duration and a target, as in 30s:50");
    }
    stage.duration = duration.nanoseconds;
    stages.push_back(stage);
  }
  return stages;
}

}  // namespace ephor::load
