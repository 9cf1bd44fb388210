// Schedules in cron's format.
#pragma once

#include <string_view>

namespace ephor::policy {

// Whether the text is a schedule as github.com/robfig/cron's ParseStandard reads it: minute, hour, day of
// month, month and day of week, or a descriptor ("@daily", "@every 1h30m").
bool IsCronSchedule(std::string_view text);

}  // namespace ephor::policy
