// A text as a schedule. Reading it ends; what can be read names times that come one after another.
#include "base/cron.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  [[maybe_unused]] const bool is_standard = ephor::IsStandardCron(text);
  const auto schedule = ephor::CronSchedule::Parse(text);
  if (!schedule) {
    if (schedule.error().message().empty()) std::abort();
    return 0;
  }
  ephor::Time at = ephor::Time::FromUnix(1'700'000'000);
  for (int i = 0; i < 8; ++i) {
    const auto next = schedule->Next(at);
    if (!next) break;
    if (next->unix_seconds <= at.unix_seconds) std::abort();
    at = *next;
  }
  return 0;
}
