// The real registry server (Debian's docker-registry) for tests, on loopback with storage of its own.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

extern char** environ;

namespace ephor::registry {

class DockerRegistry {
 public:
  static constexpr const char* kProgram = "/usr/bin/docker-registry";
  static bool IsInstalled() { return access(kProgram, X_OK) == 0; }

  // With a password file of user "user", password "secret", where asked for. Returns when it listens.
  explicit DockerRegistry(bool wants_login = false) {
    std::string pattern = (std::filesystem::temp_directory_path() / "ephor-registry-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    port_ = FreePort();
    std::string config =
        "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: "
        "{rootdirectory: " +
        folder_ + "/data}}\nhttp: {addr: '" + host() + "'}\n";
    if (wants_login) {
      // The bcrypt of "secret".
      std::ofstream(folder_ + "/passwords")
          << "user:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n";
      config += "auth: {htpasswd: {realm: test, path: " + folder_ + "/passwords}}\n";
    }
    std::ofstream(folder_ + "/config.yml") << config;
    const std::string file = folder_ + "/config.yml";
    char* const arguments[] = {const_cast<char*>(kProgram), const_cast<char*>("serve"),
                               const_cast<char*>(file.c_str()), nullptr};
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn(&child_, kProgram, &quiet, nullptr, arguments, environ);
    posix_spawn_file_actions_destroy(&quiet);
    for (int i = 0; i < 500 && !Listens(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  DockerRegistry(const DockerRegistry&) = delete;
  DockerRegistry& operator=(const DockerRegistry&) = delete;
  ~DockerRegistry() {
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::string host() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  static sockaddr_in Loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
  }
  static int FreePort() {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = Loopback(0);
    socklen_t size = sizeof address;
    bind(fd, reinterpret_cast<sockaddr*>(&address), size);
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    close(fd);
    return ntohs(address.sin_port);
  }
  bool Listens() const {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in address = Loopback(port_);
    const bool connected = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    close(fd);
    return connected;
  }

  std::string folder_;
  int port_ = 0;
  pid_t child_ = 0;
};

}  // namespace ephor::registry
