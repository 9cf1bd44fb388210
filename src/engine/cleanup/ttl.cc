#include "engine/cleanup/ttl.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

namespace ephor::engine {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

struct Unit {
  std::string_view names[2];   // exact; "" for none
  std::string_view beginning;  // of longer names
  std::int64_t nanoseconds;
};
constexpr Unit kUnits[] = {
    {{"ns", ""}, "nano", 1},
    {{"us", "µs"}, "micro", 1'000},
    {{"ms", ""}, "milli", 1'000'000},
    {{"s", ""}, "sec", kSecond},
    {{"m", ""}, "min", 60 * kSecond},
    {{"h", "hr"}, "hour", 3600 * kSecond},
    {{"d", ""}, "day", 24 * 3600 * kSecond},
    {{"w", "wk"}, "week", 7 * 24 * 3600 * kSecond},
};

std::int64_t SaturatingAdd(std::int64_t a, std::int64_t b) {
  std::int64_t sum;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::int64_t>::max() : sum;
}

std::int64_t SaturatingMultiply(std::int64_t a, std::int64_t b) {
  std::int64_t product;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<std::int64_t>::max() : product;
}

const Unit* UnitNamed(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const Unit& unit : kUnits) {
    if (lower == unit.names[0] || (!unit.names[1].empty() && lower == unit.names[1]) ||
        lower.starts_with(unit.beginning)) {
      return &unit;
    }
  }
  return nullptr;
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsSpace(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');
}

// How many bytes of a unit's name begin at i: ASCII letters and µ.
std::size_t LettersAt(std::string_view text, std::size_t i) {
  const std::size_t begin = i;
  while (i < text.size()) {
    const char c = text[i];
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      ++i;
    } else if (text.substr(i).starts_with("µ")) {
      i += 2;
    } else {
      break;
    }
  }
  return i - begin;
}

}  // namespace

std::optional<Duration> ParseLooseDuration(std::string_view text) {
  if (Duration duration; Duration::TryParse(text, duration)) return duration;
  std::int64_t sum = 0;
  bool known = false;
  for (std::size_t i = 0; i < text.size();) {
    if (!IsDigit(text[i])) {
      ++i;
      continue;
    }
    std::int64_t number = 0;
    for (; i < text.size() && IsDigit(text[i]); ++i) {
      number = SaturatingAdd(SaturatingMultiply(number, 10), text[i] - '0');
    }
    std::size_t unit_at = i;
    while (unit_at < text.size() && IsSpace(text[unit_at])) ++unit_at;
    const std::size_t letters = LettersAt(text, unit_at);
    if (letters == 0) continue;
    i = unit_at + letters;
    if (const Unit* unit = UnitNamed(text.substr(unit_at, letters))) {
      sum = SaturatingAdd(sum, SaturatingMultiply(number, unit->nanoseconds));
      known = true;
    }
  }
  if (!known) return std::nullopt;
  return Duration{sum};
}

Result<std::optional<TtlDeletion>> TtlDeletionOf(const json::Value& object) {
  const json::Value* deleted = object.Find("metadata", "deletionTimestamp");
  const json::Value* label = object.Find("metadata", "labels", json::Key(kTtlLabel));
  if (label == nullptr || (deleted != nullptr && !deleted->is_null())) return std::nullopt;
  TtlDeletion deletion;
  const std::string_view value = label->string_or("");
  if (const auto duration = ParseLooseDuration(value)) {
    const auto created = Time::Parse(kRfc3339, object.StringAt("metadata", "creationTimestamp"));
    if (!created) return std::nullopt;
    deletion.due = created->Add(*duration);
  } else if (auto time = Time::Parse("2006-01-02T150405Z", value)) {
    deletion.due = *std::move(time);
  } else {
    EPHOR_ASSIGN(deletion.due, Time::Parse("2006-01-02", value));
  }
  const std::string_view propagation =
      object.StringAt("metadata", "annotations", "cleanup.kyverno.io/propagation-policy");
  for (const std::string_view known : {"Foreground", "Background", "Orphan"}) {
    if (propagation == known) deletion.propagation = known;
  }
  return deletion;
}

std::optional<std::string> TtlWarning(const json::Value& object) {
  const auto deletion = TtlDeletionOf(object);
  if (deletion) return std::nullopt;
  return "cleanup.kyverno.io/ttl label value cannot be parsed as any recognizable format (" +
         deletion.error().message() + ")";
}

}  // namespace ephor::engine
