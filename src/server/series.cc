#include "server/series.h"

namespace ephor::server {

LabelTexts::LabelTexts() {
  texts_.Append([](std::string& text) { text = "other"; });
}

std::uint32_t LabelTexts::Id(std::string_view text) {
  if (const auto found = ids_.find(text); found != ids_.end()) return found->second;
  if (texts_.full() || text.size() > kMaxBytes) return kOther;
  const auto id = static_cast<std::uint32_t>(texts_.size());
  const std::string& kept = texts_.Append([text](std::string& item) { item.assign(text); });
  ids_.emplace(kept, id);
  return id;
}

void HistogramCell::Observe(std::uint64_t nanoseconds) {
  std::size_t bucket = 0;
  while (bucket < kBounds.size() && nanoseconds > static_cast<std::uint64_t>(kBounds[bucket] * 1e9)) ++bucket;
  AddTo(buckets[bucket], 1);
  AddTo(sum_nanoseconds, nanoseconds);
}

}  // namespace ephor::server
