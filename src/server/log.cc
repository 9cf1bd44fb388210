#include "server/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <ctime>

#include "json/write.h"

namespace ephor::server {
namespace {

constexpr std::array kLevels = {std::pair("debug", LogLevel::kDebug), std::pair("info", LogLevel::kInfo),
                                std::pair("warning", LogLevel::kWarning),
                                std::pair("error", LogLevel::kError)};

const char* NameOf(LogLevel level) {
  return kLevels[static_cast<std::size_t>(level)].first;
}

const char* TextNameOf(LogLevel level) {
  static constexpr std::array kNames = {"DEBUG", "INFO ", "WARN ", "ERROR"};
  return kNames[static_cast<std::size_t>(level)];
}

bool IsPlain(std::string_view value) {
  if (value.empty()) return false;
  for (const char c : value) {
    if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f) return false;
  }
  return true;
}

bool HasControl(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) return true;
  }
  return false;
}

std::string Now() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  std::tm parts{};
  gmtime_r(&now.tv_sec, &parts);
  std::array<char, 32> text;
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.", &parts);
  std::string out(text.data(), size);
  const std::string millis = std::to_string(now.tv_nsec / 1'000'000);
  return out.append(3 - millis.size(), '0').append(millis).append("Z");
}

}  // namespace

std::optional<LogLevel> LogLevelOf(std::string_view name) {
  for (const auto& [text, level] : kLevels) {
    if (name == text) return level;
  }
  return std::nullopt;
}

std::optional<LogFormat> LogFormatOf(std::string_view name) {
  if (name == "text") return LogFormat::kText;
  if (name == "json") return LogFormat::kJson;
  return std::nullopt;
}

// spdlog writes whole lines from several threads; what stands in them is ours.
struct Log::Sink {
  spdlog::logger logger{"ephor", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

Log::Log(LogLevel level, LogFormat format) : sink_(std::make_unique<Sink>()), level_(level), format_(format) {
  sink_->logger.set_pattern("%v");
  sink_->logger.set_level(spdlog::level::trace);
}

Log::~Log() = default;

std::string Log::Line(LogFormat format, LogLevel level, std::string_view time, std::string_view message,
                      std::initializer_list<LogField> fields) {
  std::string line;
  if (format == LogFormat::kJson) {
    line.append("{\"level\":\"").append(NameOf(level)).append("\",\"time\":\"").append(time);
    line.append("\",\"message\":");
    json::WriteString(message, line);
    for (const auto& [key, value] : fields) {
      line.push_back(',');
      json::WriteString(key, line);
      line.push_back(':');
      json::WriteString(value, line);
    }
    return line.append("}");
  }
  line.append(time).append(" ").append(TextNameOf(level)).append(" ");
  if (HasControl(message)) {
    json::WriteString(message, line);
  } else {
    line.append(message);
  }
  for (const auto& [key, value] : fields) {
    line.append(" ").append(key).append("=");
    if (IsPlain(value)) {
      line.append(value);
    } else {
      json::WriteString(value, line);
    }
  }
  return line;
}

void Log::Write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (level < level_) return;
  const std::string line = Line(format_, level, Now(), message, fields);
  sink_->logger.log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace ephor::server
