#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <span>

#include "base/cron.h"
#include "base/duration.h"
#include "base/utf8.h"

namespace ephor {
namespace {

constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                        "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view kDays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr std::string_view kDescriptors[] = {"@yearly", "@annually", "@monthly", "@weekly",
                                             "@daily",  "@midnight", "@hourly"};

struct Bounds {
  std::uint32_t min, max;
  std::span<const std::string_view> names;  // of min and what follows
};
constexpr Bounds kFields[] = {{0, 59, {}}, {0, 23, {}}, {1, 31, {}}, {1, 12, kMonths}, {0, 6, kDays}};

std::optional<std::uint32_t> Number(std::string_view text, const Bounds& bounds) {
  for (std::size_t i = 0; i < bounds.names.size(); ++i) {
    if (EqualFold(text, bounds.names[i])) return bounds.min + static_cast<std::uint32_t>(i);
  }
  if (text.starts_with('+')) text.remove_prefix(1);
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// "*", "7", "1-5", "1-5/2", "3/10": to the end of the range.
bool IsRange(std::string_view text, const Bounds& bounds) {
  const std::size_t slash = text.find('/');
  const std::string_view range = text.substr(0, slash);
  const std::size_t hyphen = range.find('-');
  const std::string_view low = range.substr(0, hyphen);
  std::uint32_t start = bounds.min, end = bounds.max;
  if (low != "*" && low != "?") {
    const auto first = Number(low, bounds);
    if (!first) return false;
    start = end = *first;
    if (hyphen != std::string_view::npos) {
      const auto last = Number(range.substr(hyphen + 1), bounds);
      if (!last) return false;
      end = *last;
    }
  }
  if (slash != std::string_view::npos) {
    const auto step = Number(text.substr(slash + 1), {0, 0, {}});
    if (!step || *step == 0) return false;
    if (hyphen == std::string_view::npos) end = bounds.max;
  }
  return start >= bounds.min && end <= bounds.max && start <= end;
}

bool IsField(std::string_view text, const Bounds& bounds) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string_view range = text.substr(at, comma - at);
    if (!range.empty() && !IsRange(range, bounds)) return false;
    at = comma + 1;
  }
  return true;
}

}  // namespace

bool IsStandardCron(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  constexpr std::string_view kEvery = "@every ";
  if (text.starts_with('@')) {
    if (std::ranges::find(kDescriptors, text) != std::end(kDescriptors)) return true;
    Duration duration;
    return text.starts_with(kEvery) && Duration::TryParse(text.substr(kEvery.size()), duration);
  }
  std::size_t fields = 0;
  for (std::size_t at = text.find_first_not_of(kSpace); at != std::string_view::npos; ++fields) {
    const std::size_t end = std::min(text.find_first_of(kSpace, at), text.size());
    if (fields == std::size(kFields) || !IsField(text.substr(at, end - at), kFields[fields])) return false;
    at = text.find_first_not_of(kSpace, end);
  }
  return fields == std::size(kFields);
}

}  // namespace ephor
