#include "cli/load_run.h"

#include <signal.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/duration.h"
#include "base/time.h"
#include "cli/context.h"
#include "cli/load_scenario.h"
#include "load/creation.h"
#include "load/plan.h"
#include "load/report.h"
#include "load/request.h"
#include "load/reviews.h"
#include "load/run.h"
#include "load/summary.h"
#include "load/target.h"
#include "load/threshold.h"
#include "source/text.h"

namespace ephor::cli {
namespace {

constexpr int kCrossed = 99;  // as k6 has it
constexpr int kInterrupted = 130;
// Figures of the very first requests say little: no run is ended on them.
constexpr double kSettled = 1;  // seconds

std::atomic<bool> interrupted{false};

// The first signal ends the run in order, the next one at once.
void OnSignal(int number) {
  interrupted.store(true, std::memory_order_relaxed);
  signal(number, SIG_DFL);
}

Result<void> SetTime(const std::string& text, const char* flag, load::Nanoseconds& time) {
  if (text.empty()) return {};
  const auto parsed = Duration::Parse(text);
  if (!parsed) return InvalidInput(std::string(flag) + ": " + parsed.error().message());
  time = parsed->nanoseconds;
  return {};
}

Result<load::Plan> PlanOf(const LoadOptions& options) {
  load::Plan plan;
  if (!options.executor.empty()) {
    EPHOR_ASSIGN(plan.executor, load::ParseExecutor(options.executor));
  } else if (!options.stages.empty()) {
    plan.executor = options.rate > 0 ? load::Executor::kRampingArrivalRate : load::Executor::kRampingUsers;
  } else if (options.rate > 0) {
    plan.executor = load::Executor::kConstantArrivalRate;
  } else if (options.iterations == 0 && !options.duration.empty()) {
    plan.executor = load::Executor::kConstantUsers;
  }
  plan.users = options.users;
  plan.max_users = options.max_users;
  plan.iterations = options.iterations;
  plan.rate = options.rate;
  plan.reuse = !options.no_reuse;
  EPHOR_TRY(SetTime(options.duration, "--duration", plan.duration));
  EPHOR_TRY(SetTime(options.timeout, "--timeout", plan.timeout));
  EPHOR_TRY(SetTime(options.graceful_stop, "--graceful-stop", plan.graceful_stop));
  EPHOR_ASSIGN(plan.stages, load::ParseStages(options.stages));
  EPHOR_TRY(plan.Complete());
  return plan;
}

Result<std::string> ReadFile(const std::string& path) {
  EPHOR_ASSIGN(const source::Text text, source::Text::OfFile(path));
  return std::string(text.bytes());
}

Result<std::string> ReadOptional(const std::string& path) {
  if (path.empty()) return std::string();
  return ReadFile(path);
}

Result<load::TargetOptions> TargetOptionsOf(const LoadOptions& options, bool loopback) {
  load::TargetOptions target;
  target.resume = options.resume;
  target.tls_1_2 = options.tls_max == "1.2";
  if (options.http2) target.protocol = load::Protocol::kHttp2;
  target.verify = !options.insecure && (!options.authority.empty() || !loopback);
  EPHOR_ASSIGN(target.authority, ReadOptional(options.authority));
  EPHOR_ASSIGN(target.certificate, ReadOptional(options.certificate));
  EPHOR_ASSIGN(target.key, ReadOptional(options.key));
  return target;
}

using Headers = std::vector<std::pair<std::string, std::string>>;

Result<Headers> HeadersOf(const LoadOptions& options) {
  Headers headers{{"user-agent", "ephor-load"}, {"content-type", "application/json"}};
  for (const std::string& text : options.headers) {
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos || colon == 0 || text.find_first_of("\r\n") != std::string::npos) {
      return InvalidInput("--header '" + text + "': must be 'name: value'");
    }
    std::string name = text.substr(0, colon);
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    const std::size_t value = text.find_first_not_of(' ', colon + 1);
    headers.emplace_back(std::move(name), value == std::string::npos ? "" : text.substr(value));
  }
  if (!options.token_file.empty()) {
    EPHOR_ASSIGN(std::string token, ReadFile(options.token_file));
    while (!token.empty() && (token.back() == '\n' || token.back() == '\r' || token.back() == ' '))
      token.pop_back();
    if (token.find_first_of("\r\n") != std::string::npos)
      return InvalidInput("--token-file: more than one line");
    headers.emplace_back("authorization", "Bearer " + token);
  }
  return headers;
}

Result<std::vector<load::Request>> RequestsOf(const LoadOptions& options, const load::Url& url,
                                              std::size_t checks) {
  EPHOR_ASSIGN(const Headers headers, HeadersOf(options));
  std::vector<load::Request> requests;
  if (!options.create.empty()) return requests;
  if (options.reviews.empty()) return InvalidInput("--reviews is needed: a file with what is to be sent");
  for (const std::string& path : options.reviews) {
    EPHOR_ASSIGN(const std::string text, ReadFile(path));
    auto reviews = load::ReviewsOf(text);
    if (!reviews) return std::unexpected(std::move(reviews).error().Within(path));
    for (std::string& review : *reviews) {
      load::Request request{.path = url.path, .body = std::move(review), .headers = headers};
      for (std::size_t i = 0; i < checks; ++i) request.checks.push_back(i);
      load::Render(request, url, !options.no_reuse);
      requests.push_back(std::move(request));
    }
  }
  return requests;
}

Result<std::vector<load::Creation>> CreationsOf(const LoadOptions& options, const load::Url& url,
                                                std::string_view run) {
  std::vector<load::Creation> creations;
  for (const std::string& path : options.create) {
    EPHOR_ASSIGN(const std::string text, ReadFile(path));
    auto found = load::Creation::Of(text, url, run);
    if (!found) return std::unexpected(std::move(found).error().Within(path));
    creations.insert(creations.end(), found->begin(), found->end());
  }
  return creations;
}

// Deletes what a run of so many iterations has created. What was refused is not there, which is as well.
Result<void> CleanUp(const std::vector<load::Creation>& creations, std::uint64_t count,
                     const Headers& headers, const load::Target& target, Context& context) {
  if (count == 0) return {};
  const std::vector<load::Request> requests{load::Request{.headers = headers}};
  load::Plan plan{.users = static_cast<unsigned>(std::min<std::uint64_t>(count, 20)), .iterations = count};
  plan.duration = std::int64_t{24} * 3600 * 1'000'000'000;
  EPHOR_TRY(plan.Complete());
  load::RunInputs inputs{.plan = plan, .target = target, .requests = requests, .checks = {}};
  inputs.make = [&](std::uint64_t number, load::Request& request) {
    creations[number % creations.size()].FillDeletion(number, target.url(), request);
  };
  EPHOR_ASSIGN(const auto metrics, load::Run(inputs));
  const std::uint64_t gone = metrics->requests - metrics->failed + metrics->statuses[404];
  if (gone < metrics->requests) {
    std::fprintf(context.err, "%llu of %llu objects could not be deleted\n",
                 static_cast<unsigned long long>(metrics->requests - gone),
                 static_cast<unsigned long long>(metrics->requests));
  }
  return {};
}

// What a run on somebody else's machine will do, before it does it.
std::string Announce(const load::Target& target, const std::vector<load::Request>& requests) {
  std::size_t bytes = 0;
  for (const load::Request& request : requests) bytes = std::max(bytes, request.text.size());
  return "sending to " + target.address() + " (" + target.url().authority() +
         "): " + requests.front().method + " " + requests.front().path + ", " +
         std::to_string(requests.size()) + (requests.size() == 1 ? " body" : " different bodies") +
         " of at most " + load::FormatBytes(static_cast<double>(bytes)) + "\n";
}

Result<void> WriteFile(const std::string& path, std::string_view text, std::FILE* out) {
  std::FILE* const file = path == "-" ? out : std::fopen(path.c_str(), "w");
  const bool written = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool closed = file == nullptr || file == out || std::fclose(file) == 0;
  if (!written || !closed) return InvalidInput("cannot write '" + path + "': " + std::strerror(errno));
  return {};
}

std::vector<load::JudgedThreshold> Judge(const std::vector<load::Threshold>& thresholds,
                                         const load::Metrics& metrics) {
  std::vector<load::JudgedThreshold> judged;
  for (const load::Threshold& threshold : thresholds) judged.push_back({threshold, threshold.Judge(metrics)});
  return judged;
}

bool AllHold(const std::vector<load::JudgedThreshold>& judged) {
  return std::all_of(judged.begin(), judged.end(), [](const auto& each) { return each.outcome.holds; });
}

std::string ThresholdText(const std::vector<load::JudgedThreshold>& judged) {
  std::string text;
  for (const load::JudgedThreshold& each : judged) {
    text += std::string("     ") + (each.outcome.holds ? "✓ " : "✗ ") + each.threshold.text() + "  (" +
            each.threshold.Describe(each.outcome) + ")\n";
  }
  return text.empty() ? text : text + "\n";
}

}  // namespace

Result<int> Load(const LoadOptions& given, Context& context) {
  LoadOptions options = given;
  for (auto scenario = given.scenarios.rbegin(); scenario != given.scenarios.rend(); ++scenario) {
    EPHOR_TRY(ApplyScenario(*scenario, options));
  }
  if (options.target.empty())
    return InvalidInput("a target is needed, such as https://127.0.0.1:9443/validate/fail");
  EPHOR_ASSIGN(const load::Url url, load::Url::Parse(options.target));
  EPHOR_ASSIGN(const load::Plan plan, PlanOf(options));
  std::vector<load::Check> checks;
  for (const std::string& text : options.checks) {
    EPHOR_ASSIGN(load::Check check, load::Check::Parse(text));
    checks.push_back(std::move(check));
  }
  std::vector<load::Threshold> thresholds;
  for (const std::string& text : options.thresholds) {
    EPHOR_ASSIGN(load::Threshold threshold, load::Threshold::Parse(text));
    thresholds.push_back(std::move(threshold));
  }
  EPHOR_ASSIGN(std::vector<load::Request> requests, RequestsOf(options, url, checks.size()));
  timespec wall;
  clock_gettime(CLOCK_REALTIME, &wall);
  EPHOR_ASSIGN(const auto creations, CreationsOf(options, url, std::to_string(wall.tv_sec)));
  EPHOR_ASSIGN(const Headers headers, HeadersOf(options));
  for (std::size_t i = 0; i < creations.size(); ++i) {
    load::Request request{.headers = headers};
    for (std::size_t check = 0; check < checks.size(); ++check) request.checks.push_back(check);
    creations[i].Fill(i, url, !options.no_reuse, request);
    requests.push_back(std::move(request));
  }
  EPHOR_ASSIGN(const auto address, load::Target::Create(url, {}));
  const bool loopback = address->loopback();
  if (!loopback && !options.allow_remote) {
    return InvalidInput("target '" + options.target + "' (" + address->address() +
                        ") is not on this machine; add --allow-remote if load on it is meant");
  }
  EPHOR_ASSIGN(const load::TargetOptions target_options, TargetOptionsOf(options, loopback));
  EPHOR_ASSIGN(const auto target, load::Target::Create(url, target_options));
  if (!loopback) std::fputs(Announce(*target, requests).c_str(), context.err);
  if (!options.quiet) std::fprintf(context.err, "%s\n", plan.Describe().c_str());

  interrupted = false;
  signal(SIGINT, OnSignal);
  signal(SIGTERM, OnSignal);
  const bool live = context.err_is_terminal && !options.quiet;
  const double planned = static_cast<double>(plan.duration) / 1e9;
  load::RunInputs inputs{.plan = plan, .target = *target, .requests = requests, .checks = checks};
  inputs.stop = &interrupted;
  if (!creations.empty()) {
    inputs.make = [&](std::uint64_t number, load::Request& request) {
      creations[number % creations.size()].Fill(number, url, !options.no_reuse, request);
    };
  }
  inputs.on_tick = [&](const load::Metrics& metrics) {
    if (live) std::fprintf(context.err, "\r%s\x1b[K", load::ProgressText(metrics, planned).c_str());
    return !options.abort_on_fail || metrics.seconds() < kSettled || AllHold(Judge(thresholds, metrics));
  };
  EPHOR_ASSIGN(const auto metrics, load::Run(inputs));
  signal(SIGINT, SIG_DFL);
  signal(SIGTERM, SIG_DFL);
  if (live) std::fputs("\r\x1b[K", context.err);
  if (!creations.empty()) {
    EPHOR_TRY(
        CleanUp(creations, metrics->requests + metrics->interrupted_iterations, headers, *target, context));
  }
  const auto judged = Judge(thresholds, *metrics);
  // With --json - the figures are for a program, and the summary would be in their way.
  if (options.json != "-") context.Print("\n" + ThresholdText(judged) + load::SummaryText(*metrics));
  const load::RunDescription description{.title = options.title.empty() ? "ephor load" : options.title,
                                         .target = options.target,
                                         .plan = plan.Describe(),
                                         .started = Time::FromUnix(wall.tv_sec).Format(kRfc3339),
                                         .thresholds = judged};
  if (!options.json.empty()) {
    EPHOR_TRY(WriteFile(options.json, load::JsonReport(*metrics, description), context.out));
  }
  if (!options.html.empty()) {
    EPHOR_TRY(WriteFile(options.html, load::HtmlReport(*metrics, description), context.out));
  }
  if (interrupted) return kInterrupted;
  return AllHold(judged) ? 0 : kCrossed;
}

}  // namespace ephor::cli
