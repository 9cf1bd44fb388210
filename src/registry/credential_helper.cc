#include "registry/credential_helper.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "base/arena.h"
#include "json/parse.h"
#include "json/value.h"

extern char** environ;

namespace ephor::registry {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{10};
constexpr std::size_t kMaxAnswerBytes = 64 << 10;

// Used in one direction. A pair of sockets, because writing to a pipe whose reader is gone is a signal.
class Channel {
 public:
  Channel() { opened_ = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_.data()) == 0; }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel() {
    CloseReading();
    CloseWriting();
  }

  bool opened() const { return opened_; }
  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  void CloseReading() { Close(0); }
  void CloseWriting() { Close(1); }

 private:
  void Close(std::size_t end) {
    if (ends_[end] >= 0) close(ends_[end]);
    ends_[end] = -1;
  }

  std::array<int, 2> ends_{-1, -1};
  bool opened_ = false;
};

// What comes until the end, or nothing where that is too late or too much.
std::optional<std::string> ReadAll(int fd, Clock::time_point deadline) {
  std::string text;
  std::array<char, 4096> buffer;
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return std::nullopt;
    pollfd waiting{fd, POLLIN, 0};
    const int ready = poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno == EINTR) continue;  // a CPU profile is being taken
    if (ready <= 0) return std::nullopt;
    const ssize_t size = read(fd, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return std::nullopt;
    if (size == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(size));
    if (text.size() > kMaxAnswerBytes) return std::nullopt;
  }
}

}  // namespace

Result<std::optional<Credentials>> AskHelper(const std::string& name, const std::string& registry) {
  const std::string program = "docker-credential-" + name;
  const auto failed = [&](const std::string& reason) {
    return Fail(ErrorCode::kUnavailable, program + ": " + reason);
  };
  if (name.empty() || name.find('/') != std::string::npos) return failed("is no name of a helper");
  Channel question, answer;
  if (!question.opened() || !answer.opened()) return failed(std::strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, question.reading(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, answer.writing(), STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::string verb = "get";
  char* const arguments[] = {const_cast<char*>(program.c_str()), verb.data(), nullptr};
  pid_t child = 0;
  const int error = posix_spawnp(&child, program.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT) return Fail(ErrorCode::kNotFound, program + ": is not installed");
  if (error != 0) return failed(std::strerror(error));
  answer.CloseWriting();
  question.CloseReading();
  // Less than a socket's buffer holds, so that this cannot block. A helper that has ended already reads
  // nothing.
  [[maybe_unused]] const ssize_t sent =
      send(question.writing(), registry.data(), registry.size(), MSG_NOSIGNAL);
  question.CloseWriting();
  const auto text = ReadAll(answer.reading(), Clock::now() + kPatience);
  if (!text) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!text) return failed("no answer in time");
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    if (text->find("credentials not found") != std::string::npos) return std::optional<Credentials>();
    return failed("failed: " + text->substr(0, 200));
  }
  Arena arena;
  const auto parsed = json::Parse(*text, arena);
  if (!parsed) return failed("answered no JSON");
  const std::string user(parsed->StringAt("Username")), secret(parsed->StringAt("Secret"));
  if (user == "<token>") return std::optional(Credentials{.identity_token = secret});
  return std::optional(Credentials{.username = user, .password = secret});
}

}  // namespace ephor::registry
