#include "cli/load_scenario.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "base/arena.h"
#include "load/threshold.h"
#include "source/paths.h"
#include "source/small_file.h"

namespace ephor::cli {
namespace {

constexpr std::array<std::string_view, 20> kKeys{
    "description", "target",   "policies",     "exceptions",      "resources",   "reviews",  "checks",
    "thresholds",  "executor", "vus",          "maxVUs",          "iterations",  "duration", "rate",
    "stages",      "timeout",  "gracefulStop", "connectionReuse", "abortOnFail", "name"};

void Fill(std::string& to, std::string_view from) {
  if (to.empty()) to = from;
}

void Fill(std::vector<std::string>& to, std::vector<std::string> from) {
  if (to.empty()) to = std::move(from);
}

// 0 where there is none, or where it is wrong, which is then complained about.
double Number(source::Fields& fields, std::string_view name) {
  const json::Value* const value = fields.Any(name);
  if (value == nullptr) return 0;
  if (!value->is_number() || !(value->as_double() >= 0 && value->as_double() <= 1e9)) {
    fields.Complain(name, "must be a number from 0 to 1000000000");
    return 0;
  }
  return value->as_double();
}

template <class Count>
void FillCount(Count& to, source::Fields& fields, std::string_view name) {
  const double number = Number(fields, name);
  if (number != std::floor(number)) fields.Complain(name, "must be a whole number");
  if (to == 0) to = static_cast<Count>(number);
}

std::string Stages(source::Fields& fields) {
  std::string text;
  fields.List("stages", [&text](source::Fields& stage) {
    const double target = Number(stage, "target");
    text += (text.empty() ? "" : ",") + std::string(stage.String("duration")) + ":" + std::to_string(target);
  });
  return text;
}

// Says which key was likely meant, before the general complaint about unknown ones would say only that.
void ComplainOfUnknownKeys(const json::Value& root, source::FieldReport& report) {
  if (!root.is_object()) return;
  for (const json::Member& member : root.members()) {
    if (std::find(kKeys.begin(), kKeys.end(), member.key()) != kKeys.end()) continue;
    const std::string_view closest = load::ClosestName(member.key(), kKeys);
    report.Complain(
        "unknown key \"" + std::string(member.key()) + "\"" +
            (closest.empty() ? std::string() : ", did you mean \"" + std::string(closest) + "\"?"),
        &member.value);
  }
}

}  // namespace

Result<void> ApplyScenario(const std::string& path, LoadOptions& options) {
  Arena arena;
  const auto file = source::LoadSmallFile(path, arena);
  if (!file) return InvalidInput(path + ": " + file.error().message());
  source::FieldReport report(*file->positions);
  ComplainOfUnknownKeys(*file->root, report);
  source::Fields fields(*file->root, report, "");
  const std::string folder = source::DirectoryOf(path);
  std::vector<std::string> reviews = fields.Strings("reviews");
  for (std::string& review : reviews) review = source::JoinPath(folder, review);

  Fill(options.title, fields.String("name"));
  fields.String("description");
  for (const std::string_view name : {"policies", "exceptions", "resources"}) fields.Strings(name);
  Fill(options.target, fields.String("target"));
  Fill(options.reviews, std::move(reviews));
  Fill(options.checks, fields.Strings("checks"));
  Fill(options.thresholds, fields.Strings("thresholds"));
  Fill(options.executor, fields.String("executor"));
  FillCount(options.users, fields, "vus");
  FillCount(options.max_users, fields, "maxVUs");
  FillCount(options.iterations, fields, "iterations");
  Fill(options.duration, fields.String("duration"));
  if (const double rate = Number(fields, "rate"); options.rate == 0) options.rate = rate;
  Fill(options.stages, Stages(fields));
  Fill(options.timeout, fields.String("timeout"));
  Fill(options.graceful_stop, fields.String("gracefulStop"));
  if (fields.Has("connectionReuse") && !fields.Bool("connectionReuse")) options.no_reuse = true;
  options.abort_on_fail |= fields.Bool("abortOnFail");
  if (report.error) return InvalidInput(path + ": " + report.error->message());
  return {};
}

}  // namespace ephor::cli
