// The server's log: one line an event, with fields.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ephor::server {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };
enum class LogFormat : std::uint8_t { kText, kJson };

std::optional<LogLevel> LogLevelOf(std::string_view name);    // debug, info, warning, error
std::optional<LogFormat> LogFormatOf(std::string_view name);  // text, json

struct LogField {
  std::string_view key;
  std::string_view value;
};

// Writes to standard error, whole lines, from any thread. Control characters in what it is given are escaped,
// so that nothing a client sends can forge a line. Never give it keys, tokens or the content of objects.
//
//   2026-11-24T09:00:00.000Z INFO  policies loaded policies=17 rules=42
//   {"level":"info","time":"2026-11-24T09:00:00.000Z","message":"policies
//   loaded","policies":"17","rules":"42"}
class Log {
 public:
  Log(LogLevel level, LogFormat format);
  ~Log();

  void Debug(std::string_view message, std::initializer_list<LogField> fields = {}) {
    Write(LogLevel::kDebug, message, fields);
  }
  void Info(std::string_view message, std::initializer_list<LogField> fields = {}) {
    Write(LogLevel::kInfo, message, fields);
  }
  void Warning(std::string_view message, std::initializer_list<LogField> fields = {}) {
    Write(LogLevel::kWarning, message, fields);
  }
  void Error(std::string_view message, std::initializer_list<LogField> fields = {}) {
    Write(LogLevel::kError, message, fields);
  }

  // One line without its end and without the time, as Write makes it.
  static std::string Line(LogFormat format, LogLevel level, std::string_view time, std::string_view message,
                          std::initializer_list<LogField> fields);

 private:
  void Write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields);

  struct Sink;
  std::unique_ptr<Sink> sink_;
  LogLevel level_;
  LogFormat format_;
};

}  // namespace ephor::server
